"""How a command can end without doing its work."""


class CommandFailed(Exception):
    """One sentence on what went wrong and, where there is one, the way out; shown instead of a traceback."""


class Died(CommandFailed):
    """A process ended that should be running: `how` is its exit status or signal, `last_lines` its last output."""

    def __init__(self, name: str, how: str, last_lines: tuple[str, ...], also: str = "") -> None:
        super().__init__(f"{name} ended by itself ({how}){also}.")
        self.name = name
        self.how = how
        self.last_lines = last_lines
