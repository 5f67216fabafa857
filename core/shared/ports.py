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
        """The present moment, aware of being UTC, cut (not rounded) to the millisecond.

        So every store can keep it exactly, and nothing is dated in the future.
        """

    @abstractmethod
    def monotonic(self) -> float:
        """Seconds on a scale that never goes back, also when the time is set back; only differences mean anything."""


class NewId(Protocol):
    """Makes ids."""

    @abstractmethod
    def __call__(self) -> str:
        """A UUIDv7 (RFC 9562, section 5.7) as lower-case text: never the same twice, and no neighbour tells it.

        Ids that one maker makes later sort later, unless the clock was set back by more than five seconds in between.
        The time in an id is the clock's, or ahead of it by five seconds at most, to keep that order.
        """


class NewSecret(Protocol):
    """Makes bearer secrets: refresh tokens and the tokens of guest carts."""

    @abstractmethod
    def __call__(self) -> str:
        """At least 256 random bits as text of A-Z a-z 0-9 _ - (RFC 4648, section 5), never the same twice."""


class TokenVerifier(Protocol):
    """Checks the tokens that callers present."""

    @abstractmethod
    async def verify(self, token: str) -> Caller:
        """Who the bearer of `token` is: a service, or a customer with the roles that they have.

        Raises: Unauthenticated if the token is forged, expired (also if it was seen when it was good), malformed, of
        another kind, from the future, or meant for someone else; Unavailable if the keys to check it by cannot be had:
        nobody is let in then, and no good token is called a bad one.
        """


class ServiceTokens(Protocol):
    """Makes the tokens by which this service proves itself to its peers."""

    @abstractmethod
    def issue(self, audience: str) -> str:
        """A token that names this service and is good at the service `audience` alone; a new one each time.

        It is good from now on for a minute, by the clock: long enough for a call, too short to be worth stealing.
        """


class KeySource(Protocol):
    """Where the public keys that sign access tokens are published."""

    @abstractmethod
    async def fetch(self) -> Mapping[str, object]:
        """The JSON Web Key Set (RFC 7517, section 5) as published now: every key, every member. Raises: Unavailable."""
