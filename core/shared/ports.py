"""What every service needs from outside: time, ids, and proof of who is asking."""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from core.shared.context import Caller
from core.shared.mail import Mail
from core.shared.throttling import Tally


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
        """A token that names this service and is good at the service `audience` alone.

        It is good from now on for half a minute at least and a minute at most, by the clock: long enough for a call,
        too short to be worth stealing. Within that time the same token may be given again.
        """


class KeySource(Protocol):
    """Where the public keys that sign access tokens are published."""

    @abstractmethod
    async def fetch(self) -> Mapping[str, object]:
        """The JSON Web Key Set (RFC 7517, section 5) as published now: every key, every member. Raises: Unavailable."""


class Tallies(Protocol):
    """Keeps a tally for each key until it expires at least, to the field; moments are whole milliseconds.

    Any method raises Unavailable if the store cannot answer.
    """

    @abstractmethod
    async def get(self, key: str) -> Tally | None:
        """The tally as last kept, or None; one that has expired may be found or not."""

    @abstractmethod
    async def change(self, key: str, step: Callable[[Tally | None], Tally]) -> Tally:
        """Keep what `step` makes of the tally, which it is given as `get` would find it, and return that.

        Of many changes of one key at once, here or in other processes, each is made of what the one before it kept.
        `step` is quick, does nothing else, and may be called more than once. Whatever it raises is raised, and then
        nothing changes.
        """

    @abstractmethod
    async def remove(self, key: str) -> None:
        """Forget the tally, and no other; nothing happens if there is none."""


class Notifier(Protocol):
    """Sends mails to people."""

    @abstractmethod
    async def send(self, mail: Mail) -> None:
        """Hand the mail over, to the letter, to what delivers it. Whether it arrives is not known then.

        Raises: Unavailable if it could not be handed over now; it may have been, if the answer was lost.
        """
