"""Logging as it was, after a test in whose process something starts its own."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

SWITCHES = ("logThreads", "logProcesses", "logMultiprocessing", "_srcfile")


@contextmanager
def own_logging() -> Iterator[None]:
    """What is changed inside, by `start_logging` above all, is as before afterwards: all tests share this process."""
    root = logging.getLogger()
    factory, hook, handlers, level = logging.getLogRecordFactory(), sys.excepthook, root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in ("adapters", "portico", "uvicorn")}
    switches = {name: getattr(logging, name) for name in SWITCHES}
    try:
        yield
    finally:
        logging.setLogRecordFactory(factory)
        sys.excepthook = hook
        root.handlers[:] = handlers
        root.setLevel(level)
        for name, known in levels.items():
            logging.getLogger(name).setLevel(known)
        for name, switch in switches.items():
            setattr(logging, name, switch)
