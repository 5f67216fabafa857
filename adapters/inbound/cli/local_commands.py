"""The commands that run a shop on this machine, and look around in it."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from adapters.inbound.cli.actions import Actions
from adapters.inbound.cli.functions import functions_plan
from adapters.inbound.cli.parameters import DEFAULT_URL, Data, program, shop_folder, web_address
from adapters.inbound.cli.plan import BASE_PORT, GATEWAY_PORT, Options, Store
from adapters.inbound.cli.screen import console
from adapters.inbound.cli.tour import tour as play_tour
from adapters.inbound.cli.up import up as run_shop

BasePort = Annotated[
    int, typer.Option(min=1024, max=65000, help="The product service's port; user, cart, order, database follow.")
]
GatewayPort = Annotated[int, typer.Option(min=1024, max=65535, help="The port on which the whole shop is reached.")]
Seed = Annotated[bool, typer.Option("--seed/--no-seed", help="Fill a new shop with demo products and two accounts.")]
Restart = Annotated[
    bool, typer.Option("--restart", help="Start a process that died again, instead of ending the shop.")
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show what every process writes.")]


def add_local_commands(app: typer.Typer, actions: Actions) -> None:
    panel = "On this machine"

    @app.command(rich_help_panel=panel)
    def up(
        ctx: typer.Context,
        store: Annotated[Store, typer.Option(help="Keep data in MongoDB or in memory.")] = Store.mongo,
        data: Data = None,
        base_port: BasePort = BASE_PORT,
        gateway_port: GatewayPort = GATEWAY_PORT,
        seed: Seed = True,
        restart: Restart = False,
        verbose: Verbose = False,
    ) -> None:
        """Start the whole shop: a database, the four services, and a gateway in front of them.

        Ctrl-C ends it all and keeps what is not in memory: the next `shop up` goes on where this one ended.
        If MONGO_URL is set, that MongoDB is used; otherwise an embedded database (SecantusDB) is started.
        PRODUCT_STORE, USER_STORE, CART_STORE and ORDER_STORE give a service another store than --store.
        The demo accounts' password is SHOP_DEMO_PASSWORD, or a fixed one, which is shown.

        For example:

        - `shop up` - everything, on ports 3001 to 3005 and 8080

        - `shop up --store memory` - forgets everything when it ends

        - `shop up --base-port 4001 --gateway-port 9090 --data /tmp/other` - a second shop beside the first

        - `CART_STORE=memory shop up` - all in the database, but for the carts

        - `MONGO_URL=mongodb://db.example.com shop up --restart -v` - on a server of yours
        """
        options = Options(
            store=store,
            data=shop_folder(data),
            base_port=base_port,
            gateway_port=gateway_port,
            seed=seed,
            restart=restart,
            verbose=verbose,
        )
        asyncio.run(run_shop(options, actions, environ=os.environ, console=console(sys.stdout), program=program(ctx)))

    @app.command(rich_help_panel=panel)
    def lambda_local(
        ctx: typer.Context,
        data: Data = None,
        base_port: BasePort = BASE_PORT,
        gateway_port: GatewayPort = GATEWAY_PORT,
        seed: Seed = True,
        restart: Restart = False,
        verbose: Verbose = False,
    ) -> None:
        """Start the whole shop as AWS Lambda functions: what `shop up` starts, but each request reaches it as an event.

        On one port answers what stands in for API Gateway. It makes an event of each request, with the routes of the
        ingress manifest, and hands it to the function of the service, a process that takes one event at a time. One
        more function is invoked every second or so: it takes up orders left half-way, tells events and sends mails.
        All are the handlers that are deployed. They do not call each other, and meet in the database alone: the
        embedded one, or that of MONGO_URL.

        For example:

        - `shop lambda-local`, then `curl -i http://127.0.0.1:8080/v1/products`, or `shop tour`

        - `shop lambda-local --base-port 4001 --gateway-port 9090 --data /tmp/other` - beside another shop

        - `curl -d @event.json http://127.0.0.1:3001/2015-03-31/functions/function/invocations` - an event of your own
        """
        options = Options(
            store=Store.mongo,
            data=shop_folder(data),
            base_port=base_port,
            gateway_port=gateway_port,
            seed=seed,
            restart=restart,
            verbose=verbose,
        )
        asyncio.run(
            run_shop(
                options,
                actions,
                environ=os.environ,
                console=console(sys.stdout),
                program=program(ctx),
                planned=functions_plan,
            )
        )

    @app.command(rich_help_panel=panel)
    def tour(
        ctx: typer.Context,
        url: Annotated[str, typer.Option(callback=web_address, help="Where the shop's gateway answers.")] = DEFAULT_URL,
    ) -> None:
        """Visit a running shop as a customer: register, log in, search, fill a cart, order, look, cancel.

        Every call is shown as you would type it, with its answer; the tour ends with status 1 at the first answer
        that is not as it should be. It needs the demo catalogue.

        For example:

        - `shop tour`

        - `shop tour --url http://127.0.0.1:9090` - a shop on another port
        """
        play_tour(url, console(sys.stdout), program(ctx))

    @app.command(rich_help_panel=panel)
    def openapi(
        folder: Annotated[Path, typer.Argument(metavar="DIR", file_okay=False, help="Made if it is not there.")],
    ) -> None:
        """Write the OpenAPI document of each service to a folder, without starting anything.

        For example: `shop openapi build/openapi`
        """
        for path in actions.openapi(folder):
            typer.echo(path)
