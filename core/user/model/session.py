"""Being signed in: the tokens a person holds, and the session behind them."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from core.shared.ids import is_id
from core.user.errors import RefreshTokenInvalid, SessionBusy
from core.user.model.user import User

GRACE = timedelta(seconds=10)
"""How long a spent refresh token may be used again, by two tabs at once or after a reply that was lost."""
CHILDREN_MAX = 10
"""How many others one refresh token is exchanged for within `GRACE`: a browser has few tabs that wake at once."""
BRANCHES_MAX = 50
"""How many refresh tokens of one session are good at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """A signed token, good for `expires_in` seconds."""

    text: str = field(repr=False)
    expires_in: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshToken:
    """A session's id and a secret; on the wire with a dot between them."""

    session_id: str
    secret: str = field(repr=False)

    @classmethod
    def of(cls, text: str) -> "RefreshToken":
        """Raises: RefreshTokenInvalid if no token of ours looks like this."""
        session_id, dot, secret = text.partition(".")
        if not (dot and secret.isascii() and is_id(session_id)):
            raise RefreshTokenInvalid("This is not a refresh token.")
        return cls(session_id=session_id, secret=secret)

    @property
    def text(self) -> str:
        return f"{self.session_id}.{self.secret}"

    @property
    def digest(self) -> str:
        """What is kept of the secret. A fast hash will do: 256 random bits cannot be guessed."""
        return hashlib.sha256(self.secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """What a person gets for signing in."""

    access_token: AccessToken
    refresh_token: RefreshToken


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """The hash of a refresh token that was exchanged: when first, and for how many others since."""

    digest: str = field(repr=False)
    at: datetime
    children: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One sign-in, kept going by refresh tokens that are each exchanged for the next.

    `live` are the hashes of those that are good, the one made last at the end. A token that was exchanged is `spent`:
    within `GRACE` it gives another child, a branch of its own, so that neither of two tabs is signed out later;
    after that, owner and thief must both have had it, and the session is to end. As a token names its session,
    one spent long ago is recognised without being remembered.
    """

    id: str
    user_id: str
    sign_ins: int
    live: tuple[str, ...] = field(repr=False)
    spent: tuple[Spent, ...]
    begun_at: datetime
    expires_at: datetime
    version: int

    @classmethod
    def begun(cls, user: User, token: RefreshToken, *, at: datetime, lasts: timedelta) -> "Session":
        return cls(
            id=token.session_id,
            user_id=user.id,
            sign_ins=user.sign_ins,
            live=(token.digest,),
            spent=(),
            begun_at=at,
            expires_at=at + lasts,
            version=1,
        )

    def is_over(self, user: User, *, at: datetime) -> bool:
        """Whether it has expired, or was ended together with all others of its user."""
        return at >= self.expires_at or self.sign_ins < user.sign_ins

    def accepts(self, token: RefreshToken, *, at: datetime) -> bool:
        """Whether the token may be exchanged now; if not, it was stolen or made up."""
        return token.digest in self.live or any(spent.digest == token.digest for spent in self._fresh(at))

    def rotated(self, token: RefreshToken, new: RefreshToken, *, at: datetime) -> "Session":
        """The token exchanged for a new one; of too many branches, the one that rested longest is cut.

        No branch is as young as that, since one token has few children. Raises: SessionBusy for one more.
        """
        fresh = {each.digest: each for each in self._fresh(at)}
        known = fresh.get(token.digest)
        if known is not None and known.children >= CHILDREN_MAX:
            raise SessionBusy("This refresh token is being used too often at once.")
        fresh[token.digest] = (
            replace(known, children=known.children + 1) if known else Spent(digest=token.digest, at=at)
        )
        live = (*(digest for digest in self.live if digest != token.digest), new.digest)
        return replace(self, live=live[-BRANCHES_MAX:], spent=tuple(fresh.values()), version=self.version + 1)

    def kept_for(self, user: User) -> "Session":
        """Not ended with the others of its user."""
        return replace(self, sign_ins=user.sign_ins, version=self.version + 1)

    def _fresh(self, at: datetime) -> tuple[Spent, ...]:
        return tuple(spent for spent in self.spent if at - spent.at < GRACE)
