"""An import's body: NDJSON (one JSON object a line), read line by line, so that it may be of any length."""

import asyncio
import codecs
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError
from starlette.requests import ClientDisconnect

from adapters.inbound.web.errors import BodyTooLarge, MalformedJson, RequestTimeout, UnsupportedMediaType, in_words
from adapters.inbound.web.errors import ValidationFailed as WrongShape
from adapters.inbound.web.json_body import loads
from adapters.inbound.web.product.schemas import ProductIn
from adapters.inbound.web.requests import ShopRequest
from core.product.use_cases import Failure, Row
from core.shared.context import REQUEST

MEDIA_TYPES = ("application/x-ndjson", "application/ndjson", "application/jsonl")
LINE_MAX = 65_536
"""A line has this many bytes at most, its end not counted; of a longer one no more than these are ever held."""
_FAULTS_TOLD = 3
_FIELD_TOLD = 100
_ROOM = LINE_MAX + len(codecs.BOM_UTF8) + len(b"\r") + 1

_EXAMPLE = (
    '{"sku": "BOOT-41", "name": "Walking boot", "category": "Shoes", "price": {"amount": 12900, "currency": "USD"}}\n'
)
REQUEST_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": (
            "Any number of products, one JSON object a line, each with the fields that `POST /v1/products` takes;"
            f" UTF-8, at most {LINE_MAX} bytes a line. Empty lines are passed over."
        ),
        "content": {name: {"schema": {"type": "string"}, "example": _EXAMPLE} for name in MEDIA_TYPES},
    }
}
"""The route's request body in the OpenAPI document, which FastAPI cannot know of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportLimits:
    """How much an import may send, and how long it may keep us waiting.

    A body has `body_bytes` at most. An import may take as long as it takes, but each line must be there within
    `seconds`, and the rows collected must be kept within as long; `monotonic` is the scale of the request's deadline.
    """

    body_bytes: int = 2**30
    seconds: float = 10
    monotonic: Callable[[], float] = time.monotonic


DEFAULT_LIMITS = ImportLimits()


class ImportBody:
    """The rows that a request sends.

    Whatever breaks the body off ends the rows, so that those that came whole can be kept; `check` tells it afterwards.
    """

    def __init__(self, request: ShopRequest, limits: ImportLimits) -> None:
        """Raises: UnsupportedMediaType. Nothing is read yet."""
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in MEDIA_TYPES:
            raise UnsupportedMediaType(f"Send the body as {MEDIA_TYPES[0]}: a JSON object a line.")
        if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise UnsupportedMediaType("Send the body as it is, not compressed.")
        request.body_limit = limits.body_bytes
        self._pieces = request.stream()
        self._limits = limits
        self._deadline = 0.0
        self._broken: Exception | None = None

    async def rows(self) -> AsyncIterator[Row | Failure]:
        """What each line describes, or why it describes nothing."""
        number = 0
        self._renew_deadline()
        try:
            async for line in self._lines():
                number += 1
                if line is not None and not line.strip():
                    continue
                self._renew_deadline()
                yield _row(number, line)
                self._renew_deadline()
        except (ClientDisconnect, BodyTooLarge, RequestTimeout) as error:
            self._broken = error
        self._renew_deadline()  # for the rows that are collected still

    def check(self) -> None:
        """Raises: BodyTooLarge, RequestTimeout, ClientDisconnect, if one of these ended the rows."""
        if self._broken is not None:
            raise self._broken

    async def _lines(self) -> AsyncIterator[bytes | None]:
        """Each line without its end, and the first without a byte order mark; `None` for one that is too long."""
        begun, first = bytearray(), True
        async for piece in self._in_time():
            *ends, rest = piece.split(b"\n")
            for end in ends:
                begun += end[: _ROOM - len(begun)]
                yield _line(begun, first=first)
                begun, first = bytearray(), False
            begun += rest[: _ROOM - len(begun)]
        if begun:
            yield _line(begun, first=first)

    async def _in_time(self) -> AsyncIterator[bytes]:
        """The body's pieces, each before the deadline."""
        while True:
            try:
                async with asyncio.timeout(self._deadline - self._limits.monotonic()):
                    piece = await anext(self._pieces, None)
            except TimeoutError as error:
                raise RequestTimeout(f"A line did not come whole within {self._limits.seconds:g} seconds.") from error
            if piece is None:
                return
            yield piece

    def _renew_deadline(self) -> None:
        """For the next line to come, and for the stores, which look at the request's."""
        self._deadline = self._limits.monotonic() + self._limits.seconds
        REQUEST.set(replace(REQUEST.get(), deadline=self._deadline))


def _line(begun: bytearray, *, first: bool) -> bytes | None:
    line = bytes(begun).removesuffix(b"\r")
    if first:
        line = line.removeprefix(codecs.BOM_UTF8)
    return line if len(line) <= LINE_MAX else None


def _row(number: int, line: bytes | None) -> Row | Failure:
    if line is None:
        return Failure(line=number, message=f"The line is longer than {LINE_MAX} bytes.")
    try:
        value = loads(line)
        if not isinstance(value, dict):
            return Failure(line=number, message="A product is a JSON object: {...}.")
        product = ProductIn.model_validate(value)
    except MalformedJson as error:
        return Failure(line=number, message=error.detail)
    except WrongShape as error:
        return Failure(line=number, message=" ".join(message for _, message in error.errors))
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)[:_FAULTS_TOLD]
        return Failure(line=number, message="; ".join(map(_told, faults)))
    return Row(line=number, details=product.to_details(), units=product.stock)


def _told(fault: Mapping[str, Any]) -> str:
    told = f"{'.'.join(map(str, fault['loc']))[:_FIELD_TOLD]}: {in_words(fault)}"
    if fault["type"] == "extra_forbidden" and len(fault["loc"]) == 1:
        return f"{told}, put it into attributes"
    return told
