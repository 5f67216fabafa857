"""Spans: pieces of work that a trace is made of. Nothing records them until tracing is on."""

from abc import abstractmethod
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, nullcontext
from types import MappingProxyType
from typing import Literal, Protocol

Kind = Literal["client", "internal"]
Value = str | int | float | bool
Attributes = Mapping[str, Value]

NOTHING: Attributes = MappingProxyType({})


class Span(Protocol):
    """A piece of work under way."""

    @property
    @abstractmethod
    def traceparent(self) -> str | None:
        """What to hand on, so that what follows from it joins its trace; `None` if there is no trace."""

    @abstractmethod
    def name(self, name: str) -> None:
        """What it turned out to be."""

    @abstractmethod
    def tell(self, attributes: Attributes) -> None:
        """Something about it, by OpenTelemetry's semantic conventions where these have a name for it."""

    @abstractmethod
    def fail(self, reason: str) -> None:
        """It came to nothing; `reason` is one of few words."""


class Spans(AbstractAsyncContextManager["Spans"], Protocol):
    """Begins spans. A span lasts as long as its `with`, and is the parent of those that begin inside.

    They are sent while it is entered; leaving it sends what is left.
    """

    @abstractmethod
    def request(self, traceparent: str | None) -> AbstractContextManager[Span]:
        """A request that came in, as part of the trace that its caller named."""

    @abstractmethod
    def work(
        self, name: str, *, kind: Kind = "internal", attributes: Attributes = NOTHING
    ) -> AbstractContextManager[Span]:
        """Something done meanwhile."""

    @abstractmethod
    def call(self, name: str, *, seconds: float, attributes: Attributes = NOTHING, failed: str = "") -> None:
        """Another's answer that came just now, `seconds` after it was asked for; `failed` is the reason, as in `fail`.

        It is told as part of the work that is under way; outside of any, it is not told.
        """

    @abstractmethod
    def flush(self) -> None:
        """Send what has ended by now, and wait for that, for where nothing goes on until there is more work."""


class Unrecorded(Span):
    """Hands on a trace, and keeps nothing of what it is told."""

    def __init__(self, traceparent: str | None = None) -> None:
        self._traceparent = traceparent

    @property
    def traceparent(self) -> str | None:
        return self._traceparent

    def name(self, name: str) -> None:
        """Nobody is to know."""

    def tell(self, attributes: Attributes) -> None:
        """Nobody is to know."""

    def fail(self, reason: str) -> None:
        """Nobody is to know."""


UNRECORDED: AbstractContextManager[Span] = nullcontext(Unrecorded())


class NoSpans(Spans):
    """Tracing switched off: a caller's trace is handed on as it came."""

    async def __aexit__(self, *_: object) -> None:
        """There is nothing to send."""

    def request(self, traceparent: str | None) -> AbstractContextManager[Span]:
        return nullcontext(Unrecorded(traceparent))

    def work(
        self,
        name: str,  # noqa: ARG002 - the port's
        *,
        kind: Kind = "internal",  # noqa: ARG002 - the port's
        attributes: Attributes = NOTHING,  # noqa: ARG002 - the port's
    ) -> AbstractContextManager[Span]:
        return UNRECORDED

    def call(self, name: str, *, seconds: float, attributes: Attributes = NOTHING, failed: str = "") -> None:
        """Nobody is to know."""

    def flush(self) -> None:
        """There is nothing to send."""
