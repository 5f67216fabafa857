"""A service process: `python -m adapters.bootstrap.asgi`, or any ASGI server with `adapters.bootstrap.asgi:app`."""

import gc
import signal
import socket
from types import FrameType

import uvicorn

from adapters.bootstrap.apps import new_app
from adapters.bootstrap.discretion import discreet_lifespan
from adapters.bootstrap.heads import LimitedHeads
from adapters.bootstrap.registry import UnknownAdapter
from adapters.bootstrap.settings import PORTS, Settings, read
from adapters.telemetry.logs import start_logging
from core import VERSION

KEEP_ALIVE_SECONDS = 75
"""Longer than the load balancer keeps an idle connection (60 s), so that it never sends into one being closed."""

settings = read(Settings)
try:
    app = new_app(settings)
except (UnknownAdapter, ValueError) as error:
    raise SystemExit(f"{settings.service}: {error}") from error


class Server(uvicorn.Server):
    """Tells the app that it is draining as soon as it is told to stop; keeps what start-up made from the collector."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 50, 50)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's signature
        """Drain, and end with status 0: uvicorn's own would end by the signal, which looks like a death."""
        app.state.draining = True
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


def main(keep_alive: int = KEEP_ALIVE_SECONDS) -> None:
    """Serve until SIGTERM or SIGINT; requests under way are finished first."""
    start_logging(level=settings.log_level, form=settings.log_format, service=settings.service, version=VERSION)
    config = uvicorn.Config(
        discreet_lifespan(app),
        host=settings.host,
        port=settings.port or PORTS[settings.service],
        http=LimitedHeads,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # TRUSTED_HOPS says whom to believe; uvicorn would believe all on this machine
        timeout_keep_alive=keep_alive,
        timeout_graceful_shutdown=int(settings.request_seconds) + 5,
    )
    server = Server(config)
    server.run()
    if not server.started:
        raise SystemExit(3)


if __name__ == "__main__":
    main()
