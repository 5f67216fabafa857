"""Whether this process lives, whether it wants traffic, and what it has measured; none of it asks anyone else."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from adapters.inbound.web.answers import NO_STORE, json
from adapters.telemetry.metrics import Metrics


def health_routes(name: str, version: str) -> list[BaseRoute]:
    """`/health` says which service answers, `/livez` that the process turns, `/readyz` that it may be sent requests."""

    async def health(request: Request) -> Response:
        return json({"status": _status(request), "service": name, "version": version}, headers=NO_STORE)

    async def livez(_: Request) -> Response:
        return json({"status": "ok"}, headers=NO_STORE)

    async def readyz(request: Request) -> Response:
        status = _status(request)
        return json({"status": status}, 200 if status == "ok" else 503, headers=NO_STORE)

    return [Route("/livez", livez), Route("/readyz", readyz), Route("/health", health)]


def metrics_routes(metrics: Metrics) -> list[BaseRoute]:
    """`/metrics` is for Prometheus."""
    from adapters.telemetry.prometheus import CONTENT_TYPE  # noqa: PLC0415 - a function has no such route

    async def scrape(_: Request) -> Response:
        return Response(metrics.text(), headers={**NO_STORE, "Content-Type": CONTENT_TYPE})

    return [Route("/metrics", scrape)]


def _status(request: Request) -> str:
    state = request.app.state
    if state.draining:
        return "draining"
    return "ok" if state.started else "starting"
