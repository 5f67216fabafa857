"""What several commands of `shop` take alike."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from adapters.inbound.cli import local
from adapters.inbound.cli.plan import GATEWAY_PORT

DEFAULT_URL = f"http://127.0.0.1:{GATEWAY_PORT}"

Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        envvar="SHOP_DATA",
        metavar="DIR",
        file_okay=False,
        show_default=".shop in the checkout",
        help="The folder of the shop on this machine: its data, secrets and logs.",
    ),
]


def web_address(url: str) -> str:
    """For an option's `callback`."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise typer.BadParameter("an address looks like http://127.0.0.1:8080")
    return url


def shop_folder(data: Path | None) -> Path:
    """The folder that is meant."""
    return (data or local.default_folder()).resolve()


def program(ctx: typer.Context) -> str:
    """What was typed for this command."""
    return ctx.find_root().info_name or "shop"
