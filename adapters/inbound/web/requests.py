"""A request whose body is limited while it is read, and is read as strict JSON."""

from collections.abc import AsyncGenerator

from starlette.requests import Request
from starlette.types import Receive, Scope

from adapters.inbound.web.errors import BodyTooLarge, UnsupportedMediaType
from adapters.inbound.web.json_body import loads

_LONGEST_LENGTH = 18
"""Digits of a length that is read as a number; Python refuses to read thousands of them."""


class ShopRequest(Request):
    """What our routes get.

    `body_limit` is in bytes; a route that streams may raise it before it reads. `proofs` keeps what each guard
    found out, so that no token is verified twice.
    """

    def __init__(self, scope: Scope, receive: Receive) -> None:
        super().__init__(scope, receive)
        self.body_limit: int = scope["app"].state.body_limit
        self.proofs: dict[object, object] = {}

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """The body in pieces. Raises: BodyTooLarge, by the declared length before anything is read."""
        declared = self.headers.get("content-length", "")
        if declared.isdecimal() and (len(declared) > _LONGEST_LENGTH or int(declared) > self.body_limit):
            raise self._too_large()
        received = 0
        async for piece in super().stream():
            received += len(piece)
            if received > self.body_limit:
                raise self._too_large()
            yield piece

    async def json(self) -> object:
        """The body, read once. Raises: BodyTooLarge, UnsupportedMediaType, MalformedJson, ValidationFailed."""
        if not hasattr(self, "_json"):
            body = await self.body()
            if not _is_json(self.headers.get("content-type", "")):
                raise UnsupportedMediaType("Send the body as application/json.")
            self._json = loads(body)
        return self._json

    def _too_large(self) -> BodyTooLarge:
        return BodyTooLarge(f"The body is longer than {self.body_limit} bytes.", limit=self.body_limit)


def _is_json(content_type: str) -> bool:
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type == "application/json" or (media_type.startswith("application/") and media_type.endswith("+json"))
