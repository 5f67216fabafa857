"""What every call carries without naming it: who asks, since when, and until when an answer is of use."""

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who is asking: a customer (with roles), or another service of ours by its name."""

    id: str
    kind: Literal["customer", "service"]
    roles: frozenset[str] = frozenset()

    @property
    def is_admin(self) -> bool:
        return "admin" in self.roles


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(Caller):
    """A customer, and the session that their access token came from."""

    session_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestContext:
    """One request's identity and limits, handed on with each outgoing call.

    `deadline` is on `Clock.monotonic`'s scale, in seconds; `traceparent` is W3C Trace Context's header;
    `began_at` is when this service received the request.
    """

    request_id: str = ""
    traceparent: str | None = None
    deadline: float | None = None
    began_at: datetime | None = None


REQUEST: ContextVar[RequestContext] = ContextVar("REQUEST", default=RequestContext())  # noqa: B039 - frozen
