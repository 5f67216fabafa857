"""Mails on the terminal of `shop up`: of all that the services write, what would be in somebody's mailbox."""

from collections.abc import Iterable

from adapters.inbound.cli.screen import Screen


class Mails:
    """Shows the lines that begin with `mark`, as every line of a mail does; the first of a mail says to whom it is.

    The next mail to each address in `unread` is left out: it comes of opening the demo accounts, and nobody reads it.
    """

    def __init__(self, screen: Screen, mark: str, *, unread: Iterable[str]) -> None:
        self.unread = set(unread)
        self._screen = screen
        self._mark = mark
        self._is_read = True

    def output(self, name: str, line: str) -> None:
        """A line that a process wrote."""
        if not line.startswith(self._mark):
            return
        words, to, address = line.removeprefix(self._mark).partition(" To: ")
        if to and not words:
            self._is_read = address not in self.unread
            self.unread.discard(address)
        if self._is_read:
            self._screen.output(name, line)
