"""`shop up`: the whole shop on one machine, until Ctrl-C."""

import asyncio
from collections.abc import Mapping

import httpx
from rich.console import Console

from adapters.inbound.cli import local, ports
from adapters.inbound.cli.actions import Actions
from adapters.inbound.cli.endings import on_ending
from adapters.inbound.cli.errors import Died
from adapters.inbound.cli.plan import Options, Store, needed_ports, plan
from adapters.inbound.cli.screen import Screen
from adapters.inbound.cli.seed import seed
from adapters.inbound.cli.supervisor import Restarts, Supervisor

DEMO_PASSWORD = "walk-in-and-look-around"  # noqa: S105 - no secret: it is shown to whoever starts a shop


async def up(options: Options, actions: Actions, *, environ: Mapping[str, str], console: Console) -> None:
    """Runs the shop until it is told to end by SIGINT, SIGTERM or SIGHUP; what it keeps stays.

    Raises: CommandFailed if it cannot start, Died if one of its processes ends by itself.
    """
    screen = Screen(console)
    ports.require_free(needed_ports(options, environ))
    local.prepare(options.data)
    with local.claimed(options.data) as publish:
        supervisor = Supervisor(
            options.data / "logs",
            news=screen.news,
            output=screen.output if options.verbose else None,
            restarts=Restarts() if options.restart else None,
        )
        shop = asyncio.create_task(_run(options, actions, environ, screen, supervisor, publish))
        told = asyncio.Event()

        def end() -> None:
            if told.is_set():
                supervisor.hurry()
            else:
                told.set()
                screen.say("\nEnding the shop. Once more to end it at once.")
                shop.cancel()

        on_ending(end)
        try:
            await shop
        except asyncio.CancelledError:
            if not told.is_set():
                raise
            screen.say("The shop has ended.")
        except Died as death:
            screen.last_lines(death.name, death.last_lines)
            raise


async def _run(
    options: Options,
    actions: Actions,
    environ: Mapping[str, str],
    screen: Screen,
    supervisor: Supervisor,
    publish: local.Publish,
) -> None:
    secrets = local.development_secrets(options.data, actions.generate_signing_key)
    password = environ.get("SHOP_DEMO_PASSWORD", DEMO_PASSWORD)
    # No proxy of the environment: every address is this machine's.
    async with supervisor, httpx.AsyncClient(base_url=options.gateway_url, trust_env=False, timeout=30) as http:
        shop = plan(options, actions, environ=environ, secrets=secrets, http=http)
        for stage in shop.stages:
            with screen.busy(f"Starting {', '.join(program.name for program in stage)} ..."):
                await supervisor.start(*stage)
        if options.seed:
            with screen.busy("Looking for the demo catalogue ..."):
                currency = environ.get("CURRENCY", "USD")
                screen.say(await supervisor.during(seed(http, password=password, currency=currency)))
        publish(shop.environment)
        screen.addresses(shop, data=options.data, password=password if options.seed else None)
        keeps = " and keeps the data" if options.store is Store.mongo else ""
        screen.say(f"The shop is open. Try `shop tour` in another terminal; Ctrl-C ends it{keeps}.")
        await supervisor.during(asyncio.Event().wait())
