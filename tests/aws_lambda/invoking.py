"""An app behind events, each event loop being that of one test; and what the app saw."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from adapters.inbound.aws_lambda.http import HttpEvents
from tests.aws_lambda.events import WAYS, Context, Event, Got, Sent, got


@contextmanager
def a_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """The one that Mangum finds."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        yield loop
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def invoked(app: Any, way: str, sent: Sent, context: Context | None = None) -> Got:
    return answered(app, WAYS[way](sent), context)


def answered(app: Any, event: Event, context: Context | None = None) -> Got:
    with a_loop():
        return got(HttpEvents(app)(event, context or Context()))


class Echo:
    """An ASGI app that keeps the scope and the body, and answers what it is told to."""

    def __init__(self, body: bytes = b"{}", *headers: tuple[bytes, bytes], status: int = 200) -> None:
        self.scope: dict[str, Any] = {}
        self.body = b""
        self._answer = (status, headers, body)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scope = scope
        self.body = (await receive())["body"]
        status, headers, body = self._answer
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})
        await send({"type": "http.response.body", "body": body})

    def values(self, name: bytes) -> list[bytes]:
        return [value for each, value in self.scope["headers"] if each == name]


def seen(way: str, sent: Sent, context: Context | None = None) -> Echo:
    """What an app sees of a request that comes this way."""
    echo = Echo()
    invoked(echo, way, sent, context)
    return echo
