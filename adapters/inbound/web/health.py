"""Whether this process lives, and whether it wants traffic; neither asks anyone else."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from adapters.inbound.web.answers import NO_STORE, json


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


def _status(request: Request) -> str:
    state = request.app.state
    if state.draining:
        return "draining"
    return "ok" if state.started else "starting"
