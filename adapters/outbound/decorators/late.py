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
        return cast("P", _stand_in(port)(made))

    def make_all(self) -> None:
        """For a process that has time before its first request. Raises: what making one does."""
        for make in self._makes:
            make()


@cache
def _stand_in(port: Any) -> Callable[[Callable[[], object]], object]:
    methods = {name: _method(name) for name in port.__abstractmethods__}
    return type(f"Late{port.__name__}", (port,), {"__module__": __name__, "__init__": _remember, **methods})


def _remember(self: Any, made: Callable[[], object]) -> None:
    self.made = made


def _method(name: str) -> Callable[..., Any]:
    def call(self: Any, *arguments: Any, **named: Any) -> Any:
        return getattr(self.made(), name)(*arguments, **named)

    return call
