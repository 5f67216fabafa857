"""What the user service needs from outside: places for accounts and sessions, password hashes, access tokens."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from core.shared.paging import Cursor, Page
from core.shared.rounds import Waiting
from core.user.model import AccessToken, PendingMail, Proof, Session, User


class Users(Protocol):
    """Keeps accounts, to the field; times are whole milliseconds, as `Clock.now` tells them.

    Of many calls at once that cannot all be right, one has its way. What is refused changes nothing.
    Any method raises Unavailable if the store cannot answer.
    """

    @abstractmethod
    async def add(self, user: User) -> None:
        """Keep a new account.

        Raises: EmailTaken if an account has its e-mail address already, VersionStale if there is one of its id.
        """

    @abstractmethod
    async def get(self, id: str) -> User:
        """The account as last saved. Raises: UserNotFound."""

    @abstractmethod
    async def by_email(self, email: str) -> User:
        """The account with this e-mail address, to the letter: it is normal already. Raises: UserNotFound."""

    @abstractmethod
    async def save(self, user: User) -> None:
        """Keep an account's next version; `created_at` never changes.

        It is found by its new e-mail address, and the one that it no longer has is free, at once.
        Raises: UserNotFound; VersionStale if the version kept now is not `user.version - 1`, whatever else is wrong;
        EmailTaken if another account has its e-mail address.
        """

    @abstractmethod
    async def list(self, *, limit: int, after: Cursor | None) -> Page[User]:
        """Every account by id, newest first, `limit` at a time, behind `after`.

        The cursor's order is `-id`, its key an id, which need not be an account's. An account that is there all the
        while is met exactly once, whatever comes or changes. Raises: CursorInvalid.
        """


class Sessions(Protocol):
    """Keeps sessions, to the field, each until it expires at least; a person may have many.

    Times are whole milliseconds, as `Clock.now` tells them. Of many calls at once that cannot all be right, one has its
    way. What is refused changes nothing. Any method raises Unavailable if the store cannot answer.
    """

    @abstractmethod
    async def add(self, session: Session) -> None:
        """Keep a session as it begins, which is now. Raises: VersionStale if there is one of its id."""

    @abstractmethod
    async def get(self, id: str) -> Session:
        """The session as last saved. Raises: SessionNotFound; a session that has expired may be found or not."""

    @abstractmethod
    async def save(self, session: Session) -> None:
        """Keep a session's next version; `begun_at` and `expires_at` never change.

        Raises: VersionStale if the version kept now is not `session.version - 1`, or there is no such session.
        """

    @abstractmethod
    async def remove(self, id: str) -> None:
        """Forget the session, and no other, for good; nothing happens if there is none."""


class Proofs(Protocol):
    """Keeps what is remembered of tokens that were sent by mail, to the field, each until it expires at least.

    Times are whole milliseconds, as `Clock.now` tells them. Any method raises Unavailable if the store cannot answer.
    """

    @abstractmethod
    async def add(self, proof: Proof) -> None:
        """Keep what was made now, under its digest, which no other has."""

    @abstractmethod
    async def get(self, digest: str) -> Proof:
        """The proof, which stays. Raises: ProofNotFound; one that has expired may be found or not."""

    @abstractmethod
    async def take(self, digest: str) -> bool:
        """Forget the proof, and no other, for good. True for one of all who ever take it, false for the rest."""


class PendingMails(Protocol):
    """Keeps mails that were asked for, to the field, until they are removed.

    One without a `not_before` was sent, and is kept until its `expires_at` at least, so that no other has its id: it is
    neither due, nor does it wait. Times are whole milliseconds, as `Clock.now` tells them. Of many calls at once that
    cannot all be right, one has its way. Any method raises Unavailable if the store cannot answer.
    """

    @abstractmethod
    async def add(self, mail: PendingMail) -> None:
        """Keep a new one. Raises: VersionStale if there is one of its id."""

    @abstractmethod
    async def due(self, now: datetime, *, limit: int) -> Sequence[PendingMail]:
        """Up to `limit` of those whose `not_before` is `now` or earlier, the longest due first."""

    @abstractmethod
    async def save(self, mail: PendingMail) -> None:
        """Keep its next version.

        Raises: VersionStale if the version kept now is not `mail.version - 1`, or there is no such mail.
        """

    @abstractmethod
    async def remove(self, id: str) -> None:
        """Forget it, and no other, for good; nothing happens if there is none."""

    @abstractmethod
    async def waiting(self, *, limit: int) -> Waiting:
        """All that have a `not_before`, each since it was asked for; of more than `limit`, those due first."""


class Passwords(Protocol):
    """Turns passwords into hashes to keep, slowly on purpose."""

    @abstractmethod
    async def hash(self, password: str) -> str:
        """A salted hash, which names its scheme: never the same twice, and nothing of the password stands in it.

        Passwords that Unicode holds to be equal (NFC) are equal; every character counts, in its case, however many
        there are, blanks and controls too.
        Raises: Unavailable if too many passwords are waiting already.
        """

    @abstractmethod
    async def verify(self, password: str, stored: str | None) -> bool:
        """Whether `stored` was made from `password`, by the present scheme, key and cost or earlier ones.

        Without a stored hash, or with one of a scheme or key that nobody knows, the answer is false, after the same
        work, so that its time tells nothing.
        Raises: Unavailable if too many passwords are waiting already.
        """

    @abstractmethod
    def needs_rehash(self, stored: str) -> bool:
        """Whether `stored` was made by an earlier scheme, with an earlier key or at another cost than now."""


class CommonPasswords(Protocol):
    """Knows the passwords that are tried first: those that many people have, or that were stolen and published."""

    @abstractmethod
    def __contains__(self, password: object) -> bool:
        """Whether it is one of them as a whole, as `core.user.model.folded` makes it; no part of it counts.

        At least the 3,000 most common ones of 8 characters or more are known (OWASP ASVS 5.0, 6.2.4).
        """


class AccessTokens(Protocol):
    """Signs the tokens by which every service knows a customer."""

    @abstractmethod
    def issue(self, *, user: User, session_id: str) -> AccessToken:
        """A new token naming the user by id, their roles and the session it came from, and telling no more of them.

        It is good from now on for `expires_in` seconds by the clock, which are a quarter of an hour at most.
        """

    @abstractmethod
    def jwks(self) -> Mapping[str, object]:
        """The public keys to check tokens by, as a JSON Web Key Set (RFC 7517, section 5): nothing private.

        A token names its key; that is among them for as long as the token is good.
        """
