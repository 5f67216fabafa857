"""Spans: pieces of work that a trace is made of. Nothing records them until tracing is on."""

from abc import abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from types import MappingProxyType
from typing import Literal, Protocol

Kind = Literal["client", "internal"]
Value = str | int | float | bool
Attributes = Mapping[str, Value]

NOTHING: Attributes = MappingProxyType({})


class Span(Protocol):
    """A piece of work under way; `traceparent` is what to hand on, so that what follows from it joins its trace."""

    traceparent: str | None

    @abstractmethod
    def name(self, name: str) -> None:
        """What it turned out to be."""

    @abstractmethod
    def tell(self, attributes: Attributes) -> None:
        """Something about it, by OpenTelemetry's semantic conventions where these have a name for it."""

    @abstractmethod
    def fail(self, reason: str) -> None:
        """It came to nothing; `reason` is one of few words."""


class Spans(Protocol):
    """Begins spans. A span lasts as long as its `with`, and is the parent of those that begin inside."""

    @abstractmethod
    def request(self, traceparent: str | None) -> AbstractContextManager[Span]:
        """A request that came in, as part of the trace that its caller named."""

    @abstractmethod
    def work(
        self, name: str, *, kind: Kind = "internal", attributes: Attributes = NOTHING
    ) -> AbstractContextManager[Span]:
        """Something done meanwhile."""


class _Unrecorded(Span):
    def __init__(self, traceparent: str | None = None) -> None:
        self.traceparent = traceparent

    def name(self, name: str) -> None:
        """Nobody is to know."""

    def tell(self, attributes: Attributes) -> None:
        """Nobody is to know."""

    def fail(self, reason: str) -> None:
        """Nobody is to know."""


UNRECORDED: AbstractContextManager[Span] = nullcontext(_Unrecorded())


class NoSpans(Spans):
    """Tracing switched off: a caller's trace is handed on as it came."""

    def request(self, traceparent: str | None) -> AbstractContextManager[Span]:
        return nullcontext(_Unrecorded(traceparent))

    def work(
        self,
        name: str,  # noqa: ARG002 - the port's
        *,
        kind: Kind = "internal",  # noqa: ARG002 - the port's
        attributes: Attributes = NOTHING,  # noqa: ARG002 - the port's
    ) -> AbstractContextManager[Span]:
        return UNRECORDED
