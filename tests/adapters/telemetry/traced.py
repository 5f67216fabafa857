"""Spans kept in memory, and the whole shop on sockets of this process that tells of all its work by such."""

import socket
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from adapters.bootstrap.over_http.cart import cart_app
from adapters.bootstrap.over_http.order import order_app
from adapters.bootstrap.over_http.product import product_app
from adapters.bootstrap.over_http.user import user_app
from adapters.bootstrap.settings import Service, Settings, checked
from adapters.inbound.web.openapi import ShopApp
from adapters.telemetry.otel import OtelSpans
from adapters.telemetry.prometheus import PrometheusMetrics
from adapters.telemetry.telemetry import Telemetry
from tests.security.shops import ADMIN, PASSWORD, bearer, product_json, signing_key

APPS = {"product": product_app, "user": user_app, "cart": cart_app, "order": order_app}


@dataclass(kw_only=True)
class Traced:
    """Telemetry whose spans can be looked at once they are sent, which is when it is left."""

    telemetry: Telemetry
    exporter: InMemorySpanExporter

    @property
    def spans(self) -> list[ReadableSpan]:
        return sorted(self.exporter.get_finished_spans(), key=lambda span: span.start_time or 0)

    @property
    def names(self) -> list[str]:
        return [span.name for span in self.spans]


def traced(service: str = "order", *, ratio: float = 1.0) -> Traced:
    exporter = InMemorySpanExporter()
    spans = OtelSpans(exporter, service=service, version="0", ratio=ratio)
    return Traced(
        telemetry=Telemetry(metrics=PrometheusMetrics(service=service, version="0"), spans=spans), exporter=exporter
    )


def sample(telemetry: Telemetry, name: str, **labels: str) -> float:
    """A value as Prometheus would read it; 0 if there is none."""
    wanted = ",".join(f'{label}="{value}"' for label, value in labels.items())
    start = f"{name}{{{wanted}}} " if wanted else f"{name} "
    lines = telemetry.metrics.text().decode().splitlines()
    return next((float(line.removeprefix(start)) for line in lines if line.startswith(start)), 0.0)


@dataclass(kw_only=True)
class TracedShop:
    """Four services, and what each told once they have ended."""

    clients: Mapping[Service, httpx.AsyncClient]
    told: Mapping[Service, Traced]
    _headers: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def spans(self) -> list[ReadableSpan]:
        return sorted(
            (span for each in self.told.values() for span in each.spans), key=lambda span: span.start_time or 0
        )

    async def signed_in(self, email: str) -> dict[str, str]:
        """The headers of somebody; `ADMIN` is an admin."""
        http = self.clients["user"]
        await http.post("/v1/users", json={"email": email, "password": PASSWORD, "name": "Sam Shopper"})
        login = await http.post("/v1/auth/login", json={"email": email, "password": PASSWORD})
        assert login.status_code == 200, login.text
        return bearer(login.json()["access_token"])

    async def ready_to_order(self) -> tuple[dict[str, str], str]:
        """Somebody with a product in the cart, and the id of an address in their book."""
        admin, headers = await self.signed_in(ADMIN), await self.signed_in("alice@example.com")
        made = await self.clients["product"].post("/v1/products", json=product_json(), headers=admin)
        assert made.status_code == 201, made.text
        item = {"product_id": made.json()["id"], "quantity": 2}
        put = await self.clients["cart"].post("/v1/cart/items", json=item, headers=headers)
        assert put.status_code == 201, put.text
        address = {"name": "Sam", "line1": "1 Road", "city": "Berne", "postal_code": "3000", "country": "CH"}
        kept = await self.clients["user"].post("/v1/users/me/addresses", json=address, headers=headers)
        assert kept.status_code == 201, kept.text
        return headers, kept.json()["id"]


@asynccontextmanager
async def traced_shop(*, ratio: float = 1.0, **settings: object) -> AsyncIterator[TracedShop]:
    """A new and empty shop over memory, unless `settings` say otherwise."""
    told = {service: traced(service, ratio=ratio) for service in APPS}
    async with AsyncExitStack() as stack:
        sockets = {service: stack.enter_context(_listening()) for service in APPS}
        urls = {service: f"http://127.0.0.1:{each.getsockname()[1]}" for service, each in sockets.items()}
        chosen: dict[str, Any] = {
            "bcrypt_cost": 4,
            "bootstrap_admin_email": ADMIN,
            "signing_keys": signing_key(),
            "event_publisher": "memory",
            "mongo_database": f"traced_{uuid.uuid4().hex}",
            **{f"{service}_url": url for service, url in urls.items()},
            **settings,
        }
        for service, new_app in APPS.items():
            app = new_app(checked(Settings, {**chosen, "service": service}), telemetry=told[service].telemetry)
            await stack.enter_async_context(_serving(app, sockets[service]))
        clients = {
            service: await stack.enter_async_context(httpx.AsyncClient(base_url=url, trust_env=False))
            for service, url in urls.items()
        }
        yield TracedShop(clients=clients, told=told)  # type: ignore[arg-type]  # the names are those of services


@contextmanager
def _listening() -> Iterator[socket.socket]:
    # asyncio sends at once only on sockets that name their protocol: others wait 40 ms for an acknowledgement.
    with socket.socket(proto=socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        yield listening


@asynccontextmanager
async def _serving(app: ShopApp, listening: socket.socket) -> AsyncIterator[None]:
    config = uvicorn.Config(app, log_config=None, access_log=False, ws="none")
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup([listening])
    try:
        yield
    finally:
        await server.shutdown([listening])


def parents(spans: Sequence[ReadableSpan]) -> list[tuple[str, str]]:
    """Each span's place and that of the one it began in, as `order: POST /v1/orders`."""
    by_id = {span.context.span_id: span for span in spans if span.context}

    def place(span: ReadableSpan | None) -> str:
        return f"{span.resource.attributes['service.name']!s}: {span.name}" if span else ""

    return [(place(span), place(by_id.get(span.parent.span_id) if span.parent else None)) for span in spans]
