"""Which processes a shop on one machine consists of, and the settings of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import httpx

from adapters.inbound.cli.actions import Actions
from adapters.inbound.cli.errors import CommandFailed
from adapters.inbound.cli.local import Secrets
from adapters.inbound.cli.ports import HOST, Port, accepts
from adapters.inbound.cli.process import Program
from adapters.inbound.cli.stores import SERVICES, StoreName, stores_of, told, variable

BASE_PORT, GATEWAY_PORT = 3001, 8080
ADMIN_EMAIL, SHOPPER_EMAIL = "admin@example.com", "shopper@example.com"
ACCOUNTS = {"admin": ADMIN_EMAIL, "shopper": SHOPPER_EMAIL}

CHOICES = (
    "STORE",
    *map(variable, SERVICES),
    "EVENT_PUBLISHER",
    "NOTIFIER",
    "THROTTLE",
    "COALESCE_READS",
    "CATALOG_CACHE_SECONDS",
)
"""The variables that choose adapters: the other commands follow them as the services do."""
LIMITS = {
    "REQUESTS_PER_MINUTE": "60000",
    "LOGINS_PER_ADDRESS": "60000",
    "LOGINS_PER_ACCOUNT": "1000",
    "LOGIN_TRIES": "200",
    "LOGIN_PAUSE_SECONDS": "60",
    "REGISTRATIONS_PER_ADDRESS": "60000",
    "REGISTRATIONS_PER_ACCOUNT": "1000",
    "RESETS_PER_ADDRESS": "1000",
    "RESETS_PER_ACCOUNT": "1000",
}
"""What people may try if the environment says nothing else: here, everybody comes from one address, and all at once."""
_SIGNING = {"SIGNING_KEYS", "SIGNING_KEYS_FILE"}
PRIVATE = {"PASSWORD_PEPPER", "PASSWORD_PEPPERS_RETIRED", "SERVICE_KEY", *_SIGNING}
"""The variables that are no business of the gateway's, nor of other commands."""
_MONGO = StoreName("mongo")
"""In MongoDB, wherever that is."""


class Store(StrEnum):
    """Where the shop keeps what it knows, but for those services that have a variable of their own for it."""

    mongo = "mongo"
    memory = "memory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked for on the command line of `shop up`."""

    store: Store
    data: Path
    base_port: int
    gateway_port: int
    seed: bool
    restart: bool
    verbose: bool

    @property
    def gateway_url(self) -> str:
        return f"http://{HOST}:{self.gateway_port}"

    @property
    def service_ports(self) -> dict[str, int]:
        return {name: self.base_port + offset for offset, name in enumerate(SERVICES)}

    @property
    def database_port(self) -> int:
        return self.base_port + len(SERVICES)

    def stores(self, environ: Mapping[str, str]) -> dict[str, StoreName]:
        """Where each service keeps its data: as its own variable says, or else the option."""
        return stores_of({**environ, "STORE": self.store.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The stages to start in, the services among them, the settings these share, and the addresses to tell.

    `database` is the address of the MongoDB that stores without an address are in, if there are any. `looked_for` is a
    service for each MongoDB that must be there already.
    """

    stages: Sequence[Sequence[Program]]
    processes: Sequence[Program]
    environment: Mapping[str, str] = field(repr=False)
    gateway: str
    services: Mapping[str, str]
    stores: Mapping[str, StoreName]
    database: str | None
    looked_for: Sequence[str]


def needed_ports(options: Options, environ: Mapping[str, str]) -> list[Port]:
    """The ports that must be free before anything is started."""
    ports = [
        Port(number=number, purpose=f"the {name} service", option="--base-port")
        for name, number in options.service_ports.items()
    ]
    if embeds_database(options, environ):
        ports.append(Port(number=options.database_port, purpose="the database", option="--base-port"))
    return [*ports, Port(number=options.gateway_port, purpose="the gateway", option="--gateway-port")]


def plan(
    options: Options,
    actions: Actions,
    *,
    environ: Mapping[str, str],
    secrets: Secrets,
    http: httpx.AsyncClient,
) -> Plan:
    """The four services, which reach each other over HTTP. Raises: CommandFailed, as `Ground.of`."""
    ground = Ground.of(options, actions, environ=environ, secrets=secrets)
    running = [
        Program(
            name=name,
            command=actions.service,
            environment={**ground.environment(name), "SERVICE_KEY": secrets.service_keys.own[name]},
            ready=lambda url=f"{url}/readyz": _answers(http, url),  # type: ignore[misc]  # a default binds it
        )
        for name, url in ground.services.items()
    ]
    return ground.plan(running, gateway=ground.gateway(actions.gateway, http))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the processes of a shop stand on, however they reach each other: a database, settings, a gateway before all.

    `shared` are the settings of all services, which other commands follow, too; `signing` is the user service's.
    """

    options: Options
    environ: Mapping[str, str] = field(repr=False)
    services: Mapping[str, str]
    shared: Mapping[str, str] = field(repr=False)
    signing: Mapping[str, str] = field(repr=False)
    stores: Mapping[str, StoreName]
    database: Sequence[Program]

    @classmethod
    def of(cls, options: Options, actions: Actions, *, environ: Mapping[str, str], secrets: Secrets) -> "Ground":
        """Variables of `environ` that hold a pepper, signing keys or MONGO_URL win over what this machine keeps itself.

        Raises: CommandFailed if the embedded database is needed and not installed.
        """
        services = {name: f"http://{HOST}:{port}" for name, port in options.service_ports.items()}
        embeds = embeds_database(options, environ)
        shared = {
            "PASSWORD_PEPPER": environ.get("PASSWORD_PEPPER", secrets.pepper),
            "PEER_KEYS": secrets.service_keys.peers,
            **{f"{name.upper()}_URL": url for name, url in services.items()},
            "ENVIRONMENT": "development",
            "TRUSTED_HOPS": "1",
            **{variable(name): "" for name in SERVICES},
            **{name: environ[name] for name in CHOICES if name in environ},
            **{name: environ.get(name, most) for name, most in LIMITS.items()},
            "STORE": options.store.value,
            "TOKEN_ISSUER": environ.get("TOKEN_ISSUER", options.gateway_url),
        }
        if needs_database(options, environ):
            # Retried writes are slow in the embedded database, and a local one does not need them.
            embedded = f"mongodb://{HOST}:{options.database_port}/?directConnection=true&retryWrites=false"
            shared["MONGO_URL"] = embedded if embeds else environ["MONGO_URL"]
        is_set = any(environ.get(name) for name in _SIGNING)
        return cls(
            options=options,
            environ=environ,
            services=services,
            shared=shared,
            signing={} if is_set else {"SIGNING_KEYS_FILE": str(secrets.signing_keys_file)},
            stores=options.stores(environ),
            database=[_database(options, actions, environ)] if embeds else [],
        )

    def environment(self, service: str) -> dict[str, str]:
        """The whole of a service's, but for the key that is its own."""
        seeded = {"BOOTSTRAP_ADMIN_EMAIL": ADMIN_EMAIL} if self.options.seed else {}
        return {
            **self._common,
            "SERVICE": service,
            "PORT": str(self.options.service_ports[service]),
            **({**self.signing, **seeded} if service == "user" else {}),
        }

    def gateway(self, command: tuple[str, ...], http: httpx.AsyncClient) -> Program:
        """What serves all on one port, started by `command`."""
        return Program(
            name="gateway",
            command=command,
            environment={
                **{name: value for name, value in self._common.items() if name not in PRIVATE},
                "GATEWAY_PORT": str(self.options.gateway_port),
            },
            ready=lambda: _answers(http, f"{self.options.gateway_url}/v1/categories"),
        )

    def plan(self, *stages: Sequence[Program], gateway: Program) -> Plan:
        """The database first, the gateway last; of what is between, the first stage are the services."""
        in_mongo = {store: name for name, store in self.stores.items() if store.technology == _MONGO.technology}
        there = {store: name for store, name in in_mongo.items() if not (self.database and store == _MONGO)}
        return Plan(
            stages=[stage for stage in (self.database, *stages, [gateway]) if stage],
            processes=stages[0],
            environment={name: value for name, value in self.shared.items() if name not in PRIVATE},
            gateway=self.options.gateway_url,
            services=self.services,
            stores=self.stores,
            database=told(self.shared["MONGO_URL"]) if "MONGO_URL" in self.shared else None,
            looked_for=tuple(there.values()),
        )

    @property
    def _common(self) -> dict[str, str]:
        # People read the files that the processes write.
        return {"LOG_FORMAT": "text", **self.environ, **self.shared, "HOST": HOST, "PYTHONUNBUFFERED": "1"}


def needs_database(options: Options, environ: Mapping[str, str]) -> bool:
    """Whether a service keeps its data in MongoDB, or counts tries there, without saying in which."""
    stores = options.stores(environ)
    counts = environ.get("THROTTLE") == _MONGO.technology and stores["user"].technology != _MONGO.technology
    return counts or _MONGO in stores.values()


def embeds_database(options: Options, environ: Mapping[str, str]) -> bool:
    """Whether the shop brings its own."""
    return needs_database(options, environ) and not environ.get("MONGO_URL")


def _database(options: Options, actions: Actions, environ: Mapping[str, str]) -> Program:
    if not Path(actions.database[0]).exists():
        raise CommandFailed(
            "The embedded database (SecantusDB) is not installed here. Run `make up`, which installs it,"
            " or set MONGO_URL to a MongoDB of yours, or choose --store memory."
        )
    where = ("--port", str(options.database_port), "--storage-path", str(options.data / "database"))
    return Program(
        name="database",
        command=(*actions.database, *where),
        environment={**environ, "PYTHONUNBUFFERED": "1"},
        ready=lambda: accepts(options.database_port),
    )


async def _answers(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(url)).is_success
    except httpx.TransportError:
        return False
