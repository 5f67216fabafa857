"""The line of the log that is written for every request, and so has to be cheap."""

import logging
import time
from collections.abc import Mapping

_log = logging.getLogger("portico.access")


def is_told(level: int) -> bool:
    """Whether anybody writes such lines."""
    return _log.isEnabledFor(level)


def tell(level: int, message: str, fields: Mapping[str, object]) -> None:
    """To whom all other lines go, too. `message` has nothing in it that a caller chose."""
    _log.handle(_Line(level, message, fields))


class _Line(logging.LogRecord):
    """A record that does not look for its thread, its process and its place in the code, where all of these are alike.

    Looking costs more than a third of a line.
    """

    def __init__(self, level: int, message: str, fields: Mapping[str, object]) -> None:
        now = time.time()
        self.__dict__.update(_ALIKE)
        self.__dict__.update(fields)
        self.levelno, self.levelname = level, logging.getLevelName(level)
        self.msg = message
        self.created, self.msecs = now, now % 1 * 1000


_ALIKE = {**vars(logging.makeLogRecord({})), "name": _log.name}
