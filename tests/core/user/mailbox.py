"""Where the user service's mails wait, and where they arrive."""

from adapters.outbound.memory.mails import MemoryPendingMails
from core.shared.errors import Unavailable
from core.shared.mail import Mail
from core.shared.ports import Notifier
from core.user.model import PendingMail


class Mailbox(Notifier):
    """Keeps what was sent, the last at the end; while it is away, it takes nothing, or loses its answer."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self.is_away = False
        self.loses_answers = False

    async def send(self, mail: Mail) -> None:
        if self.is_away:
            raise Unavailable("The mail service is away.")
        self.sent.append(mail)
        if self.loses_answers:
            raise Unavailable("The mail service's answer was lost.")

    @property
    def tokens(self) -> list[str]:
        return [token_in(mail) for mail in self.sent]


class Notes(MemoryPendingMails):
    """Mails that were asked for; while it is away nobody can ask, and while it is stuck nothing is struck out."""

    def __init__(self) -> None:
        super().__init__()
        self.is_away = False
        self.is_stuck = False

    @property
    def left(self) -> list[PendingMail]:
        return list(self._mails.values())

    async def add(self, mail: PendingMail) -> None:
        if self.is_away:
            raise Unavailable("The store is away.")
        await super().add(mail)

    async def remove(self, id: str) -> None:
        if self.is_stuck:
            raise Unavailable("The store is away.")
        await super().remove(id)


def token_in(mail: Mail) -> str:
    """What stands alone on its line, and in the link behind the `#`."""
    (link,) = (line for line in mail.text.splitlines() if line.startswith("https://"))
    token = link.partition("#")[2]
    assert token in mail.text.splitlines()
    return token
