"""The commands of `shop`: what they are called, what they take, how they end."""

import asyncio
import os
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from adapters.inbound.cli import local
from adapters.inbound.cli.actions import Actions
from adapters.inbound.cli.endings import until_told
from adapters.inbound.cli.errors import CommandFailed
from adapters.inbound.cli.plan import Options, Store
from adapters.inbound.cli.tour import tour as play_tour
from adapters.inbound.cli.up import up as run_shop
from core.shared.errors import ShopError

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


class _Shop(TyperGroup):
    """Ends a command that failed with one line and status 1."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (CommandFailed, ShopError) as error:
            Console(stderr=True, highlight=False).print(f"shop: {error}", style="red", markup=False, soft_wrap=True)
            raise typer.Exit(1) from error


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
    _add_local_commands(app, actions)
    _add_operators_commands(app, actions)
    return app


def _add_local_commands(app: typer.Typer, actions: Actions) -> None:
    panel = "On this machine"

    @app.command(rich_help_panel=panel)
    def up(
        store: Annotated[Store, typer.Option(help="Keep data in MongoDB or in memory.")] = Store.mongo,
        data: Data = None,
        base_port: Annotated[
            int,
            typer.Option(min=1024, max=65000, help="The product service's port; user, cart, order, database follow."),
        ] = 3001,
        gateway_port: Annotated[
            int, typer.Option(min=1024, max=65535, help="The port on which the whole shop is reached.")
        ] = 8080,
        seed: Annotated[
            bool, typer.Option("--seed/--no-seed", help="Fill a new shop with demo products and two accounts.")
        ] = True,
        restart: Annotated[
            bool, typer.Option("--restart", help="Start a process that died again, instead of ending the shop.")
        ] = False,
        verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show what every process writes.")] = False,
    ) -> None:
        """Start the whole shop: a database, the four services, and a gateway in front of them.

        Ctrl-C ends it all and keeps the data: the next `shop up` goes on where this one ended.
        If MONGO_URL is set, that MongoDB is used; otherwise an embedded database (SecantusDB) is started.
        The demo accounts' password is SHOP_DEMO_PASSWORD, or a fixed one, which is shown.

        For example:

        - `shop up` - everything, on ports 3001 to 3005 and 8080

        - `shop up --store memory` - forgets everything when it ends

        - `shop up --base-port 4001 --gateway-port 9090 --data /tmp/other` - a second shop beside the first

        - `MONGO_URL=mongodb://db.example.com shop up --restart -v` - on a server of yours
        """
        options = Options(
            store=store,
            data=_folder(data),
            base_port=base_port,
            gateway_port=gateway_port,
            seed=seed,
            restart=restart,
            verbose=verbose,
        )
        asyncio.run(run_shop(options, actions, environ=os.environ, console=Console(highlight=False)))

    @app.command(rich_help_panel=panel)
    def tour(
        url: Annotated[str, typer.Option(help="Where the shop's gateway answers.")] = "http://127.0.0.1:8080",
    ) -> None:
        """Visit a running shop as a customer: register, log in, search, fill a cart, order, look, cancel.

        Every call is shown as you would type it, with its answer; the tour ends with status 1 at the first answer
        that is not as it should be. It needs the demo catalogue.

        For example:

        - `shop tour`

        - `shop tour --url http://127.0.0.1:9090` - a shop on another port
        """
        play_tour(url, Console(highlight=False))

    @app.command(rich_help_panel=panel)
    def openapi(
        folder: Annotated[Path, typer.Argument(metavar="DIR", file_okay=False, help="Made if it is not there.")],
    ) -> None:
        """Write the OpenAPI document of each service to a folder, without starting anything.

        For example: `shop openapi build/openapi`
        """
        for path in actions.openapi(folder):
            typer.echo(path)


def _add_operators_commands(app: typer.Typer, actions: Actions) -> None:
    panel = "For those who look after a shop"

    @app.command(rich_help_panel=panel)
    def grant_admin(
        email: Annotated[str, typer.Argument(metavar="EMAIL", help="The address of an account that exists.")],
        data: Data = None,
    ) -> None:
        """Make an account an admin, from its next login on.

        It acts on the shop that `shop up` runs here, or on the one that the environment's variables describe
        (STORE, MONGO_URL, ...). A shop with `--store memory` cannot be reached this way.

        For example: `shop grant-admin ada@example.com`
        """
        environment = _environment(_folder(data))
        _require_reachable_store(
            environment, "sign in as an admin and PUT /v1/users/{id}/roles, or run it with --store mongo"
        )
        asyncio.run(until_told(actions.grant_admin(email, environment)))
        typer.echo(f"{email} is an admin from the next login on.")

    @app.command(rich_help_panel=panel)
    def audit(data: Data = None) -> None:
        """Compare the books: every order with the stock it holds, every product's units, every total.

        It reads the internal lists of the product and order services, so it works on either store and on a live
        shop. Status 1 if anything differs.

        For example: `shop audit`
        """
        differences = asyncio.run(until_told(actions.audit(_environment(_folder(data)))))
        if differences is None:
            raise typer.Exit(1)
        for difference in differences:
            typer.echo(difference)
        typer.echo(f"{len(differences)} difference{'' if len(differences) == 1 else 's'}")
        if differences:
            raise typer.Exit(1)

    @app.command(rich_help_panel=panel)
    def worker(data: Data = None) -> None:
        """Finish orders that were left undecided and send what waits in their outbox, until Ctrl-C.

        Every order service does this too; any number of workers may run beside them. On a shop with
        `--store memory` only its own order service can.

        For example: `shop worker`
        """
        environment = _environment(_folder(data))
        _require_reachable_store(environment, "its order service does this work itself, or run it with --store mongo")
        asyncio.run(until_told(actions.worker(environment)))


def _folder(data: Path | None) -> Path:
    return (data or local.default_folder()).resolve()


def _environment(folder: Path) -> dict[str, str]:
    """The settings of the shop meant: the one running on the folder, unless MONGO_URL names another database.

    Raises: CommandFailed if there is neither.
    """
    here, environ = local.running(folder), {name: value for name, value in os.environ.items() if value}
    if here and environ.get("MONGO_URL", here.get("MONGO_URL")) == here.get("MONGO_URL"):
        return {**environ, **here}
    if environ.keys().isdisjoint({"STORE", "MONGO_URL", "SERVICE_TOKEN_SECRET"}):
        raise CommandFailed(
            f"No shop runs on {folder}. Start one by `shop up`, name its folder by --data,"
            " or describe another by the variables its services have (STORE, MONGO_URL, ...)."
        )
    return {"STORE": "mongo" if "MONGO_URL" in environ else "memory", **environ}


def _require_reachable_store(environment: dict[str, str], way_out: str) -> None:
    if environment["STORE"] == "memory":
        raise CommandFailed(f"This shop keeps its data in memory, which no other process reaches: {way_out}.")
