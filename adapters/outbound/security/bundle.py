"""A bundle of signing keys, which is a text of PEM blocks, and how it moves on: [signs now, next, retired ...].

The key that signs next is published from the rotation before on, and the one that signed last until the rotation after.
So whoever checks a token has its key already, and still, and no rotation makes a good token fail.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self

from adapters.outbound.security.keys import new_signing_key, signing_keys

SETTLED = timedelta(minutes=20)
"""From one rotation to the next: a token lives for a quarter of an hour at most, and within five minutes a changed file
has come to every replica, and its keys to everyone who checks tokens."""

# What stands around PEM blocks is for people (RFC 7468, section 5.2), and for this one line.
_CHANGED = re.compile(r"^# Changed (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$", re.MULTILINE)
_HEADING = "# Signing keys, the first of which signs now, the second next, and any others did before: keep it secret.\n"


class Unsettled(Exception):
    """The last change was less than `SETTLED` ago; `settles` is when it will be that long."""

    def __init__(self, settles: datetime) -> None:
        super().__init__(f"It settles at {settles:%Y-%m-%dT%H:%M:%SZ}.")
        self.settles = settles


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Its text; and when it was changed last, if it ever was."""

    text: str = field(repr=False)
    changed_at: datetime | None

    @classmethod
    def of(cls, text: str) -> Self:
        """Raises: ValueError, as `signing_keys`."""
        signing_keys(text)
        told = _CHANGED.search(text)
        at = datetime.strptime(told[1], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) if told else None
        return cls(text=text, changed_at=at)

    @classmethod
    def new(cls) -> Self:
        """One key to sign now, and one next."""
        return cls.of(_HEADING + new_signing_key() + new_signing_key())

    @property
    def roles(self) -> Sequence[tuple[str, str]]:
        """For each key its name, `kid`, and what it does: "signs", "next" or "retired"."""
        roles = ("signs", "next")
        return [
            (key.kid, roles[place] if place < len(roles) else "retired")
            for place, key in enumerate(signing_keys(self.text))
        ]

    def rotated(self, *, at: datetime, force: bool = False) -> Self:
        """The next key signs, a new one is next, and the one that signed is retired; any retired before are gone.

        Where no key is next yet, nothing changes but that one is. Raises: Unsettled, unless it is forced.
        """
        if not force and self.changed_at is not None and at < self.changed_at + SETTLED:
            raise Unsettled(self.changed_at + SETTLED)
        first, *others = (key.pem for key in signing_keys(self.text))
        pems = (others[0], new_signing_key(), first) if others else (first, new_signing_key())
        return self.of(f"{_HEADING}# Changed {at:%Y-%m-%dT%H:%M:%SZ}\n{''.join(pems)}")
