"""Mails that go nowhere: kept in this process's memory, for tests to read."""

from collections import deque
from collections.abc import Sequence

from core.shared.mail import Mail
from core.shared.ports import Notifier

REMEMBERED = 1_000
"""How many mails are kept; the oldest go first."""


class MemoryNotifier(Notifier):
    """Keeps the mails that were sent last."""

    def __init__(self) -> None:
        self._sent: deque[Mail] = deque(maxlen=REMEMBERED)

    @property
    def sent(self) -> Sequence[Mail]:
        return tuple(self._sent)

    async def send(self, mail: Mail) -> None:
        self._sent.append(mail)
