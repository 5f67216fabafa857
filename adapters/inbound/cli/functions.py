"""Which processes make `shop lambda-local`: a function for each service, and one for the schedule."""

from collections.abc import Mapping
from pathlib import Path

import httpx

from adapters.inbound.cli.actions import Actions
from adapters.inbound.cli.errors import CommandFailed
from adapters.inbound.cli.key_files import read
from adapters.inbound.cli.local import Secrets
from adapters.inbound.cli.plan import Ground, Options, Plan
from adapters.inbound.cli.ports import accepts
from adapters.inbound.cli.process import Program


def functions_plan(
    options: Options,
    actions: Actions,
    *,
    environ: Mapping[str, str],
    secrets: Secrets,
    http: httpx.AsyncClient,
) -> Plan:
    """The four functions behind a gateway that makes events; they meet in the database alone.

    Raises: CommandFailed if a service keeps its data in memory, and as `Ground.of`.
    """
    ground = Ground.of(options, actions, environ=environ, secrets=secrets)
    if forgetful := [name for name, store in ground.stores.items() if store.forgets]:
        raise CommandFailed(
            f"Functions share nothing but their stores, and the {forgetful[0]} service would keep its data in the"
            " memory of one of them. Unset the variable that says so."
        )
    bundle = environ.get("SIGNING_KEYS") or read(Path(environ.get("SIGNING_KEYS_FILE") or secrets.signing_keys_file))
    public_keys = {"PUBLIC_KEYS": actions.keys.public_set(bundle)}
    functions = [
        Program(
            name=name,
            command=(*actions.function, "http"),
            environment={**ground.environment(name), **public_keys},
            ready=lambda port=port: accepts(port),  # type: ignore[misc]  # a default binds it
        )
        for name, port in options.service_ports.items()
    ]
    schedule = Program(
        name="schedule",
        command=(*actions.function, "schedule"),
        environment=ground.environment("order"),
        ready=_at_once,
    )
    return ground.plan(functions, [schedule], gateway=ground.gateway(actions.api_gateway, http))


async def _at_once() -> bool:
    return True
