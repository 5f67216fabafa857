"""The line of the log that is written for every request, and so has to be cheap."""

import logging
from functools import cache
from typing import NamedTuple

from adapters.telemetry.gathered import GatheringHandler
from adapters.telemetry.lines import DURATION
from adapters.telemetry.logs import EcsFormatter

_ROOT = logging.getLogger()
_log = logging.getLogger("portico.access")


class Answer(NamedTuple):
    """What many requests have alike: few kinds there are. Nothing of it is what a caller chose."""

    method: str
    route: str
    status: int
    user_kind: str

    @property
    def name(self) -> str:
        return f"{self.method} {self.route}"

    @property
    def fields(self) -> dict[str, str | int]:
        return {
            "http.request.method": self.method,
            "http.route": self.route,
            "http.response.status_code": self.status,
            "user.kind": self.user_kind,
        }


def is_told(level: int) -> bool:
    """Whether anybody writes such lines."""
    return _log.isEnabledFor(level)


def tell(level: int, answer: Answer, *, path: str, duration: int) -> None:
    """To whom all other lines go, too. `path` is of printable ASCII without quotes; `duration` is in nanoseconds."""
    only = _ROOT.handlers[0] if len(_ROOT.handlers) == 1 and not _log.handlers else None
    if isinstance(only, GatheringHandler) and isinstance(only.formatter, EcsFormatter) and not only.filters:
        # A record and its way past filters, and what is alike in all these lines, cost far more than what is written.
        line = only.formatter.framed(
            _frame(only.formatter, level, answer), f'"url.path":"{path}","{DURATION}":{duration}'
        )
        only.put(level, line)
    else:
        fields = {**answer.fields, "url.path": path, DURATION: duration}
        _log.log(level, f"{answer.name} {answer.status}", extra=fields)


@cache
def _frame(formatter: EcsFormatter, level: int, answer: Answer) -> str:
    return formatter.frame(level, _log.name, f"{answer.name} {answer.status}", **answer.fields)
