"""A service whose probes ask the database, as many do. `python -m` runs it."""

from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.bootstrap import asgi

PATIENCE_MS = 500


async def probe(_: Request) -> Response:
    url = asgi.settings.mongo_url.get_secret_value()
    async with AsyncMongoClient[dict[str, object]](url, timeoutMS=PATIENCE_MS) as client:
        try:
            await client.admin.command("ping")
        except PyMongoError:
            return Response(status_code=503)
    return Response()


if __name__ == "__main__":
    asgi.app.router.routes[:0] = [Route("/livez", probe), Route("/readyz", probe)]
    asgi.main()
