"""What the process of a function has once, for all its invocations: settings, a log, an event loop, connections."""

import asyncio
import atexit
import os
import random
import secrets
import ssl
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager
from typing import Any, Self, TypeVar

from snapshot_restore_py import register_after_restore

from adapters.bootstrap.common import Common, spans
from adapters.bootstrap.registry import UnknownAdapter, resolve
from adapters.bootstrap.settings import FunctionSettings, Service, read
from adapters.inbound.aws_lambda.told import Told
from adapters.telemetry.logs import start_logging
from adapters.telemetry.moved import MovedMetrics
from adapters.telemetry.telemetry import Telemetry
from core import VERSION

PARTS: Mapping[Service, str] = {
    "product": "adapters.bootstrap.in_process.product:product_parts",
    "user": "adapters.bootstrap.in_process.user:user_parts",
    "cart": "adapters.bootstrap.in_process.cart:cart_parts",
    "order": "adapters.bootstrap.in_process.order:order_parts",
}
SEED_BYTES = 64

T = TypeVar("T")


class Process:
    """A service in the process of a function; `service` is what it is made of, `common` what that stands on.

    One event loop lives as long as the process, because what is opened belongs to the loop it was opened on. Between
    two invocations the process stands still, with all that it has open: the drivers find out by themselves which of
    their connections did not last. So the rounds of a container would do nothing here, and none is begun.
    """

    def __init__(self, settings: FunctionSettings, parts: str = "") -> None:
        """Nothing is opened yet. `parts` leads to what makes them, if it is not the whole service.

        Raises: UnknownAdapter, ValueError for a setting that cannot be used.
        """
        self.settings = settings
        metrics, traces = MovedMetrics(), spans(settings.service, settings)
        telemetry = Telemetry(metrics=metrics, spans=traces)
        # An invocation uses few of the stores.
        self.common = Common.of(settings.service, settings, telemetry=telemetry, prepare=False)
        self.service: Any = resolve(parts or PARTS[settings.service])(self.common, settings)
        self.told = Told(metrics=metrics, spans=traces, service=settings.service, measured=settings.metrics)
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)  # where Mangum looks for it
        self._open: AsyncExitStack | None = None

    @classmethod
    def started(cls, kind: type[FunctionSettings] = FunctionSettings, parts: str = "") -> Self:
        """That of this process, by settings of this kind from its environment.

        It opens what it stands on now, while start-up has more CPU.
        With SnapStart, each restored copy does so for itself: a connection that many copies have is nobody's. But the
        snapshot has in it what is else made late.
        Raises: SystemExit, with a line for each setting that is wrong.
        """
        settings = read(kind)
        start_logging(level=settings.log_level, form=settings.log_format, service=settings.service, version=VERSION)
        try:
            process = cls(settings, parts)
            if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start":
                process.common.late.make_all()
                register_after_restore(process.restored)
            else:
                process.open()
        except (UnknownAdapter, ValueError) as error:
            raise SystemExit(f"{settings.service}: {error}") from error
        atexit.register(process.close)
        return process

    @contextmanager
    def invocation(self, context: Any) -> Iterator[None]:
        """Round each use of the loop: what the work stands on is open, and what it told is written when it ends.

        `context` is what AWS Lambda says of the invocation.
        """
        self.open()
        with self.told.invocation(context):
            yield

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What a piece of work in an invocation gives."""
        return self._loop.run_until_complete(work)

    def open(self) -> None:
        """Open what is not open. A database that is away is no reason not to: it is asked again by whoever needs it."""
        if self._open is None:
            self._open = self._loop.run_until_complete(self._opened())

    def close(self) -> None:
        """Close what is open, at the end of the process."""
        opened, self._open = self._open, None
        if opened is not None:
            self._loop.run_until_complete(opened.aclose())

    def restored(self) -> None:
        """A copy of a snapshot begins to live: it gets random numbers of its own, and connections of its own.

        Ids, tokens and salts are made of the operating system's randomness, which no copy shares, and an id's counter
        begins anew with each millisecond. What goes on from a state kept in memory is Python's generator, of which
        trace ids are, and OpenSSL's.
        https://docs.aws.amazon.com/lambda/latest/dg/snapstart-uniqueness.html
        """
        random.seed()
        ssl.RAND_add(secrets.token_bytes(SEED_BYTES), SEED_BYTES)
        self.open()

    async def _opened(self) -> AsyncExitStack:
        resources: Sequence[AbstractAsyncContextManager[object]]
        resources = (self.common.telemetry.spans, self.common.stores, *self.service.resources)
        async with AsyncExitStack() as opening:
            for resource in resources:
                await opening.enter_async_context(resource)
            return opening.pop_all()
