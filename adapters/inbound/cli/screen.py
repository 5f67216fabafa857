"""What `shop up` shows: coloured and alive on a terminal, plain lines anywhere else."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.text import Text

from adapters.inbound.cli.plan import ACCOUNTS, SERVICES, Plan

_STYLES = {
    "database": "yellow",
    "product": "green",
    "user": "cyan",
    "cart": "magenta",
    "order": "bright_blue",
    "gateway": "bright_black",
}


class Screen:
    """Tells a person about the processes of a shop."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def say(self, sentence: str) -> None:
        self._line(Text(sentence))

    def news(self, name: str, message: str) -> None:
        """What became of a process."""
        self._line(Text.assemble(("  ", ""), (f"{name:<9}", f"bold {_STYLES.get(name, '')}"), message))

    def output(self, name: str, line: str) -> None:
        """A line that a process wrote."""
        self._line(Text.assemble((f"{name:>9} | ", _STYLES.get(name, "")), line))

    @contextmanager
    def busy(self, sentence: str) -> Iterator[None]:
        """Shows that work goes on; where nothing can move, a line says so."""
        if not self._console.is_terminal:
            self.say(sentence)
            yield
            return
        with self._console.status(Text(sentence)):
            yield

    def addresses(self, plan: Plan, *, data: Path, password: str | None) -> None:
        """Where everything is, and who may sign in; `password` is that of the demo accounts, if they are known."""
        rows = [("shop", plan.gateway, "")]
        rows += [(name, plan.services[name], f"docs: {plan.gateway}/docs/{name}") for name in SERVICES]
        rows += [("database", plan.database, ""), ("data", str(data), ""), ("logs", str(data / "logs"), "")]
        if password is not None:
            rows += [(name, email, f"password: {password}") for name, email in ACCOUNTS.items()]
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
