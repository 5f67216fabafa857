"""What the code itself asks for once it is plugged together: whom a service calls, and which settings it reads."""

import asyncio
import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, cast

import httpx
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from adapters.bootstrap.apps import new_app
from adapters.bootstrap.settings import Service, Settings, WrongSettings, checked
from adapters.outbound.http_client.channel import Channel
from tests.deploy.rendered import SERVICES

_CHOICES = ("store", "throttle", "notifier", "event_publisher")
_READ: ContextVar[set[str] | None] = ContextVar("_READ", default=None)


class Only(Settings):
    """By what is given, and not by this machine's environment; tells which settings are read, to who listens."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)

    def __getattribute__(self, name: str) -> Any:
        read = _READ.get()
        if read is not None and name in Settings.model_fields:
            read.add(name)
        return super().__getattribute__(name)


@contextmanager
def _listening() -> Iterator[set[str]]:
    read = set[str]()
    token = _READ.set(read)
    try:
        yield read
    finally:
        _READ.reset(token)


@cache
def calls() -> Mapping[str, frozenset[str]]:
    """For each service, those that it opens a channel to."""
    found = {}
    for service in SERVICES:
        origins = {peer: f"http://{peer}.called-by-{service}.test" for peer in SERVICES}
        given = {f"{peer}_url": url for peer, url in origins.items()}
        app = new_app(Only(service=cast("Service", service), **cast("Any", given)))
        opened = {each._origin for each in gc.get_objects() if isinstance(each, Channel)}
        found[service] = frozenset(peer for peer, url in origins.items() if url in opened)
        del app
    return found


@cache
def read_by() -> Mapping[str, frozenset[str]]:
    """For each service, the settings that it reads as it is plugged together over MongoDB."""
    found = {}
    for service in SERVICES:
        settings = Only(service=cast("Service", service), store=cast("Any", "mongo"), throttle="mongo")
        with _listening() as read:
            new_app(settings)
        found[service] = frozenset(read)
    return found


def asked_for_in_production(service: str, told: Mapping[str, str]) -> frozenset[str]:
    """What a service refuses to start without in production, with the adapters that it is told to use."""
    choices = {name: told[name.upper()] for name in _CHOICES if name.upper() in told}
    return _refusals(service, ()) | _refusals(service, tuple(sorted(choices.items())))


@cache
def _refusals(service: str, choices: tuple[tuple[str, str], ...]) -> frozenset[str]:
    try:
        checked(Only, {"service": service, "environment": "production", **dict(choices)})
    except WrongSettings as wrong:
        return frozenset(fault.partition(":")[0] for fault in wrong.faults)
    return frozenset()


@cache
def answers(service: str, path: str, *, draining: bool = False) -> int:
    """The status that the app itself answers a probe with, once it has started."""

    async def ask() -> int:
        app = new_app(Only(service=cast("Service", service)))
        async with app.router.lifespan_context(app):
            app.state.draining = draining
            transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://probe", trust_env=False) as http:
                return (await http.get(path)).status_code

    return asyncio.run(ask())
