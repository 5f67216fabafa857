"""What the code itself asks for once it is plugged together: whom a service calls, and which settings it reads."""

import asyncio
import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

import httpx

from adapters.bootstrap.apps import new_app
from adapters.bootstrap.settings import Settings, WrongSettings, checked
from adapters.outbound.http_client.channel import Channel
from tests.deploy.rendered import SERVICES

_CHOICES = ("STORE", "THROTTLE", "NOTIFIER", "EVENT_PUBLISHER")
_READ: ContextVar[set[str] | None] = ContextVar("_READ", default=None)


class Overheard(Settings):
    """Tells which settings are read, to who listens."""

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
        app = new_app(Settings.model_validate({"service": service, **given}))
        # `isinstance` would ask a weak proxy for its class, whose object may be gone: other tests leave some.
        opened = {each._origin for each in gc.get_objects() if type(each) is Channel}
        found[service] = frozenset(peer for peer, url in origins.items() if url in opened)
        del app
    return found


@cache
def read_by() -> Mapping[str, frozenset[str]]:
    """For each service, the settings that it reads as it is plugged together over MongoDB."""
    found = {}
    for service in SERVICES:
        settings = Overheard.model_validate({"service": service, "store": "mongo", "throttle": "mongo"})
        with _listening() as read:
            new_app(settings)
        found[service] = frozenset(read)
    return found


def asked_for_in_production(service: str, told: Mapping[str, str]) -> frozenset[str]:
    """What a service refuses to start without in production, with the adapters that it is told to use."""
    choices = {name: told[name] for name in _CHOICES if name in told}
    return _refusals(service, ()) | _refusals(service, tuple(sorted(choices.items())))


@cache
def _refusals(service: str, choices: tuple[tuple[str, str], ...]) -> frozenset[str]:
    try:
        checked(Settings, {}, environment={"SERVICE": service, "ENVIRONMENT": "production", **dict(choices)})
    except WrongSettings as wrong:
        return frozenset(fault.partition(":")[0] for fault in wrong.faults)
    return frozenset()


@cache
def answers(service: str, path: str, *, draining: bool = False) -> int:
    """The status that the app itself answers a probe with, once it has started."""

    async def ask() -> int:
        app = new_app(Settings.model_validate({"service": service}))
        async with app.router.lifespan_context(app):
            app.state.draining = draining
            transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://probe", trust_env=False) as http:
                return (await http.get(path)).status_code

    return asyncio.run(ask())
