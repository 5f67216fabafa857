"""The user service over ports that are all broken, and say why in words. `python -m` runs it as the real one runs.

SPILL_AT says what else goes wrong: its start, its end, a task that nobody waits for, or the program around it.
"""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import uvicorn

from adapters.bootstrap.accounts import Accounts
from adapters.bootstrap.common import Common
from adapters.bootstrap.discretion import discreet_lifespan
from adapters.bootstrap.over_http.peers import Peers
from adapters.bootstrap.settings import Settings, read
from adapters.bootstrap.web import web_app
from adapters.inbound.web.openapi import ShopApp
from adapters.outbound.security.access_tokens import OwnKeys
from adapters.telemetry.logs import start_logging
from tests.security.canaries.overheard import FORM
from tests.security.canaries.spills import DriverError, spilling


@asynccontextmanager
async def _breaking(at: str, words: str) -> AsyncIterator[None]:
    if at == "start":
        raise DriverError(words)
    if at == "task":
        asyncio.ensure_future(_fails(words)).add_done_callback(id)  # nobody looks at what came of it
    yield
    if at == "end":
        raise DriverError(words)


async def _fails(words: str) -> None:
    raise DriverError(words)


def app(settings: Settings, words: str, breaking: AbstractAsyncContextManager[None]) -> ShopApp:
    common = Common.of("user", settings)
    store, tallies = common.stores.of("user"), common.stores.tallies_of("user", common.clock)
    accounts = Accounts.over(store, settings, tallies=tallies, clock=common.clock, new_id=common.new_id)
    return web_app(
        common,
        spilling(words, settings.token_issuer)(accounts.use_cases),
        verifier=common.verifier(OwnKeys(accounts.access_tokens)),
        service_verifier=Peers.of(common).verifier,
        resources=(*common.foundation, *accounts.resources, breaking),
    )


def main() -> None:
    at, settings = os.environ["SPILL_AT"], read(Settings)
    words = f"{settings.mongo_url.get_secret_value()} {settings.password_pepper.get_secret_value()} {dict(os.environ)}"
    if os.environ.get("NAIVE"):
        logging.basicConfig(level=logging.DEBUG, format=FORM)
    else:
        start_logging(level="DEBUG", form=settings.log_format, service="user", version="test")
    if at == "program":
        raise DriverError(words)
    assert settings.port
    served = app(settings, words, _breaking(at, words))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # which uvicorn raises again at its end
    naive = bool(os.environ.get("NAIVE"))
    uvicorn.run(served if naive else discreet_lifespan(served), port=settings.port, log_config=None, access_log=False)


if __name__ == "__main__":
    main()
