"""Four services of which only metrics and readiness are there, with traffic that is made up."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from adapters.inbound.cli.stores import SERVICES
from adapters.telemetry.prometheus import PrometheusMetrics

VERSION = "1.2.3"


class Service:
    """What one of them says; `metrics` are what it counts, all of which may be changed meanwhile."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.status = "ok"
        self.exposes = True
        self.connections = 0
        self.restart_as(VERSION)

    def restart(self) -> None:
        """It counts from nothing again."""
        self.restart_as(VERSION)

    def restart_as(self, version: str) -> None:
        self.metrics = PrometheusMetrics(service=self.name, version=version)

    def answers(self, path: str) -> tuple[int, bytes]:
        if path == "/readyz":
            return (200 if self.status == "ok" else 503), json.dumps({"status": self.status}).encode()
        if path == "/metrics" and self.exposes:
            return 200, self.metrics.text()
        return 404, b"{}"

    def serves(
        self, number: int, *, seconds: float = 0.02, method: str = "GET", route: str = "/v1/x", status: int = 200
    ) -> None:
        """So many requests."""
        for _ in range(number):
            self.metrics.requests.labels(method, route, str(status)).observe(seconds)

    @contextmanager
    def served(self) -> Iterator[str]:
        """Its address, as long as it is there."""
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                service.connections += 1
                super().setup()

            def do_GET(self) -> None:
                status, body = service.answers(self.path)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_port}"
            finally:
                server.shutdown()
                thread.join()


@contextmanager
def served(*services: Service) -> Iterator[dict[str, str]]:
    """The variables that name them."""
    with ExitStack() as stack:
        yield {f"{service.name.upper()}_URL": stack.enter_context(service.served()) for service in services}


def four() -> dict[str, Service]:
    return {name: Service(name) for name in SERVICES}


def busy(services: dict[str, Service]) -> None:
    """A second in the life of a shop."""
    product, user, cart, order = services.values()
    product.serves(100, route="/v1/products/{id}", seconds=0.004)
    product.serves(40, route="/v1/products", seconds=0.03)
    user.serves(3, method="POST", route="/v1/auth/login", seconds=0.2)
    cart.serves(9, method="POST", route="/v1/cart/items", status=201)
    cart.serves(1, method="POST", route="/v1/cart/items", status=503, seconds=1.5)
    order.serves(8, method="POST", route="/v1/orders", status=201, seconds=0.08)
    order.serves(2, method="POST", route="/v1/orders", status=202, seconds=3)
    for caller, peer in ((cart, "product"), (order, "product"), (order, "cart"), (order, "user")):
        for _ in range(9):
            caller.metrics.calls.labels(peer, "ok").observe(0.01)
        caller.metrics.calls.labels(peer, "unavailable").observe(0.5)
        caller.metrics.retries.labels(peer).inc()
        caller.metrics.retry_budget.labels(peer).set(10)
    for service in services.values():
        service.metrics.loop_lag.observe(0.0005)
        service.metrics.active_requests.set(2)
        service.metrics.connections.labels("used").set(4)
        service.metrics.connections.labels("idle").set(6)
        service.metrics.connections_max.set(100)
    done = order.metrics
    for _ in range(10):
        done.use_cases.labels("place_order", "ok").observe(0.1)
    for _ in range(3):
        done.use_cases.labels("place_order", "out_of_stock").observe(0.1)
    done.orders_unfinished.labels("PENDING").set(2)
    done.orders_oldest.labels("PENDING").set(75)
    done.orders_unfinished.labels("HELD").set(0)
    done.outbox_depth.set(5)
    done.outbox_oldest.set(3)
    done.rounds.labels("resume_orders", "ok").inc(2)
    done.rounds.labels("resume_orders", "failed").inc()
    done.round_items.labels("resume_orders").inc(7)
    product.metrics.units_held.set(1_234)
