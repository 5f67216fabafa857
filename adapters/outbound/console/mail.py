"""Mails on the screen of whoever develops, in place of a mailbox."""

import sys
from typing import TextIO

from core.shared.mail import Mail
from core.shared.ports import Notifier

MARK = "mail>"
"""What each line begins with, so that it is told from the rest of a process's output."""


class ConsoleNotifier(Notifier):
    """Writes each mail to a stream, standard output if none is given: every line marked, in one piece."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    async def send(self, mail: Mail) -> None:
        lines = (f"To: {mail.to}", f"Subject: {mail.subject}", "", *mail.text.split("\n"))
        stream = self._stream or sys.stdout
        stream.write("".join(f"{MARK} {line}\n" for line in lines))
        stream.flush()
