"""What somebody shows at a door: headers, exactly as they travel, or something beside them."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """`headers` are raw, so that they may be twice there or hold what no honest client sends."""

    headers: Sequence[tuple[bytes, bytes]] = ()
    query: str = ""


def token(text: str) -> Presented:
    return authorization(b"Bearer " + text.encode("utf-8", "surrogatepass"))


def authorization(*values: bytes) -> Presented:
    return Presented(headers=[(b"authorization", value) for value in values])
