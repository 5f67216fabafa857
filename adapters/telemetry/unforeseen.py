"""What is told of an exception: an error of ours in its own words, any other by its kind and place, without its words.

They may quote whatever was being worked on, a password or an address with one (OWASP ASVS 5.0, 16.2.5).
"""

import os
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import PurePath

_OURS = ("core", "adapters")


def in_short(error: BaseException) -> str:
    """As a part of a line, such as "KeyError (order.py:120)"."""
    kind = type(error)
    if kind.__module__.partition(".")[0] in _OURS:
        return f"{kind.__name__}: {error}"
    return f"{kind.__name__}{_number(error)}{_place(error)}"


def in_full(error: BaseException) -> str:
    """With the lines of code that it came through, and all that it came from, as Python would tell it."""
    return "\n".join(_told(error, set()))


def _told(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and id(cause) not in seen:
        yield from _told(cause, seen)
        yield "which led to:" if cause is error.__cause__ else "and meanwhile:"
    yield "".join(traceback.format_tb(error.__traceback__)) + in_short(error)
    if isinstance(error, BaseExceptionGroup):
        for number, each in enumerate(error.exceptions, 1):
            yield f"{number} of {len(error.exceptions)}:"
            yield from _told(each, seen)


def _number(error: BaseException) -> str:
    """What the operating system or a server calls it; numbers quote nothing."""
    if isinstance(error, OSError) and isinstance(error.errno, int):
        return f" {error.errno} {os.strerror(error.errno)}"
    for name in ("status", "code"):
        number = None
        with suppress(Exception):  # it may be a property that warns or fails, and must not take the line along
            number = getattr(error, name, None)
        if isinstance(number, int):
            return f" {number}"
    return ""


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f" ({PurePath(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
