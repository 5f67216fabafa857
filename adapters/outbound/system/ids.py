"""Ids that sort by the time of making."""

import secrets
from threading import Lock
from uuid import UUID

from core.shared.ports import Clock, NewId

AHEAD_MAX = 5_000
"""Milliseconds that ids may be ahead of the clock, so that they ascend although it was set back a little."""


class Uuid7(NewId):
    """UUID version 7 (RFC 9562, section 5.7), with a counter in its 12 bits after the time (section 6.2, method 1).

    Ids of one object strictly ascend, also within a millisecond and when the clock is set back by seconds. After a
    larger step back they start again from the time it is now, below those made before it: an id tells when it was made,
    and one wrong look at the clock must not make all that follow lie. The 62 bits at the end are random in each, so
    that nobody guesses an id from its neighbour, and none comes twice. Safe to share between threads.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._time = self._count = 0
        self._lock = Lock()

    def __call__(self) -> str:
        now = int(self._clock.now().timestamp() * 1000)
        with self._lock:
            if now > self._time or self._time - now > AHEAD_MAX:
                self._time, self._count = now, secrets.randbits(11)
            elif self._count < 0xFFF:
                self._count += 1
            else:
                self._time, self._count = self._time + 1, secrets.randbits(11)
            head = self._time << 16 | 7 << 12 | self._count
        return str(UUID(int=head << 64 | 0b10 << 62 | secrets.randbits(62)))
