"""A service process: `python -m adapters.bootstrap.asgi`, or any ASGI server with `adapters.bootstrap.asgi:app`."""

import gc
import logging
import signal
import socket
from types import FrameType

import uvicorn

from adapters.bootstrap.apps import new_app
from adapters.bootstrap.discretion import discreet_lifespan
from adapters.bootstrap.heads import LimitedHeads
from adapters.bootstrap.logs import start_logging
from adapters.bootstrap.registry import UnknownAdapter
from adapters.bootstrap.settings import PORTS, Settings, read

KEEP_ALIVE_SECONDS = 75
"""Longer than the load balancer keeps an idle connection (60 s), so that it never sends into one being closed."""

OURS = ("adapters", "portico", "uvicorn")
"""The loggers that LOG_LEVEL can make say more than INFO."""

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


def main() -> None:
    """Serve until SIGTERM or SIGINT; requests under way are finished first."""
    _start_logging(settings.log_level)
    config = uvicorn.Config(
        discreet_lifespan(app),
        host=settings.host,
        port=settings.port or PORTS[settings.service],
        http=LimitedHeads,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # TRUSTED_HOPS says whom to believe; uvicorn would believe all on this machine
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=int(settings.request_seconds) + 5,
    )
    server = Server(config)
    server.run()
    if not server.started:
        raise SystemExit(3)


def _start_logging(level: str) -> None:
    """What drivers say at DEBUG stays unsaid: that of MongoDB writes whole documents, with hashes and addresses."""
    quiet = "INFO" if level == "DEBUG" else level
    start_logging(quiet, "%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in OURS:
        logging.getLogger(name).setLevel(level)


if __name__ == "__main__":
    main()
