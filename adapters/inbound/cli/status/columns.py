"""Tables that fit: what matters least goes first."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

_CUT_TO = 20
"""Cells that are left of a column that may be cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One with its cells. The higher `drops`, the sooner it goes where there is no room; 0 stays."""

    head: str
    cells: Sequence[Text | str]
    drops: int = 0
    left: bool = False
    cut: bool = False

    @property
    def width(self) -> int:
        return max(cell_len(str(cell)) for cell in (self.head, *self.cells))

    @property
    def least(self) -> int:
        return min(self.width, _CUT_TO) if self.cut else self.width


def gap(width: int) -> int:
    """Cells between two columns."""
    return 2 if width >= 100 else 1


def fitting(columns: Sequence[Column], width: int) -> list[Column]:
    """Those for which there is room."""
    kept = list(columns)
    while needed(kept, width) > width and any(column.drops for column in kept):
        kept.remove(max(kept, key=lambda column: column.drops))
    return kept


def needed(columns: Sequence[Column], width: int) -> int:
    """How many cells they take at least, in a width of so many."""
    return sum(column.least for column in columns) + gap(width) * (len(columns) - 1)


def table(columns: Sequence[Column], width: int, *, rows: int | None = None) -> Table:
    """Of the columns for which there is room, and the first so many rows."""
    kept = fitting(columns, width)
    spare = max(0, width - needed(kept, width))
    made = Table(box=None, padding=(0, gap(width), 0, 0), pad_edge=False, header_style="dim", collapse_padding=True)
    for column in kept:
        made.add_column(
            column.head,
            justify="left" if column.left else "right",
            no_wrap=True,
            overflow="ellipsis",
            width=min(column.width, column.least + spare) if column.cut else column.width,
        )
    for row in list(zip(*(column.cells for column in kept), strict=True))[:rows]:
        made.add_row(*row)
    return made
