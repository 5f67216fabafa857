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


_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)


class FileWrong(CommandFailed):
    """A file is not what it should be, in words that go on where its name ends."""


def header(cells: Sequence[str]) -> list[str]:
    """The columns of a file, by its first row. Raises: FileWrong, naming the column that is wrong."""
    names = [cell.strip() for cell in cells]
    for name in names:
        if name not in COLUMNS and not (name.startswith(ATTRIBUTE) and name != ATTRIBUTE):
            raise FileWrong(
                f"there is no column {name[:60]!r}; there are {', '.join(COLUMNS)} and {ATTRIBUTE}<name>,"
                " separated by commas"
            )
        if names.count(name) > 1:
            raise FileWrong(f"the column {name!r} is there twice")
    if missing := [name for name in NEEDED if name not in names]:
        raise FileWrong(f"these columns are missing: {', '.join(missing)}")
    return names


def product(row: Mapping[str, str], *, currency: str) -> dict[str, Any]:
    """A row as the shop takes products; an empty cell says nothing, and a number that is none is left to the shop."""
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


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(SEPARATOR) if part.strip()]


def _number(cell: str) -> int | str:
    return int(cell) if _WHOLE.fullmatch(cell) else cell
