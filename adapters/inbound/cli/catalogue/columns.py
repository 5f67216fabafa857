"""A product as a row of a CSV file, and back."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from adapters.inbound.cli.errors import CommandFailed

COLUMNS = ("sku", "name", "description", "category", "tags", "price", "currency", "stock", "image")
NEEDED = ("sku", "name", "category", "price")
ATTRIBUTE = "attribute."
SEPARATOR = "|"
"""Between tags, and between the addresses of images."""

_OTHER_SEPARATORS = {";": "';'", "\t": "tabs"}
_WHOLE_NUMBERS = {"price": "a whole number of minor units (1299 for 12.99)", "stock": "a whole number"}
_WHOLE = re.compile(r"-?[0-9]{1,100}", re.ASCII)
_TOLD = 40


class FileWrong(CommandFailed):
    """A file is not what it should be, in words that go on where its name ends."""


def header(cells: Sequence[str]) -> list[str]:
    """The columns of a file, by its first row. Raises: FileWrong, naming the column that is wrong."""
    names = [_name(cell.strip()) for cell in cells]
    for name, cell in zip(names, cells, strict=True):
        if name not in COLUMNS and not (name.startswith(ATTRIBUTE) and name != ATTRIBUTE):
            for separator, told in _OTHER_SEPARATORS.items():
                if separator in cell:
                    raise FileWrong(f"the columns seem to be separated by {told}: save it with commas")
            raise FileWrong(
                f"there is no column {cell.strip()[:60]!r}; there are {', '.join(COLUMNS)} and {ATTRIBUTE}<name>,"
                " separated by commas"
            )
        if names.count(name) > 1:
            raise FileWrong(f"the column {name!r} is there twice")
    if missing := [name for name in NEEDED if name not in names]:
        raise FileWrong(f"these columns are missing: {', '.join(missing)}")
    return names


def fault(row: Mapping[str, str]) -> str:
    """What of a row cannot be told to the shop, by the names of its columns; empty if all can."""
    wrong = (
        f'{name}: "{row[name].strip()[:_TOLD]}" is not {what}'
        for name, what in _WHOLE_NUMBERS.items()
        if row.get(name, "").strip() and not _WHOLE.fullmatch(row[name].strip())
    )
    return "; ".join(wrong)


def product(row: Mapping[str, str], *, currency: str) -> dict[str, Any]:
    """A row as the shop takes products; an empty cell says nothing, and a number that is none stays as it is."""
    cells = {name: cell.strip() for name, cell in row.items() if cell.strip()}
    found: dict[str, Any] = {name: cells[name] for name in ("sku", "name", "description", "category") if name in cells}
    found["price"] = {"currency": cells.get("currency", currency)}
    if "price" in cells:
        found["price"]["amount"] = _number(cells["price"])
    if "stock" in cells:
        found["stock"] = _number(cells["stock"])
    found["tags"] = _parts(cells.get("tags", ""))
    found["images"] = [{"url": url} for url in _parts(cells.get("image", ""))]
    found["attributes"] = {
        name.removeprefix(ATTRIBUTE): cell for name, cell in cells.items() if name.startswith(ATTRIBUTE)
    }
    return found


def row(product: Mapping[str, Any], attributes: Iterable[str]) -> dict[str, str]:
    """A product of the form that the shop takes as a row, with a column for each of `attributes`."""
    return {
        **{name: product[name] for name in ("sku", "name", "description", "category")},
        "tags": SEPARATOR.join(product["tags"]),
        "price": str(product["price"]["amount"]),
        "currency": product["price"]["currency"],
        "stock": str(product["stock"]),
        "image": SEPARATOR.join(image["url"] for image in product["images"]),
        **{f"{ATTRIBUTE}{name}": product["attributes"].get(name, "") for name in attributes},
    }


def _name(cell: str) -> str:
    """A column's name, for which case does not count; an attribute's own name is kept as it is."""
    prefix, attribute = cell[: len(ATTRIBUTE)].lower(), cell[len(ATTRIBUTE) :]
    return f"{ATTRIBUTE}{attribute.strip()}" if prefix == ATTRIBUTE else cell.lower()


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(SEPARATOR) if part.strip()]


def _number(cell: str) -> int | str:
    return int(cell) if _WHOLE.fullmatch(cell) else cell
