"""Ports that are made when they are needed."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast

P = TypeVar("P")


class Late:
    """Stands in for adapters that are not made yet, so that nobody waits for what a request does without.

    What an adapter is made of takes long to import, which a function pays for as it starts: what checks tokens, and
    the other services.
    """

    def __init__(self) -> None:
        self._makes: list[Callable[[], object]] = []

    def of(self, port: Callable[..., P], make: Callable[[], P]) -> P:
        """A `port`, which is a class: each method is that of what `make` gives, asked once, by the first call."""
        made = cache(make)
        self._makes.append(made)
        kind = cast("Any", port)
        methods = {name: _method(name, made) for name in kind.__abstractmethods__}
        return cast("P", type(f"Late{kind.__name__}", (kind,), methods)())

    def make_all(self) -> None:
        """For a process that has time before its first request. Raises: what making one does."""
        for make in self._makes:
            make()


def _method(name: str, made: Callable[[], object]) -> Callable[..., Any]:
    def call(_: object, *arguments: Any, **named: Any) -> Any:
        return getattr(made(), name)(*arguments, **named)

    return call
