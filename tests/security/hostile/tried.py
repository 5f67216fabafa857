"""Schemathesis tries a service by its OpenAPI document, over a socket and with every check that it has."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import schemathesis
import uvicorn
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, from_schema
from schemathesis.engine.events import NonFatalError, ScenarioFinished
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.bootstrap.heads import LimitedHeads
from adapters.bootstrap.settings import Service
from tests.database import free_port
from tests.security.hostile.asking import Ask, asked
from tests.security.hostile.stage import Stage, stage
from tests.security.shops import Routers

SEED = 20_260_102
REFUSALS = ["400", "401", "403", "404", "405", "409", "412", "415", "422", "428"]
"""What may become of a request of whatever shape: authentication comes before the shape, rules after it."""
LINES = "POST /v1/products/import"
PATIENCE = 60


@dataclass(slots=True, kw_only=True)
class Trial:
    """How many requests were made, how they were answered, and what was wrong with which."""

    cases: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def check(self) -> None:
        shown = "\n".join(self.faults[:20])
        assert not self.faults, f"{len(self.faults)} faults:\n{shown}"


@dataclass(slots=True, kw_only=True)
class Served:
    """A service of a furnished shop on a port, and the headers of somebody who may do everything there."""

    service: Service
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def served(service: Service, *, routers: Routers | None = None) -> Iterator[Served]:
    """In a thread with an event loop of its own, since whoever tries it waits for each answer."""
    it, ready, end = Served(service=service), threading.Event(), threading.Event()

    async def serve() -> None:
        async with stage(routers=routers) as opened:
            port = free_port()
            config = uvicorn.Config(
                _Forgiving(opened, service),
                port=port,
                lifespan="off",
                http=LimitedHeads,
                log_config=None,
                access_log=False,
            )
            server = uvicorn.Server(config)
            it.url, it.headers = f"http://127.0.0.1:{port}", (await opened.shop.admin()).headers
            serving = asyncio.create_task(server.serve())
            async with asyncio.timeout(PATIENCE):
                while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
                    await asyncio.sleep(0.01)
            ready.set()
            await asyncio.to_thread(end.wait)
            server.should_exit = True
            await serving

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        assert ready.wait(PATIENCE)
        yield it
    finally:
        end.set()
        thread.join(PATIENCE)


class _Forgiving:
    """The app; when somebody has closed the admin's account or ended its sessions, all is put back."""

    def __init__(self, opened: Stage, service: Service) -> None:
        self._opened = opened
        self._app: ASGIApp = opened.shop.apps[service]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD", "OPTIONS"):
            headers = [
                (name.encode(), value.encode()) for name, value in (await self._opened.shop.admin()).headers.items()
            ]
            users = self._opened.shop.apps["user"]
            ask = Ask(kind="", method="GET", target="/v1/users?limit=1", headers=headers)
            if (await asked(users, ask)).status != 200:
                await self._opened.kept.put_back()


@schemathesis.serializer("application/x-ndjson", "application/ndjson", "application/jsonl")
def _as_lines(context: schemathesis.SerializationContext, value: Any) -> bytes:
    """Whatever is made up for a body of lines is sent as it is."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def tried(it: Served, *, examples: int, path: str = "") -> Trial:
    """Everything in the document (or one path of it), with so many examples an operation at most; always the same."""
    refusals = {"expected-statuses": REFUSALS}
    config = SchemathesisConfig.from_dict(
        {
            "seed": SEED,
            "base-url": it.url,
            "continue-on-failure": True,
            "workers": 1,
            "headers": dict(it.headers),
            "generation": {"deterministic": True, "max-examples": examples, "no-shrink": True, "database": "none"},
            # Any bytes are a body of lines, and each line is judged for itself.
            "operations": [{"include-name": LINES, "checks": {"negative_data_rejection": {"enabled": False}}}],
            "checks": {
                "positive_data_acceptance": {"expected-statuses": ["2xx", "304", *REFUSALS]},
                "negative_data_rejection": refusals,
                "missing_required_header": refusals,
            },
        }
    )
    document = httpx.get(f"{it.url}/openapi/{it.service}.json", trust_env=False).json()
    if path:
        document["paths"] = {path: document["paths"][path]}
    schema = schemathesis.openapi.from_dict(document, config=config)
    trial = Trial()
    for event in from_schema(schema).execute():
        if isinstance(event, NonFatalError):
            trial.faults.append(f"{event.label}: {event.info.format()}")
        elif isinstance(event, ScenarioFinished):
            _note(event, trial)
    return trial


def _note(event: ScenarioFinished, trial: Trial) -> None:
    recorded = event.recorder
    trial.cases += len(recorded.cases)
    trial.answers.update(each.response.status_code for each in recorded.interactions.values() if each.response)
    for check in (check for checks in recorded.checks.values() for check in checks):
        if check.status == Status.FAILURE:
            trial.faults.append(f"{recorded.label}: {check.name}: {check.failure_info}")
