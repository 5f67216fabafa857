"""The machine's clock."""

import time
from datetime import UTC, datetime

from core.shared.ports import Clock


class SystemClock(Clock):
    """Tells the time as this machine knows it, to the millisecond: no store of ours keeps more."""

    def now(self) -> datetime:
        now = datetime.now(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def monotonic(self) -> float:
        return time.monotonic()
