"""A service without the process that it lives in: what a container and a function have alike."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

from core.shared.ports import TokenVerifier
from core.shared.rounds import Report

Round = Callable[[], Awaitable[Report]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceParts:
    """What a service is made of; who runs it decides which of these are used.

    `router` makes its routes, and imports what only those need. `rounds` is the work that nobody asks for, by name;
    `count_books` measures what is left of it. `resources` are to be opened with the process, behind the stores.
    """

    use_cases: Any
    router: Callable[[], Any]
    verifier: TokenVerifier
    rounds: Mapping[str, Round] = field(default_factory=dict)
    count_books: Round | None = None
    resources: Sequence[AbstractAsyncContextManager[object]] = ()
