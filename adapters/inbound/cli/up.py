"""`shop up`: the whole shop on one machine, until Ctrl-C."""

import asyncio
from collections.abc import Callable, Mapping

import httpx
from rich.console import Console

from adapters.inbound.cli import local, ports
from adapters.inbound.cli.actions import Actions
from adapters.inbound.cli.endings import on_ending
from adapters.inbound.cli.errors import Died
from adapters.inbound.cli.ignored import ignored, require_development
from adapters.inbound.cli.mails import Mails
from adapters.inbound.cli.plan import ACCOUNTS, GATEWAY_PORT, Options, Plan, needed_ports, plan
from adapters.inbound.cli.screen import Screen
from adapters.inbound.cli.seed import seed
from adapters.inbound.cli.stores import ending, torn
from adapters.inbound.cli.supervisor import Restarts, Supervisor

Planned = Callable[..., Plan]
"""As `plan`."""
DEMO_PASSWORD = "walk-in-and-look-around"  # noqa: S105 - no secret: it is shown to whoever starts a shop


async def up(
    options: Options,
    actions: Actions,
    *,
    environ: Mapping[str, str],
    console: Console,
    program: str = "shop",
    planned: Planned = plan,
) -> None:
    """Runs the shop until it is told to end by SIGINT, SIGTERM or SIGHUP; what it keeps stays.

    `planned` says which processes that is; `program` is what a person types for this command. Raises: CommandFailed or
    ShopError if it cannot start, Died if one of its processes ends by itself.
    """
    screen = Screen(console)
    require_development(environ)
    _password(options, actions, environ)
    local.require_unclaimed(options.data)
    ports.require_free(needed_ports(options, environ))
    if warning := ignored(options, environ):
        screen.say(warning)
    if warning := torn(options.stores(environ)):
        screen.say(warning)
    local.prepare(options.data)
    mails = Mails(screen, actions.mail_mark, unread=ACCOUNTS.values() if options.seed else ())
    with local.claimed(options.data) as publish:
        supervisor = Supervisor(
            options.data / "logs",
            news=screen.news,
            output=screen.output if options.verbose else mails.output,
            restarts=Restarts() if options.restart else None,
        )
        shop = asyncio.create_task(
            _run(options, actions, environ, screen, supervisor, publish, program, mails, planned)
        )
        told = asyncio.Event()

        def end() -> None:
            if told.is_set():
                supervisor.hurry()
            else:
                told.set()
                shop.cancel()
                screen.say("\nEnding the shop. Once more to end it at once.")

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
    program: str,
    mails: Mails,
    planned: Planned,
) -> None:
    secrets = local.development_secrets(options.data, actions.keys)
    password, opened = _password(options, actions, environ), None
    # No proxy of the environment: every address is this machine's.
    async with supervisor, httpx.AsyncClient(base_url=options.gateway_url, trust_env=False, timeout=30) as http:
        shop = planned(options, actions, environ=environ, secrets=secrets, http=http)
        for process in shop.processes:
            actions.check_settings(process.environment)
        for service in shop.looked_for:
            with screen.busy("Looking for MongoDB ..."):
                await actions.check_database({**shop.environment, "SERVICE": service})
        for stage in shop.stages:
            with screen.busy(f"Starting {', '.join(process.name for process in stage)} ..."):
                await supervisor.start(*stage)
        if options.seed:
            with screen.busy("Looking for the demo catalogue ..."):
                currency = environ.get("CURRENCY", "USD")
                seeded = await supervisor.during(seed(http, password=password, currency=currency))
            screen.say(seeded.sentence)
            opened = seeded.opened
            mails.unread &= seeded.registered
        publish(shop.environment)
        screen.addresses(shop, data=options.data, password=password, opened=opened)
        at = "" if options.gateway_port == GATEWAY_PORT else f" --url {options.gateway_url}"
        screen.say(
            f"The shop is open. Try `{program} tour{at}` in another terminal; Ctrl-C ends it{ending(shop.stores)}."
        )
        await supervisor.during(asyncio.Event().wait())


def demo_password(environ: Mapping[str, str]) -> str:
    """The demo accounts', unless it was set to another since."""
    return environ.get("SHOP_DEMO_PASSWORD") or DEMO_PASSWORD


def _password(options: Options, actions: Actions, environ: Mapping[str, str]) -> str:
    """The demo accounts'. Raises: PasswordUnacceptable if no account may have it."""
    password = demo_password(environ)
    if options.seed:
        field = "SHOP_DEMO_PASSWORD, the password of the demo accounts"
        actions.check_password(password, field, *ACCOUNTS.values())
    return password
