"""The suites of what mails need: a place to wait, a place for what is remembered of their tokens, and a notifier."""

import io
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

from adapters.bootstrap.registry import NEEDS, load
from adapters.outbound.console.mail import MARK
from adapters.outbound.memory.mail import MemoryNotifier
from core.shared.mail import Mail
from core.shared.ports import Notifier
from core.user.ports import PendingMails, Proofs
from tests.adapters.contracts import notifiers, pending_mails, proofs
from tests.adapters.contracts.notifiers import Postbox
from tests.adapters.mails import aws
from tests.adapters.stores import on_stores_of
from tests.adapters.suites.suite import Opener, Suite, broken
from tests.adapters.twins import notifiers as broken_notifiers
from tests.adapters.twins import pending_mails as broken_pending_mails
from tests.adapters.twins import proofs as broken_proofs
from tests.adapters.twins import sent_mails as broken_sent_mails
from tests.adapters.twins.every import every_twin

HEADERS = 3
"""Lines before the text on the console: to whom, what about, and an empty one."""


class Kept(Postbox):
    """What the notifier itself remembers."""

    def __init__(self, notifier: MemoryNotifier) -> None:
        self.notifier = notifier

    def arrived(self) -> Sequence[Mail]:
        return self.notifier.sent


class Printed(Postbox):
    """What can be read on the stream, where each mail follows the one before."""

    def __init__(self) -> None:
        self.stream = io.StringIO(newline="")
        self.notifier = load("notifier", "console")(self.stream)

    def arrived(self) -> Sequence[Mail]:
        """All so far; a clause asks again after each mail, or once there are several."""
        written = [line.removeprefix(f"{MARK} ") for line in self.stream.getvalue().split("\n")[:-1]]
        starts = [number for number, line in enumerate(written) if _begins_a_mail(written[number:])]
        ends = [*starts, len(written)][1:]
        return [_read(written[start:end]) for start, end in zip(starts, ends, strict=True)]


def _begins_a_mail(lines: Sequence[str]) -> bool:
    return len(lines) > HEADERS and lines[0].startswith("To: ") and lines[1].startswith("Subject: ") and lines[2] == ""


def _read(lines: Sequence[str]) -> Mail:
    to, subject = lines[0].removeprefix("To: "), lines[1].removeprefix("Subject: ")
    return Mail(to=to, subject=subject, text="\n".join(lines[HEADERS:]))


class Handed(Postbox):
    """What SES was given."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.notifier = load("notifier", "ses")(sender=aws.SHOP)

    def arrived(self) -> Sequence[Mail]:
        found = aws.sent(self.url)
        assert {mail["source"] for mail in found} <= {aws.SHOP}
        return [
            Mail(to=to, subject=mail["subject"], text=mail["body"])
            for mail in found
            for to in mail["destinations"]["ToAddresses"]
        ]


def remembered(make: Callable[[], MemoryNotifier]) -> Opener:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Postbox]:
        yield Kept(make())

    return opened


@asynccontextmanager
async def printed() -> AsyncIterator[Postbox]:
    yield Printed()


@asynccontextmanager
async def handed_to_ses() -> AsyncIterator[Postbox]:
    url = aws.aws_url()
    aws.verified(url)
    with aws.environment(url):
        yield Handed(url)


POSTBOXES: Mapping[str, Opener] = {
    "memory": remembered(load("notifier", "memory")),
    "console": printed,
    "ses": handed_to_ses,
}
"""Where to look for the mails of each; a notifier in the registry that is missing here fails its suite."""

SUITES: Sequence[Suite] = (
    Suite(
        port=Proofs,
        contracts=(proofs,),
        adapters=on_stores_of("user", lambda store: store.proofs),
        twins=broken(*every_twin(broken_proofs)),
    ),
    Suite(
        port=PendingMails,
        contracts=(pending_mails,),
        adapters=on_stores_of("user", lambda store: store.pending_mails),
        twins=broken(*every_twin(broken_pending_mails, broken_sent_mails)),
    ),
    Suite(
        port=Notifier,
        contracts=(notifiers,),
        adapters={name: POSTBOXES[name] for name in NEEDS["notifier"].adapters},
        twins={twin.__name__: remembered(twin) for twin in every_twin(broken_notifiers)},
        adapter=lambda postbox: postbox.notifier,
    ),
)
