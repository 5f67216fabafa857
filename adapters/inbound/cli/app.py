"""The commands of `shop`: what they are called, what they take, how they end."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text
from typer.core import TyperGroup

from adapters.inbound.cli import local
from adapters.inbound.cli.actions import Actions
from adapters.inbound.cli.adapters import ServiceName, show_choices
from adapters.inbound.cli.catalogue.commands import add_catalogue_commands
from adapters.inbound.cli.endings import until_told
from adapters.inbound.cli.errors import CommandFailed
from adapters.inbound.cli.keys import add_keys_commands
from adapters.inbound.cli.local_commands import add_local_commands
from adapters.inbound.cli.parameters import Data, program, shop_folder
from adapters.inbound.cli.plan import CHOICES, Store
from adapters.inbound.cli.screen import console, sentence
from adapters.inbound.cli.status.commands import add_status_command
from adapters.inbound.cli.stores import store_of, variable
from core import VERSION
from core.shared.errors import ShopError

_PEERS = ("PRODUCT_URL", "CART_URL", "USER_URL")


class _Shop(TyperGroup):
    """Ends a command that failed with one line and status 1."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (CommandFailed, ShopError) as error:
            sentence(console(sys.stderr), Text(f"shop: {error}", "red"))
            raise typer.Exit(1) from error


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"shop {VERSION}")
        raise typer.Exit


def create(actions: Actions) -> typer.Typer:
    """The application, with `actions` doing the work."""
    app = typer.Typer(
        cls=_Shop,
        name="shop",
        help="""Run a Portico shop on this machine, look around in it, and look after one.

        Begin with `shop up`; then, in another terminal, `shop tour`.""",
        epilog="`shop COMMAND --help` says more about a command, with examples.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode="markdown",
        pretty_exceptions_show_locals=False,  # they may hold secrets
    )
    app.callback()(_shop)
    add_local_commands(app, actions)
    add_catalogue_commands(app)
    add_status_command(app, _environment)
    _add_operators_commands(app, actions)
    add_keys_commands(app, actions.keys)
    return app


def _shop(
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Tell the version.")
    ] = False,
) -> None:
    pass


def _add_operators_commands(app: typer.Typer, actions: Actions) -> None:
    panel = "For those who look after a shop"

    @app.command(rich_help_panel=panel)
    def adapters(
        service: Annotated[ServiceName | None, typer.Option(help="Only what this service needs.")] = None,
        data: Data = None,
    ) -> None:
        """Show every port, the adapters there are for it, which one the settings choose, and which setting does.

        The settings are those of the shop that `shop up` runs here, unless none does, or the environment has others.
        Then they are those that `shop up` would take from the environment; or, if STORE or ENVIRONMENT is set there,
        those of a service that is started in it by itself. The first line says which. Nothing is started, and no
        address of a store is shown. Status 1, with a sentence, if a setting names what cannot be.

        For example:

        - `shop adapters`

        - `shop adapters --service product`

        - `CART_STORE=memory shop adapters` - what `CART_STORE=memory shop up` would choose

        - `STORE=memory shop adapters` - what a service with this setting would choose
        """
        folder = shop_folder(data)
        here, environ = local.running(folder), {name: value for name, value in os.environ.items() if value}
        typed = {name: environ[name] for name in CHOICES if name in environ}
        meant = here if typed.items() <= here.items() else {}
        asked = {"SERVICE": service.value} if service else {}
        if meant:
            heading = f"In the shop that runs on {folder}:"
        elif environ.keys() & {"STORE", "ENVIRONMENT"}:
            heading = "In a service started by itself in this environment:"
        else:
            meant = {"STORE": Store.mongo.value}
            heading = "As `shop up` would run it in this environment, with --store mongo:"
        choices = actions.adapters({**environ, **meant, **asked})
        typer.echo(heading)
        show_choices(choices, console(sys.stdout), service=service)

    @app.command(rich_help_panel=panel)
    def grant_admin(
        ctx: typer.Context,
        email: Annotated[str, typer.Argument(metavar="EMAIL", help="The address of an account that exists.")],
        data: Data = None,
    ) -> None:
        """Make an account an admin, from its next login on, and enable it if it was disabled.

        It acts on the shop that `shop up` runs here, or on the one whose accounts are where USER_STORE says, or
        MONGO_URL (and MONGO_DATABASE). Accounts that are kept in memory cannot be reached this way.

        For example: `shop grant-admin ada@example.com`
        """
        environment = _environment(ctx, data, variable("user"), "MONGO_URL")
        _require_reachable_store(
            "user", environment, "sign in as an admin and PUT /v1/users/{id}/roles, or run it with --store mongo"
        )
        asyncio.run(until_told(actions.grant_admin(email, environment)))
        typer.echo(f"{email} is an admin from the next login on.")

    @app.command(rich_help_panel=panel)
    def audit(ctx: typer.Context, data: Data = None) -> None:
        """Compare the books of orders and of stock, and say in a sentence what differs and what to do about it.

        Every unit received is on sale, set aside or sold. Every confirmed order has exactly its units set aside, every
        shipped one exactly its units sold, and nothing is kept for an order that does not exist or is cancelled. Every
        total is the sum of its lines. No cart was ordered twice. No order is undecided, half done or untold for long,
        and each can be read.

        It reads the internal lists of the product and order services, so it works on any store and on a live shop:
        the one that `shop up` runs here, or the one that ORDER_URL, PRODUCT_URL and SERVICE_KEY describe.
        Nothing is stopped or changed; what only seems to differ, because it is just happening, is gone at the second
        or third look. The last line says how much there was to look at. Status 1 if anything differs.

        For example: `shop audit`
        """
        environment = _environment(ctx, data, "ORDER_URL", "PRODUCT_URL", "SERVICE_KEY", key_of="audit")
        audited = asyncio.run(until_told(actions.audit(environment)))
        if audited is None:
            raise typer.Exit(1)
        for difference in audited.differences:
            typer.echo(difference.sentence)
        typer.echo(
            f"{_count(len(audited.differences), 'difference')} in {_count(audited.orders, 'order')}"
            f" and {_count(audited.products, 'product')}"
        )
        if audited.differences:
            raise typer.Exit(1)

    @app.command(rich_help_panel=panel)
    def worker(ctx: typer.Context, data: Data = None) -> None:
        """Finish orders that were left undecided and send what waits in their outbox, until Ctrl-C.

        Every order service does this too; any number of workers may run beside them. On orders that are kept in
        memory only their own order service can.

        For example: `shop worker`
        """
        environment = _environment(ctx, data, variable("order"), "MONGO_URL", "SERVICE_KEY", *_PEERS, key_of="order")
        _require_reachable_store(
            "order", environment, "its order service does this work itself, or run it with --store mongo"
        )
        typer.echo("Working until Ctrl-C.")
        asyncio.run(until_told(actions.worker(environment)))


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _environment(ctx: typer.Context, data: Path | None, *names: str, key_of: str = "") -> dict[str, str]:
    """The settings of the shop meant: the one running on the folder, unless one of the variables `names` has another
    value than there. In that shop, one proves oneself by the key of the service `key_of`.

    Raises: CommandFailed if no shop runs there and none of the variables is set.
    """
    folder = shop_folder(data)
    here, environ = local.running(folder), {name: value for name, value in os.environ.items() if value}
    if here and key_of:
        here |= local.service_key(folder, key_of)
    if here and all(environ.get(name, value) == value for name, value in here.items() if name in names):
        return {**environ, **here}
    if environ.keys().isdisjoint(names):
        raise CommandFailed(
            f"No shop runs on {folder}. Start one by `{program(ctx)} up`, name its folder by --data,"
            f" or describe another by the variables that its services have: {', '.join(names)}."
        )
    return {"STORE": "mongo" if "MONGO_URL" in environ else "memory", **environ}


def _require_reachable_store(service: str, environment: dict[str, str], way_out: str) -> None:
    if store_of(service, environment).forgets:
        raise CommandFailed(
            f"The {service} service of this shop keeps its data in memory, which no other process reaches: {way_out}."
        )
