"""All that the plain shop may come to when something is disturbed, and how far from that a real one is."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count, islice

from tests.reliability.model.operations import Operation
from tests.reliability.model.plain import PlainShop
from tests.reliability.model.things import Answer, Away, Steps

World = tuple[PlainShop, list[Answer]]
"""A shop that may be now, and what was answered there."""
Way = Callable[[PlainShop, Steps], list[Answer]]
"""How something goes on that stands at a `yield`, and what is answered."""


def worlds(plain: PlainShop, one: Operation, disturbed: Way | None) -> Iterator[World]:
    """What the shop may be after one thing: all of it done, or disturbed at one of its `yield`s."""
    if disturbed is None:
        shop = plain.copied()
        yield shop, [_rest(one.plainly(shop))]
        return
    for number in count(1):
        shop = plain.copied()
        steps = one.plainly(shop)
        if len(list(islice(steps, number))) < number:
            return
        yield shop, disturbed(shop, steps)


def _rest(steps: Steps, error: Exception | None = None) -> Answer:
    """How it ends that stands at a `yield`, where it may meet with an error."""
    try:
        if error is not None:
            steps.throw(error)
        while True:
            next(steps)
    except StopIteration as end:
        answer: Answer = end.value
        return answer
    except Away:
        return ("Unavailable", None, False)


def stopped(_: PlainShop, steps: Steps) -> list[Answer]:
    steps.close()
    return [("Stopped",)]


def failed(_: PlainShop, steps: Steps) -> list[Answer]:
    return [_rest(steps, Away())]


def overtaken_by(other: Operation) -> Way:
    def overtaken(shop: PlainShop, steps: Steps) -> list[Answer]:
        others = _rest(other.plainly(shop))
        return [_rest(steps), others]

    return overtaken


def difference(real: object, plain: Iterable[object]) -> str:
    """What is different between the real shop and that one of the plain ones which is most like it."""
    there = _flat(real)
    nearest = min((_flat(one) for one in plain), key=lambda one: len(set(there.items()) ^ set(one.items())))
    names = [name for name in {**there, **nearest} if there.get(name) != nearest.get(name)]
    return "\n".join(f"{name} is {there.get(name)}, but should be {nearest.get(name)}" for name in names)


def _flat(value: object, name: str = "") -> dict[str, str]:
    """Each single value by the way to it."""
    parts: Iterable[tuple[object, object]] | None = None
    if isinstance(value, Mapping):
        parts = value.items()
    elif isinstance(value, Sequence) and not isinstance(value, str):
        parts = enumerate(value)
    if parts is None:
        return {name: str(sorted(value) if isinstance(value, set) else value)}
    return {path: text for key, part in parts for path, text in _flat(part, f"{name}[{key}]").items()}
