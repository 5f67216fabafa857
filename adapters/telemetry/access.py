"""The line of the log that is written for every request, and so has to be cheap."""

import logging
from collections.abc import Mapping

from adapters.telemetry.gathered import GatheringHandler

_ROOT = logging.getLogger()
_log = logging.getLogger("portico.access")


def is_told(level: int) -> bool:
    """Whether anybody writes such lines."""
    return _log.isEnabledFor(level)


def tell(level: int, message: str, fields: Mapping[str, object]) -> None:
    """To whom all other lines go, too. `message` has nothing in it that a caller chose."""
    only = _ROOT.handlers[0] if len(_ROOT.handlers) == 1 and not _log.handlers else None
    # A record and its way cost more than what is written.
    if not isinstance(only, GatheringHandler) or not only.took(level, _log.name, message, fields):
        _log.log(level, message, extra=fields)
