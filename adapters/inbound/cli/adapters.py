"""`shop adapters`: every port, the adapters there are for it, and which of them is plugged in."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rich.console import Console
from rich.text import Text

from adapters.inbound.cli.errors import CommandFailed

_HEADINGS = ("service", "port", "adapters")


class ServiceName(StrEnum):
    product = "product"
    user = "user"
    cart = "cart"
    order = "order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The ports that one adapter serves, in whose service, and which adapter that is.

    `chosen` and `decorators` are phrases; `fault` is a sentence if what the setting names cannot be.
    """

    service: str
    ports: tuple[str, ...]
    adapters: tuple[str, ...]
    chosen: str
    decorators: tuple[str, ...]
    fault: str


def show_choices(choices: Sequence[Choice], console: Console, *, service: ServiceName | None) -> None:
    """A table of them all, or of what one service needs. Raises: CommandFailed, after it, if any choice is none."""
    faults = dict.fromkeys(choice.fault for choice in choices if choice.fault)
    choices = [choice for choice in choices if service is None or choice.service in (service, "shared")]
    rows = [(choice.service, ", ".join(choice.ports), ", ".join(choice.adapters)) for choice in choices]
    widths = [max(map(len, column)) for column in zip(_HEADINGS, *rows, strict=True)]

    def line(cells: Sequence[str], chosen: str, style: str = "") -> None:
        # No table that wraps or crops: names are there to be copied, and lines to be searched.
        padded = "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True))
        console.print(Text.assemble(f"{padded}  ", (chosen, style)), soft_wrap=True)

    line(_HEADINGS, "chosen")
    for row, choice in zip(rows, choices, strict=True):
        line(row, choice.chosen, "red" if choice.fault else "bold")
        for decorator in choice.decorators:
            line(("", "", ""), decorator)
    if faults:
        raise CommandFailed(" ".join(faults))
