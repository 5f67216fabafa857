"""An answer as it is compared: what is made at random has a name instead, by its first appearance.

By the question that they first came with, so that one that is made by one way alone disturbs no other.
What is so, and nothing else: ids and the order numbers made of them; the signature of an access token, whose claims
are compared; refresh tokens, cart tokens, and cursors. The clock stands still, so that times are compared as they are.
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.aws_lambda.events import Got

_LONG = 500_000
"""Characters of an answer that is made of one letter."""
_RANDOM = re.compile(
    r"(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
    r"|(?P<token>eyJ[\w-]+\.[\w-]+\.[\w-]+)"
    r'|"(?P<name>number|refresh_token|cart_token|next_cursor)":"(?P<secret>[^"]+)"'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """Header names are in lower case, sorted; equal ones keep their order. A body of JSON is read."""

    status: int
    headers: Mapping[str, tuple[str, ...]]
    body: Any


@dataclass(slots=True)
class Plainly:
    """Makes the answers of one way plain, in the order in which they came."""

    _names: dict[str, str] = field(default_factory=dict)
    _question: str = ""
    _made: int = 0

    def __call__(self, question: str, got: Got) -> Plain:
        self._question, self._made = question, 0
        headers: dict[str, tuple[str, ...]] = {}
        for name, value in got.headers:
            headers[name] = (*headers.get(name, ()), self._plain(value))
        return Plain(status=got.status, headers=dict(sorted(headers.items())), body=self._body(got.body))

    def _body(self, body: bytes) -> Any:
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return body
        try:
            return json.loads(self._plain(text) if len(text) < _LONG else text)
        except ValueError:
            return text

    def _plain(self, text: str) -> str:
        return _RANDOM.sub(self._replaced, text)

    def _replaced(self, found: re.Match[str]) -> str:
        if found["id"]:
            return self._name("id", found["id"])
        if found["token"]:
            return " ".join(self._plain(_decoded(part)).replace('"', "'") for part in found["token"].split(".")[:2])
        return f'"{found["name"]}":"{self._name(found["name"], found["secret"])}"'

    def _name(self, kind: str, value: str) -> str:
        if value not in self._names:
            self._made += 1
            self._names[value] = f"<{kind} {self._made} of: {self._question.replace(chr(34), chr(39))}>"
        return self._names[value]


def _decoded(part: str) -> str:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()
