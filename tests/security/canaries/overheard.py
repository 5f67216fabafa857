"""What a shop in this process would write and keep if it were a process of its own."""

import copy
import io
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass

from adapters.telemetry.discretion import discreet
from adapters.telemetry.lines import OwnLines

FORM = "%(asctime)s %(levelname)s %(name)s: %(message)s"
OURS = ("adapters", "portico", "uvicorn")


class AsProcessesDo(OwnLines):
    """Discreet without changing how this whole process makes its records."""

    def format(self, record: logging.LogRecord) -> str:
        return super().format(discreet(copy.copy(record)))


@contextmanager
def written(form: logging.Formatter | None = None, *, debug: tuple[str, ...] = OURS) -> Iterator[io.StringIO]:
    """All that is logged meanwhile, as a process with LOG_LEVEL=DEBUG writes it."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(form or AsProcessesDo(FORM))
    handler.addFilter(lambda record: record.name != "httpx")  # the visitor's own client
    loggers = {name: logging.getLogger(name) for name in ("", *debug)}
    levels = {name: logger.level for name, logger in loggers.items()}
    for name, logger in loggers.items():
        logger.setLevel(logging.DEBUG if name else logging.INFO)
    loggers[""].addHandler(handler)
    try:
        yield text
    finally:
        loggers[""].removeHandler(handler)
        for name, logger in loggers.items():
            logger.setLevel(levels[name])


def texts_in(thing: object, seen: set[int] | None = None) -> Iterator[str]:
    """Every text and number that an object holds, however deep, whether or not it would show it."""
    seen = set() if seen is None else seen
    if isinstance(thing, str | bytes | int | float):
        yield thing.decode("latin-1") if isinstance(thing, bytes) else str(thing)
        return
    if id(thing) in seen:
        return
    seen.add(id(thing))
    below: list[object] = []
    if isinstance(thing, Mapping):
        below += [*thing.keys(), *thing.values()]
    elif isinstance(thing, list | tuple | set | frozenset):
        below += thing
    elif is_dataclass(thing):
        below += [getattr(thing, field.name) for field in fields(thing)]
    else:
        below += vars(thing).values() if hasattr(thing, "__dict__") else ()
    for each in below:
        yield from texts_in(each, seen)
