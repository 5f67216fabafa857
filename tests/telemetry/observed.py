"""The four services as processes, and all that they tell: lines to files, metrics when asked, spans to a collector."""

import asyncio
import json
import re
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import httpx

from adapters.bootstrap.settings import Service, Settings, checked
from adapters.outbound.console.mail import MARK
from adapters.outbound.memory.order import MemoryPublisher
from adapters.outbound.system.clock import SystemClock
from adapters.outbound.system.ids import Uuid7
from adapters.telemetry.reading import Values, read
from tests.security.shops import SERVICES, Mailbox, Shop
from tests.system.services import PATIENCE, Services, services
from tests.telemetry.collector import Collector, Span, collector

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a shop told of itself: the samples at each look, and at the end every line and every span."""

    lines: Mapping[Service, list[Line]]
    looks: Mapping[Service, list[Values]]
    spans: list[Span]
    text: str
    """All of it as it was written."""

    def samples(self, service: Service) -> Values:
        """At the last look."""
        return self.looks[service][-1]


@dataclass(kw_only=True)
class ObservedShop(Shop):
    """A shop of four processes, for the calls of the matrix."""

    running: Services
    folder: Path
    traces: Collector
    scraped: dict[Service, list[str]] = field(default_factory=lambda: {service: [] for service in SERVICES})
    due: Counter[str] = field(default_factory=Counter)
    """How many mails each address is to get."""
    told: Told | None = None
    """Once the block has ended, and the services with it: then they have sent everything."""

    def client(self, service: Service, *, address: str = "127.0.0.1") -> httpx.AsyncClient:
        """Everybody comes from one address, which may do as much as it likes."""
        if (service, "") not in self._clients:
            self._clients[service, ""] = httpx.AsyncClient(
                base_url=self.running.urls[service],
                trust_env=False,
                timeout=PATIENCE,
                event_hooks={"response": [self._count_mails]},
            )
        return self._clients[service, ""]

    async def mailed_token(self, email: str) -> str:
        """The token in the last mail to this address, once all that are due were printed."""
        async with asyncio.timeout(PATIENCE):
            while True:
                mine = re.findall(
                    rf"^{MARK} To: {re.escape(email)}\n(?:{MARK} .*\n)*?{MARK} ([\w-]{{43}})\n",
                    self.written("user"),
                    re.MULTILINE,
                )
                if len(mine) >= self.due[email]:
                    return str(mine[-1])
                await asyncio.sleep(0.02)

    async def _count_mails(self, answer: httpx.Response) -> None:
        if (answer.request.url.path, answer.status_code) in (("/v1/users", 201), ("/v1/auth/password-reset", 202)):
            self.due[json.loads(answer.request.content)["email"]] += 1

    def written(self, service: Service) -> str:
        return (self.folder / f"{service}.log").read_text("utf-8")

    async def look(self) -> None:
        """Ask each service for its metrics."""
        for service in SERVICES:
            answer = await self.client(service).get("/metrics")
            assert answer.status_code == 200, answer.text
            self.scraped[service].append(answer.text)

    async def left(self) -> None:
        for client in self._clients.values():
            await client.aclose()

    def all_told(self) -> Told:
        text = {service: self.written(service) for service in SERVICES}
        lines = {
            service: [json.loads(line) for line in of.splitlines() if line and not line.startswith(MARK)]
            for service, of in text.items()
        }
        scraped = "\n".join(each for of in self.scraped.values() for each in of)
        raw = "\n".join(each.decode("latin-1") for each in self.traces.raw)
        return Told(
            lines=lines,
            looks={service: [read(each) for each in of] for service, of in self.scraped.items()},
            spans=self.traces.spans,
            text="\n".join((*map(_without_mails, text.values()), scraped, raw)),
        )


@asynccontextmanager
async def observed_shop(
    store: str, *, module: str = "tests.telemetry.told", **environ: str
) -> AsyncIterator[ObservedShop]:
    """A new one, of which all is told that can be; `told` is there when the block has ended."""
    with tempfile.TemporaryDirectory(prefix="portico-told-") as folder, collector() as traces:
        variables = {
            "TOLD_TO": folder,
            "LOG_LEVEL": "INFO",
            "LOG_FORMAT": "json",
            "NOTIFIER": "console",
            "OTEL_EXPORTER_OTLP_ENDPOINT": traces.url,
            "TRACES_RATIO": "1",
            "WORKER_SECONDS": "0.1",
            **environ,
        }
        modules: dict[str, str] = dict.fromkeys(SERVICES, module)
        async with services(store, modules=modules, environ=variables) as running:
            clock = SystemClock()
            nothing = cast("Any", None)
            shop = ObservedShop(
                settings=checked(Settings, {}),
                clock=nothing,
                new_id=Uuid7(clock),
                apps={},
                use_cases={},
                stores={},
                access_tokens=None,
                publisher=MemoryPublisher(),
                mailbox=Mailbox(),
                running=running,
                folder=Path(folder),
                traces=traces,
            )
            shop.clock = cast("Any", clock)
            yield shop
            await shop.left()
        shop.told = shop.all_told()


def _without_mails(text: str) -> str:
    """What they hold is for whom they are sent to."""
    return "\n".join(line for line in text.splitlines() if not line.startswith(MARK))
