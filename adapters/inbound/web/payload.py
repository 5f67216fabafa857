"""Answers and requests that the way to this process cannot carry, though our own limits would let them pass.

Whoever has limits of their own says so in the extensions of an ASGI scope: `most_bytes` of a request's body, whether
an answer `fits`, and in words what the `limit` is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.inbound.web.errors import AnswerTooLarge, problem

PAYLOAD = "portico.payload"


def payload(scope: Scope) -> Mapping[str, Any]:
    """What the scope says of it; nothing if whatever we take and answer can be carried."""
    said: Mapping[str, Any] = scope.get("extensions", {}).get(PAYLOAD, {})
    return said


@dataclass(frozen=True, slots=True)
class CarriedAnswers:
    """Wraps an ASGI app: an answer that does not fit is a problem document instead, which says so."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fits: Callable[[bytes], bool] | None = payload(scope).get("fits") if scope["type"] == "http" else None
        if fits is None:
            await self.app(scope, receive, send)
            return
        start: Message = {}
        body = bytearray()

        async def gather(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            body.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            if fits(bytes(body)):
                await send(start)
                await send({**message, "body": bytes(body)})
            else:
                error = AnswerTooLarge(f"{payload(scope)['limit']}, and this answer is longer. Ask for less at once.")
                await problem(error, Request(scope))(scope, receive, send)

        await self.app(scope, receive, gather)
