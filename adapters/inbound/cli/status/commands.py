"""The command `shop status`."""

import asyncio
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from adapters.inbound.cli.endings import until_told
from adapters.inbound.cli.parameters import Data
from adapters.inbound.cli.plan import BASE_PORT
from adapters.inbound.cli.ports import HOST
from adapters.inbound.cli.screen import console
from adapters.inbound.cli.status.probe import Probe, client
from adapters.inbound.cli.status.summary import ShopStatus
from adapters.inbound.cli.status.watch import Watch
from adapters.inbound.cli.stores import SERVICES

Environment = Callable[..., Mapping[str, str]]
"""Finds the settings of the shop that is meant, by the context, the folder, and the variables that can name another."""

_URLS = {name: f"{name.upper()}_URL" for name in SERVICES}


def add_status_command(app: typer.Typer, environment: Environment) -> None:
    @app.command(rich_help_panel="For those who look after a shop")
    def status(
        ctx: typer.Context,
        every: Annotated[
            float, typer.Option(min=0.2, max=30, metavar="SECONDS", help="How long to wait between two looks.")
        ] = 1.0,
        once: Annotated[bool, typer.Option("--once", help="Look twice, tell how it is, and end.")] = False,
        as_json: Annotated[bool, typer.Option("--json", help="The same as one JSON object, for scripts.")] = False,
        data: Data = None,
    ) -> None:
        """Show how the shop is, live: its services, what is asked of them and how fast they answer, what becomes of
        checkouts, and what waits. q or Ctrl-C ends it.

        It asks each service for `/readyz` and `/metrics` and reckons as Prometheus does: rates and latencies are of the
        last 30 seconds, checkouts and rounds of the last minute, the rest is of now. What waits is counted every 15
        seconds; if it could not be, it says as of when it is. Nothing is changed. It looks at the shop that `shop up`
        runs here, or at the one that PRODUCT_URL, USER_URL, CART_URL and ORDER_URL name, which must be the services'
        own addresses: metrics are not to be had through the gateway.

        *busy* are requests being answered; *err%* those answered with 500 or more; *lag* is how late the event loop
        comes to its work, at its worst but 1 %; *mongo* the connections in use, of how many there may be. Of calls to
        other services every attempt counts. What does not fit is left out: a larger window shows more.

        Without a terminal, with --once or with --json it looks twice, --every seconds apart, and tells what it found.
        Then the status is 1 if a service does not answer.

        For example:

        - `shop status`

        - `shop status --once --every 10` - how the last ten seconds were

        - `shop status --json | jq '.services[] | {name, state, requests}'`

        - `PRODUCT_URL=http://10.0.0.7:3001 ... shop status` - a shop elsewhere
        """
        found = environment(ctx, data, *_URLS.values())
        urls = {
            name: found.get(variable) or f"http://{HOST}:{BASE_PORT + number}"
            for number, (name, variable) in enumerate(_URLS.items())
        }
        screen = console(sys.stdout)
        if once or as_json or not sys.stdout.isatty() or screen.is_dumb_terminal:
            if not asyncio.run(_once(urls, every=every, screen=screen, as_json=as_json)):
                raise typer.Exit(1)
        else:
            asyncio.run(until_told(_live(urls, every=every, screen=screen)))


async def _once(urls: Mapping[str, str], *, every: float, screen: Console, as_json: bool) -> bool:
    async with client() as http:
        watch = Watch(Probe(http, urls), every=every)
        shop = await watch.between()
    if as_json:
        typer.echo(as_text(shop))
    else:
        screen.print(watch.view(shop, live=False))
    return shop.all_answer


async def _live(urls: Mapping[str, str], *, every: float, screen: Console) -> None:
    async with client() as http:
        await Watch(Probe(http, urls), every=every).live(screen, sys.stdin)


def as_text(shop: ShopStatus) -> str:
    return json.dumps(asdict(shop), indent=2)
