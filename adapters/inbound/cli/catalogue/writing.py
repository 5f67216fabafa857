"""`shop make-catalogue`: writes a made-up catalogue product by product, so that it may be of any length."""

import csv
import json
import sys
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import Any, TextIO

from rich.progress import track

from adapters.inbound.cli.catalogue.columns import ATTRIBUTE, COLUMNS, row
from adapters.inbound.cli.catalogue.lines import Format, format_of
from adapters.inbound.cli.catalogue.made_up import ATTRIBUTES, products
from adapters.inbound.cli.errors import CommandFailed
from adapters.inbound.cli.screen import console

SEED = 1
LONG = 20_000
"""So many products take longer than one likes to wait without seeing anything."""


def write_catalogue(number: int, *, seed: int, output: Path | None, currency: str) -> None:
    """Writes to the file, as CSV if its name ends so, or to the standard output. Raises: CommandFailed."""
    screen = console(sys.stderr)
    made = track(
        products(number, seed, currency=currency),
        "Making products",
        total=number,
        console=screen,
        transient=True,
        disable=number < LONG or not screen.is_terminal or (output is None and sys.stdout.isatty()),
    )
    write = _write_csv if output is not None and format_of(output.name) is Format.csv else _write_ndjson
    try:
        opened = nullcontext(sys.stdout) if output is None else output.open("w", encoding="utf-8", newline="")
        with opened as file:
            write(made, file)
    except OSError as error:
        if output is None:
            raise  # whoever reads has read enough
        raise CommandFailed(f"{output} cannot be written: {error.strerror}.") from error


def _write_ndjson(made: Iterable[dict[str, Any]], file: TextIO) -> None:
    file.writelines(json.dumps(product, ensure_ascii=False) + "\n" for product in made)


def _write_csv(made: Iterable[dict[str, Any]], file: TextIO) -> None:
    writer = csv.DictWriter(file, [*COLUMNS, *(f"{ATTRIBUTE}{name}" for name in ATTRIBUTES)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(row(product, ATTRIBUTES) for product in made)
