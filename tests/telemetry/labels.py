"""Which labels a metric of a process' registry has; those of the client's own kinds it tells nobody."""

from collections.abc import Sequence
from typing import Any

from adapters.telemetry.prometheus import LoopHistogram


def label_names(metric: Any) -> Sequence[str]:
    return metric.names if isinstance(metric, LoopHistogram) else getattr(metric, "_labelnames", ())
