"""Notifiers as one could get them wrong."""

import asyncio
from abc import abstractmethod
from dataclasses import replace

from adapters.outbound.memory.mail import MemoryNotifier
from core.shared.mail import Mail


class _Altering(MemoryNotifier):
    """Sends another mail than it was given."""

    @abstractmethod
    def altered(self, mail: Mail) -> Mail: ...

    async def send(self, mail: Mail) -> None:
        await super().send(self.altered(mail))


class Silent(MemoryNotifier):
    """Says that it sent, and does not."""

    async def send(self, mail: Mail) -> None:
        pass


class Testing(MemoryNotifier):
    """Sends a mail to see whether that works."""

    def __init__(self) -> None:
        super().__init__()
        self._sent.append(Mail(to="postmaster@example.com", subject="Test", text=""))


class Later(MemoryNotifier):
    """Leaves the sending to a task that nobody waits for."""

    async def send(self, mail: Mail) -> None:
        self._task = asyncio.ensure_future(super().send(mail))


class OnceOnly(MemoryNotifier):
    """Takes a second mail of the same words for the first."""

    async def send(self, mail: Mail) -> None:
        if mail not in self._sent:
            await super().send(mail)


class ReadAndWritten(MemoryNotifier):
    """Reads all that was sent, lets somebody else pass, and writes it back with one mail more."""

    async def send(self, mail: Mail) -> None:
        sent = [*self._sent, mail]
        await asyncio.sleep(0)
        self._sent.clear()
        self._sent.extend(sent)


class OneDraft(MemoryNotifier):
    """Writes every mail into the one draft, and lets somebody else pass before it sends that."""

    async def send(self, mail: Mail) -> None:
        self._draft = mail
        await asyncio.sleep(0)
        await super().send(self._draft)


class NewestFirst(MemoryNotifier):
    """Sends the last mail first."""

    async def send(self, mail: Mail) -> None:
        self._sent.appendleft(mail)


class Trimmed(_Altering):
    """Tidies the text up."""

    def altered(self, mail: Mail) -> Mail:
        return replace(mail, text=mail.text.strip())


class WindowsLines(_Altering):
    """Ends every line as SMTP does."""

    def altered(self, mail: Mail) -> Mail:
        return replace(mail, text=mail.text.replace("\n", "\r\n"))


class DotEnds(_Altering):
    """Takes a line of a dot for the end, as SMTP does."""

    def altered(self, mail: Mail) -> Mail:
        return replace(mail, text=mail.text.partition("\n.\n")[0])


class Folded(_Altering):
    """Breaks long lines, and links with them."""

    def altered(self, mail: Mail) -> Mail:
        lines = (line[start : start + 998] for line in mail.text.split("\n") for start in range(0, len(line) or 1, 998))
        return replace(mail, text="\n".join(lines))


class AsciiText(_Altering):
    """Knows no letters but those of English."""

    def altered(self, mail: Mail) -> Mail:
        return replace(mail, text=mail.text.encode("ascii", "replace").decode())


class AsciiSubject(_Altering):
    """Knows none in a subject."""

    def altered(self, mail: Mail) -> Mail:
        return replace(mail, subject=mail.subject.encode("ascii", "replace").decode())


class ShortSubject(_Altering):
    """Cuts a subject to what fits on a line."""

    def altered(self, mail: Mail) -> Mail:
        return replace(mail, subject=mail.subject[:78])


class TagsDropped(_Altering):
    """Writes to the mailbox without its tag."""

    def altered(self, mail: Mail) -> Mail:
        name, _, domain = mail.to.partition("@")
        return replace(mail, to=f"{name.partition('+')[0]}@{domain}")
