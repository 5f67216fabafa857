"""What is made late does what it would have done, whatever port it is of."""

from functools import partial
from typing import Any

import pytest

from adapters.bootstrap.registry import NEEDS, resolve
from adapters.outbound.decorators.late import Late
from core.shared.errors import Unavailable

PORTS = sorted({port for need in NEEDS.values() for port in need.ports})


class Noting:
    """Answers every call with what it was called with."""

    def __getattr__(self, name: str) -> Any:
        return lambda *arguments, **named: (name, arguments, named)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return ("__call__", arguments, named)


@pytest.mark.parametrize("path", PORTS)
def test_every_method_of_a_port_is_that_of_what_is_made_once(path: str) -> None:
    port, made = resolve(path), list[Noting]()

    def make() -> Any:
        made.append(Noting())
        return made[-1]

    late = Late().of(port, make)
    assert made == []
    for name in sorted(port.__abstractmethods__):
        assert getattr(late, name)(1, two=2) == (name, (1,), {"two": 2})
    assert len(made) == 1
    assert port in type(late).__mro__


async def test_what_is_awaited_and_what_is_raised_come_through() -> None:
    verifier_port = resolve("core.shared.ports:TokenVerifier")

    class Away(verifier_port):  # type: ignore[misc, valid-type]
        async def verify(self, token: str) -> Any:
            raise Unavailable(token)

    with pytest.raises(Unavailable, match="a token"):
        await Late().of(verifier_port, Away).verify("a token")


def test_what_cannot_be_made_is_tried_again() -> None:
    clock, tries = resolve("core.shared.ports:Clock"), list[int]()

    def make() -> Any:
        tries.append(len(tries))
        if len(tries) == 1:
            raise ValueError
        return Noting()

    late = Late().of(clock, make)
    with pytest.raises(ValueError):  # noqa: PT011 - which has nothing to say
        late.now()
    assert late.now() == ("now", (), {})


def test_all_can_be_made_before_they_are_called() -> None:
    late, made = Late(), list[str]()

    def make(path: str) -> Any:
        made.append(path)
        return Noting()

    for path in PORTS:
        late.of(resolve(path), partial(make, path))
    late.make_all()
    late.make_all()
    assert made == PORTS
