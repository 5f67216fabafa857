"""The lines of a file of products, CSV or NDJSON, read one by one and made ready for the shop."""

import codecs
import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath
from typing import BinaryIO

from adapters.inbound.cli.catalogue.columns import FileWrong, fault, header, product

LINE_MAX = 65_536
"""The shop takes no longer lines of NDJSON, in bytes; of a longer one no more than these are held."""
_ROOM = LINE_MAX + len(codecs.BOM_UTF8) + len(b"\r\n")
_CSV_LINE_MAX = 2**20


class Format(StrEnum):
    """How a file says what it says."""

    csv = "csv"
    ndjson = "ndjson"


_BY_SUFFIX = {".csv": Format.csv, ".ndjson": Format.ndjson, ".jsonl": Format.ndjson}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What begins on line `number` of the file, up to byte `end`: a `product` as the shop takes it.

    With a `fault` it is nothing for the shop; its product is there as far as it could be read.
    """

    number: int
    end: int
    product: bytes = b""
    fault: str = ""

    @property
    def sku(self) -> str:
        """The product's, as far as that can be told."""
        try:
            found = json.loads(self.product)
        except (ValueError, RecursionError):
            return ""
        sku = found.get("sku") if isinstance(found, dict) else None
        return sku if isinstance(sku, str) else ""


def format_of(name: str) -> Format | None:
    """The format that a file's name ends in."""
    return _BY_SUFFIX.get(PurePath(name).suffix.lower())


def read_lines(file: BinaryIO, format: Format, *, currency: str) -> Iterator[Line]:
    """Every line that says something; `currency` is that of prices in CSV which name none.

    Raises: FileWrong, at once if that shows in the header, else when a line is come to that cannot be read.
    """
    return _ndjson(file) if format is Format.ndjson else _csv(file, currency)


def _ndjson(file: BinaryIO) -> Iterator[Line]:
    number = end = 0
    while piece := file.readline(_ROOM):
        number, end = number + 1, end + len(piece)
        line = (piece.removeprefix(codecs.BOM_UTF8) if number == 1 else piece).removesuffix(b"\n").removesuffix(b"\r")
        while piece and not piece.endswith(b"\n"):  # the rest of a line that is too long, or of one without an end
            piece = file.readline(_ROOM)
            end += len(piece)
        if len(line) > LINE_MAX:
            yield Line(number=number, end=end, fault=f"The line is longer than {LINE_MAX} bytes.")
        elif number == 1 and line.lstrip().startswith(b"["):
            raise FileWrong("this is one JSON array; NDJSON has a JSON object on each line")
        elif line.strip():
            yield Line(number=number, end=end, product=line)


def _csv(file: BinaryIO, currency: str) -> Iterator[Line]:
    text = _Text(file)
    rows = _rows(text)
    _, first = next(rows, (1, None))
    if first is None:
        raise FileWrong("this is empty; the first row of a CSV file names its columns")
    return _described(rows, header(first), text, currency)


def _described(
    rows: Iterator[tuple[int, list[str]]], columns: list[str], text: "_Text", currency: str
) -> Iterator[Line]:
    for number, cells in rows:
        if len(cells) != len(columns):
            uneven = f"The row has {len(cells)} cells, and the header {len(columns)} columns."
            yield Line(number=number, end=text.end, fault=uneven)
        else:
            row = dict(zip(columns, cells, strict=True))
            found = json.dumps(product(row, currency=currency), ensure_ascii=False).encode()
            yield Line(number=number, end=text.end, product=found, fault=fault(row))


def _rows(text: "_Text") -> Iterator[tuple[int, list[str]]]:
    """Each row that is not empty, with the line that it begins on: a quoted cell may go over several."""
    reader = csv.reader(text, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise FileWrong(f"line {number} is no CSV ({error}); perhaps a quotation mark is missing") from error
        if cells is None:
            return
        if cells:
            yield number, cells


class _Text:
    """The lines of a file in UTF-8, with or without a byte order mark; `end` is how many bytes they took."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._number = 0
        self.end = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(_CSV_LINE_MAX)
        if not line:
            raise StopIteration
        self._number += 1
        self.end += len(line)
        if len(line) == _CSV_LINE_MAX:
            raise FileWrong(f"line {self._number} is longer than {_CSV_LINE_MAX} bytes")
        try:
            return line.decode("utf-8-sig" if self._number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise FileWrong(f"line {self._number} is not in UTF-8; save the file as `CSV UTF-8`") from error
