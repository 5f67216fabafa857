"""Keeps the words of exceptions that are not ours out of all that a process writes, whoever formats it.

They quote what was being worked on: a password, a database's address with one (OWASP ASVS 5.0, 16.2.5).
"""

import logging
import sys
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from adapters.telemetry.unforeseen import in_full, in_short

KIND = "error.type"
"""What a record about an exception calls its kind by; a field's name in the Elastic Common Schema."""

_log = logging.getLogger(__name__)


def be_discreet() -> None:
    """From now on, in this process: log records tell exceptions by `adapters.telemetry.unforeseen`, so does its end."""
    logging.setLogRecordFactory(_made)
    sys.excepthook = _on_end


def discreet(record: logging.LogRecord) -> logging.LogRecord:
    """The same record, with each exception told already: those in its message, and the one that it is about."""
    if isinstance(record.args, Mapping):
        record.args = {name: _told(value) for name, value in record.args.items()}
    elif record.args:
        record.args = tuple(map(_told, record.args))
    if record.exc_info:
        if record.exc_info[1]:
            record.exc_text = in_full(record.exc_info[1])
            record.__dict__[KIND] = type(record.exc_info[1]).__name__
        record.exc_info = None
        if record.name == "asyncio":  # its further lines are tasks, with the words of their exceptions
            record.msg = str(record.msg).partition("\n")[0]
    return record


def _made(*arguments: Any, **named: Any) -> logging.LogRecord:
    return discreet(logging.LogRecord(*arguments, **named))


def _on_end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if isinstance(error, Exception):
        _log.critical("This ends the process.", exc_info=error)
    else:
        sys.__excepthook__(kind, error, trace)


class _Words(str):
    """Looks the same by `%s` and by `%r`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _told(value: object) -> object:
    return _Words(in_short(value)) if isinstance(value, BaseException) else value
