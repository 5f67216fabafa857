"""A request as it travels, and an app that is asked as a server asks it: how much it reads is counted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Scope

Headers = Sequence[tuple[bytes, bytes]]
PIECE = 65_536
"""A server hands a long body over in pieces of about this size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """`target` is path and query as sent, `size` a body of that many bytes that is made while it is read.

    `refused` says that this cannot be right, `secret` that something in it must come back from nowhere, and `elsewhere`
    that the document does not speak of this path or method.
    """

    kind: str
    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""
    size: int = 0
    refused: bool = False
    secret: bool = False
    elsewhere: bool = False

    def __str__(self) -> str:
        sent = self.body[:80] if self.body else f"{self.size} bytes" if self.size else ""
        headers = [each for each in self.headers if each[0] != b"authorization" or len(each[1]) < 40]
        return f"{self.kind}: {self.method!r} {self.target[:160]!r} {str(headers)[:300]} {sent!r}"


@dataclass(slots=True, kw_only=True)
class Answer:
    """`taken` is how many bytes of the body were read, `broke` what came out instead of an answer."""

    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    taken: int = 0
    broke: str = ""

    def header(self, name: bytes) -> bytes:
        return next((value for key, value in self.headers if key.lower() == name), b"")


async def asked(app: ASGIApp, ask: Ask) -> Answer:
    """What the app answers, with its path decoded as uvicorn does it."""
    answer = Answer()
    pieces = _pieces(ask)

    async def receive() -> Message:
        piece, more = next(pieces, (b"", False))
        answer.taken += len(piece)
        return {"type": "http.request", "body": piece, "more_body": more}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = list(message["headers"])
        else:
            answer.body += message.get("body", b"")

    try:
        await app(_scope(ask), receive, send)
    except Exception as error:  # noqa: BLE001 - whatever comes out is told
        answer.broke = repr(error)
    return answer


def _pieces(ask: Ask) -> Any:
    left = ask.size
    while left:
        piece = min(left, PIECE)
        left -= piece
        yield b" " * piece, left > 0
    for start in range(0, len(ask.body), PIECE):
        yield ask.body[start : start + PIECE], start + PIECE < len(ask.body)


def _scope(ask: Ask) -> Scope:
    path, _, query = ask.target.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": ask.method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode("latin-1"),
        "query_string": query.encode("latin-1"),
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in ask.headers],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 80),
        "state": {},
    }
