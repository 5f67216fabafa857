"""What `shop up` shows: coloured and alive on a terminal, plain lines anywhere else."""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, cast

from rich.console import Console
from rich.text import Text

from adapters.inbound.cli.plan import ACCOUNTS, Plan
from adapters.inbound.cli.stores import SERVICES

_STYLES = {
    "database": "yellow",
    "product": "green",
    "user": "cyan",
    "cart": "magenta",
    "order": "bright_blue",
    "gateway": "bright_black",
}


def console(stream: TextIO) -> Console:
    """A console on a stream that may go away: a terminal that is closed, a reader that has read enough."""
    return Console(file=cast("TextIO", _Lasting(stream)), highlight=False)


class _Lasting:
    """A stream that goes nowhere from the moment at which it cannot be written any more."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except OSError:
            self._forget()
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError:
            self._forget()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _forget(self) -> None:
        # Below the stream, so that what waits in its buffer has somewhere to go when the interpreter ends.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)


def sentence(console: Console, text: Text) -> None:
    """On a terminal, broken between words, for a terminal itself breaks anywhere; elsewhere it is one line.

    What a file or a service said may hold control characters, which a terminal would obey: they are not shown.
    """
    text.plain = "".join(letter if letter.isprintable() or letter == "\n" else "\ufffd" for letter in text.plain)
    console.print(text, soft_wrap=not console.is_terminal)


class Screen:
    """Tells a person about the processes of a shop."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def say(self, text: str) -> None:
        sentence(self._console, Text(text))

    def news(self, name: str, message: str) -> None:
        """What became of a process."""
        self._line(Text.assemble(("  ", ""), (f"{name:<9}", f"bold {_STYLES.get(name, '')}"), message))

    def output(self, name: str, line: str) -> None:
        """A line that a process wrote."""
        self._line(Text.assemble((f"{name:>9} | ", _STYLES.get(name, "")), line))

    @contextmanager
    def busy(self, text: str) -> Iterator[None]:
        """Shows that work goes on; where nothing can move, a line says so."""
        if not self._console.is_terminal:
            self.say(text)
            yield
            return
        with self._console.status(Text(text)):
            yield

    def addresses(self, plan: Plan, *, data: Path, password: str, opened: Collection[str] | None) -> None:
        """Where everything is, and who may sign in: the demo accounts, if there are any, `opened` by the password."""
        # What a browser can show comes first; at the root of the API there is nothing to see.
        rows = [
            (name, f"{plan.gateway}/docs/{name}", f"answers on {plan.services[name]}, {plan.stores[name].sentence}")
            for name in SERVICES
        ]
        rows += [("shop", plan.gateway, "the API of all four, under /v1")]
        rows += [("database", plan.database, "")] if plan.database else []
        rows += [("data", str(data), ""), ("logs", str(data / "logs"), "")]
        if opened is not None:
            for name, email in ACCOUNTS.items():
                rows.append((name, email, f"password: {password if email in opened else '(as it was set earlier)'}"))
        # No table that wraps or crops: addresses are there to be copied.
        width = max(len(address) for _, address, more in rows if more)
        self.say("")
        for name, address, more in rows:
            text = f"{address:<{width}}   {more}" if more else address
            self._line(Text.assemble("  ", (f"{name:<9}", f"bold {_STYLES.get(name, '')}"), text))
        self.say("")

    def last_lines(self, name: str, lines: tuple[str, ...]) -> None:
        """What a process that died wrote last."""
        self.say(f"The last lines of {name}:" if lines else f"{name} wrote nothing.")
        for line in lines:
            self.output(name, line)

    def _line(self, text: Text) -> None:
        self._console.print(text, soft_wrap=True)
