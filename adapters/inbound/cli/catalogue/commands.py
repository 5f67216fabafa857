"""The commands that bring many products into a shop, and that make some up."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO
from urllib.parse import urlsplit

import httpx
import typer
from rich.text import Text

from adapters.inbound.cli import local
from adapters.inbound.cli.catalogue.columns import FileWrong
from adapters.inbound.cli.catalogue.delivery import Delivery, SignedIn
from adapters.inbound.cli.catalogue.importing import Failure, Progress, import_lines
from adapters.inbound.cli.catalogue.lines import Format, format_of, read_lines
from adapters.inbound.cli.catalogue.meter import Meter
from adapters.inbound.cli.catalogue.writing import SEED, write_catalogue
from adapters.inbound.cli.errors import CommandFailed
from adapters.inbound.cli.parameters import DEFAULT_URL, Data, program, shop_folder, web_address
from adapters.inbound.cli.plan import ACCOUNTS, ADMIN_EMAIL
from adapters.inbound.cli.screen import console, sentence
from adapters.inbound.cli.up import demo_password

INTERRUPTED = 130
STANDARD = "-"

Currency = Annotated[
    str,
    typer.Option(
        envvar="CURRENCY", metavar="CODE", help="The currency of prices that name none, by ISO 4217: the shop's own."
    ),
]


def add_catalogue_commands(app: typer.Typer) -> None:
    panel = "A whole catalogue"

    @app.command("import", rich_help_panel=panel)
    def import_(
        ctx: typer.Context,
        file: Annotated[
            str, typer.Argument(metavar="FILE", help="CSV or NDJSON, by its ending; - is NDJSON that is piped in.")
        ],
        format: Annotated[Format | None, typer.Option(help="What FILE is, if its ending does not tell it.")] = None,
        url: Annotated[str, typer.Option(callback=web_address, help="Where the shop's gateway answers.")] = DEFAULT_URL,
        email: Annotated[str, typer.Option(help="Whom to sign in as: an admin.")] = ADMIN_EMAIL,
        currency: Currency = "USD",
        failures: Annotated[
            Path | None,
            typer.Option(
                metavar="FILE",
                dir_okay=False,
                help="Write all failed lines here: number, TAB, sku, TAB, reason.",
            ),
        ] = None,
        data: Data = None,
    ) -> None:
        """Bring a file of products into a running shop: new ones by their sku are made, known ones described anew.

        A known product keeps its stock, and an archived one stays archived. A line that cannot be kept is told and
        stops no other; then the status is 1. Importing a file again is safe, also after Ctrl-C or a lost connection.
        "updated" are known products, now as their line says, changed or not. Of two lines with one sku the later wins;
        where they differ, every import makes new versions of both.
        The password is SHOP_PASSWORD, or the demo password if the shop runs on this machine; else it is asked for.

        NDJSON has a JSON object a line, with the fields of `POST /v1/products`. CSV is in UTF-8, with a header:
        sku, name, description, category, tags (a|b), price (in cents: 4900), currency, stock, image (url|url),
        and attribute.NAME for any attribute; sku, name, category and price are needed.

        For example:

        - `shop import catalogue.csv`

        - `shop import products.txt --format ndjson --failures failed.txt`

        - `shop make-catalogue 1000 | shop import -`

        - `SHOP_PASSWORD=... shop import new.csv --url https://shop.example.com --email ada@example.com`
        """
        kind = format or (Format.ndjson if file == STANDARD else format_of(file))
        if kind is None:
            raise CommandFailed(f"{file} does not tell by its ending what it is: say --format csv or --format ndjson.")
        screen, progress = console(sys.stdout), Progress()
        try:
            with ExitStack() as stack:
                opened, size = stack.enter_context(_opened(file))
                lines = read_lines(opened, kind, currency=currency)
                told = stack.enter_context(_written(failures, source=file))
                password = _password(url, email, shop_folder(data))
                # No proxy of the environment: the shop is one's own.
                http = httpx.Client(base_url=url, trust_env=False, auth=SignedIn(email, password))
                stack.enter_context(http)
                meter = stack.enter_context(Meter(screen, progress, size=size))
                deliver = Delivery(http, email=email, say=meter.say, program=program(ctx))
                import_lines(lines, deliver, progress=progress, moved=meter.moved, failure=told)
        except CommandFailed as error:
            why, how_far = f"{error}", progress.how_far
            if isinstance(error, FileWrong):
                why, how_far = f"{file}: {error}.", progress.how_far_in_a_broken_file
            raise CommandFailed(f"{why} {how_far}" if progress.line else why) from error
        except KeyboardInterrupt:
            sentence(screen, Text(f"Interrupted. {progress.how_far}"))
            raise typer.Exit(INTERRUPTED) from None
        for failure in progress.first_failures:
            sentence(screen, Text(failure))
        if (more := progress.failed - len(progress.first_failures)) > 0:
            sentence(
                screen, Text(f"... and {more} more" + (f", all in {failures}" if failures else "; see --failures"))
            )
        sentence(screen, Text(progress.counts))
        if progress.failed:
            raise typer.Exit(1)

    @app.command(rich_help_panel=panel)
    def make_catalogue(
        number: Annotated[int, typer.Argument(min=0, metavar="N", help="How many products.")],
        seed: Annotated[int, typer.Option(help="The same seed makes the same products.")] = SEED,
        output: Annotated[
            Path | None, typer.Option(metavar="FILE", dir_okay=False, help="Where to; else it is written out here.")
        ] = None,
        currency: Annotated[
            str, typer.Option(envvar="CURRENCY", metavar="CODE", help="The currency of its prices, by ISO 4217.")
        ] = "USD",
    ) -> None:
        """Make up a believable catalogue, for trying things out at size: NDJSON, or CSV if FILE ends so.

        For example:

        - `shop make-catalogue 5000 --output catalogue.ndjson`

        - `shop make-catalogue 500 --seed 7 --output catalogue.csv`

        - `shop make-catalogue 1000 | shop import -`
        """
        write_catalogue(number, seed=seed, output=output, currency=currency)


@contextmanager
def _opened(name: str) -> Iterator[tuple[BinaryIO, int]]:
    """The file, and its size in bytes if it has one. Raises: CommandFailed."""
    if name == STANDARD:
        yield sys.stdin.buffer, 0
        return
    with ExitStack() as stack:
        try:
            file = stack.enter_context(Path(name).open("rb"))
        except OSError as error:
            raise CommandFailed(f"{name} cannot be read: {error.strerror}.") from error
        yield file, os.fstat(file.fileno()).st_size


@contextmanager
def _written(path: Path | None, *, source: str) -> Iterator[Callable[[Failure], object]]:
    """Takes failures, and writes each on a line of the file, if there is to be one. Raises: CommandFailed."""
    if path is None:
        yield lambda _: None
        return
    if path.exists() and Path(source).exists() and path.samefile(source):
        raise CommandFailed(f"{path} is what is imported: name another file by --failures.")
    with ExitStack() as stack:
        try:
            file = stack.enter_context(path.open("w", encoding="utf-8", buffering=1))
        except OSError as error:
            raise CommandFailed(f"{path} cannot be written: {error.strerror}.") from error

        def write(failure: Failure) -> None:
            try:
                file.write(f"{failure.row}\n")
            except OSError as error:
                raise CommandFailed(f"{path} cannot be written: {error.strerror}.") from error

        yield write


def _password(url: str, email: str, data: Path) -> str:
    """Raises: CommandFailed if there is nobody to ask."""
    if password := os.environ.get("SHOP_PASSWORD"):
        return password
    here = urlsplit(url).hostname in ("127.0.0.1", "::1", "localhost") and local.running(data)
    if here and email in ACCOUNTS.values():
        return demo_password(os.environ)
    if not sys.stdin.isatty():
        raise CommandFailed(f"Set SHOP_PASSWORD to the password of {email}.")
    password = typer.prompt(f"Password of {email}", hide_input=True, err=True)
    return str(password)
