"""Small stand-ins for ports: a clock that is set, ids in a row, a hash that costs nothing."""

from datetime import UTC, datetime, timedelta

from core.shared.ports import Clock, NewId, NewSecret
from core.user.ports import Passwords

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class FixedClock(Clock):
    """Stands still until it is told to advance."""

    def __init__(self, start: datetime = START) -> None:
        self._start = self._now = start

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return (self._now - self._start).total_seconds()

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


class SequentialIds(NewId):
    """UUIDv7s of the clock's time, numbered in the order of making: the same in every run."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._made = 0

    def __call__(self) -> str:
        self._made += 1
        time = f"{int(self._clock.now().timestamp() * 1000):012x}"
        number = f"{self._made:015x}"
        return f"{time[:8]}-{time[8:]}-7{number[:3]}-8000-{number[3:]}"


class SequentialSecrets(NewSecret):
    """Secrets that anyone can guess."""

    def __init__(self) -> None:
        self._made = 0

    def __call__(self) -> str:
        self._made += 1
        return f"secret-{self._made:036}"


class PlainPasswords(Passwords):
    """A hash which is the password itself behind the name of a scheme, with every call written down in `calls`."""

    def __init__(self, scheme: str = "plain") -> None:
        self._scheme = scheme
        self.calls: list[str] = []

    async def hash(self, password: str) -> str:
        self.calls.append("hash")
        return f"{self._scheme}${password}"

    async def verify(self, password: str, stored: str | None) -> bool:
        self.calls.append("verify")
        return stored is not None and stored.partition("$")[2] == password

    def needs_rehash(self, stored: str) -> bool:
        return stored.partition("$")[0] != self._scheme
