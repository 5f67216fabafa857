"""Identifiers: UUID version 7 (RFC 9562, section 5.7) as lower-case text, ordered by the time of making."""

import re
from datetime import UTC, datetime

_UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.ASCII)


def is_id(text: str) -> bool:
    """Whether `text` is an id of ours, to the letter: no capitals, no braces, no other version."""
    return _UUID7.fullmatch(text) is not None


def made_at(id: str) -> datetime:
    """When an id was made, in UTC, to the millisecond that its first 48 bits hold."""
    return datetime.fromtimestamp(int(id[:8] + id[9:13], 16) / 1000, UTC)
