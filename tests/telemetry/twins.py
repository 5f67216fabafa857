"""A service process that tells less, or other than it should; each of the four in its own way.

The product service writes no access lines, the user service counts by raw paths, the cart service does not observe its
use cases, and the order service has a metric under another name.
"""

import os
from typing import TypeVar

from adapters.bootstrap import common
from adapters.inbound.web import observed
from adapters.telemetry import prometheus
from adapters.telemetry.telemetry import Telemetry
from tests.telemetry import told

T = TypeVar("T")


class Unobserving(Telemetry):
    def observed(self, use_cases: T) -> T:
        return use_cases


class Renaming(prometheus.PrometheusMetrics):
    def text(self) -> bytes:
        return super().text().replace(b"portico_worker_rounds", b"portico_worker_turns")


if __name__ == "__main__":
    match os.environ["SERVICE"]:
        case "product":
            os.environ["ACCESS_LOG"] = "false"
        case "user":
            setattr(observed, "_template", lambda scope: scope["path"])  # noqa: B010 - the fault
        case "cart":
            setattr(common, "Telemetry", Unobserving)  # noqa: B010 - the fault
        case "order":
            setattr(prometheus, "PrometheusMetrics", Renaming)  # noqa: B010 - the fault
    told.main()
