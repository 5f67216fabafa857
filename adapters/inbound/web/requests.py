"""A request whose body is limited while it is read, and is read as strict JSON."""

from collections.abc import AsyncGenerator

from starlette.requests import Request
from starlette.types import Receive, Scope

from adapters.inbound.web.errors import BodyTooLarge, UnsupportedMediaType
from adapters.inbound.web.json_body import loads
from adapters.inbound.web.payload import payload

_LONGEST_LENGTH = 18
"""Digits of a length that is read as a number; Python refuses to read thousands of them."""


class ShopRequest(Request):
    """What our routes get.

    `body_limit` is in bytes; a route that streams may raise it before it reads, as far as the way here carries it.
    `proofs` keeps what each guard found out, so that no token is verified twice.
    """

    def __init__(self, scope: Scope, receive: Receive) -> None:
        super().__init__(scope, receive)
        self.body_limit: int = scope["app"].state.body_limit
        self.proofs: dict[object, object] = {}

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """The body in pieces. Raises: BodyTooLarge, by the declared length before anything is read."""
        most = min(self.body_limit, payload(self.scope).get("most_bytes", self.body_limit))
        declared = self.headers.get("content-length", "")
        if declared.isdecimal() and (len(declared) > _LONGEST_LENGTH or int(declared) > most):
            raise self._too_large(most)
        received = 0
        async for piece in super().stream():
            received += len(piece)
            if received > most:
                raise self._too_large(most)
            yield piece

    async def json(self) -> object:
        """The body, read once. Raises: BodyTooLarge, UnsupportedMediaType, MalformedJson, ValidationFailed."""
        if not hasattr(self, "_json"):
            body = await self.body()
            if not _is_json(self.headers.get("content-type", "")):
                raise UnsupportedMediaType("Send the body as application/json.")
            self._json = loads(body)
        return self._json

    def _too_large(self, most: int) -> BodyTooLarge:
        why = "" if most == self.body_limit else f" {payload(self.scope)['limit']}."
        return BodyTooLarge(f"The body is longer than {most} bytes.{why}", limit=most)


def _is_json(content_type: str) -> bool:
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type == "application/json" or (media_type.startswith("application/") and media_type.endswith("+json"))
