"""What every service needs from outside: time, ids, and proof of who is asking."""

from abc import abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from core.shared.context import Caller


class Clock(Protocol):
    """Tells the time."""

    @abstractmethod
    def now(self) -> datetime:
        """The present moment, aware of being UTC, cut to the millisecond: so that every store can keep it exactly."""

    @abstractmethod
    def monotonic(self) -> float:
        """Seconds on a scale that never goes back; only differences mean anything."""


class NewId(Protocol):
    """Makes ids."""

    @abstractmethod
    def __call__(self) -> str:
        """A UUIDv7 as lower-case text, never the same twice.

        Ids that one maker makes later sort later, unless the clock was set back by more than seconds in between.
        """


class NewSecret(Protocol):
    """Makes bearer secrets: refresh tokens and the tokens of guest carts."""

    @abstractmethod
    def __call__(self) -> str:
        """At least 256 random bits as URL-safe text, never the same twice."""


class TokenVerifier(Protocol):
    """Checks the tokens that callers present."""

    @abstractmethod
    async def verify(self, token: str) -> Caller:
        """Who the bearer of `token` is.

        Raises: Unauthenticated if the token is forged, expired, malformed or meant for someone else;
        Unavailable if the keys to check it by cannot be had.
        """


class ServiceTokens(Protocol):
    """Makes the tokens by which this service proves itself to its peers."""

    @abstractmethod
    def issue(self, audience: str) -> str:
        """A short-lived token that names this service and is good at the service `audience` alone."""


class KeySource(Protocol):
    """Where the public keys that sign access tokens are published."""

    @abstractmethod
    async def fetch(self) -> Mapping[str, object]:
        """The JSON Web Key Set (RFC 7517, section 5) as published now. Raises: Unavailable."""
