"""Steps coroutines by hand, from one call of a store to the next, as a schedule says: nothing is left to luck."""

import random
from collections.abc import Callable, Coroutine, Generator, Sequence
from contextvars import Context, copy_context
from typing import Any

STORES = ("product.products.", "product.stocks.", "cart.carts.", "orders.", "publisher.")
"""The ports behind which something is shared. Between two calls of theirs nobody touches what another could see, so
that it changes nothing who goes first there: `carts.get`, say, is `cart.carts.get` and what is read from it.
"""
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
STEPS_MAX = 5_000


class _Turn:
    def __init__(self, call: str) -> None:
        self._call = call

    def __await__(self) -> Generator[str, None, None]:
        yield self._call


async def turn(call: str) -> None:
    """Lets whoever the schedule names go first; what follows is told as `call`."""
    await _Turn(call)


async def before_stores(call: str) -> None:
    """A `Hook` that makes a turn of every call of a store."""
    port, _, when = call.rpartition(":")
    if when == "before" and port.startswith(STORES):
        await _Turn(port)


def run(calm: Coroutine[Any, Any, Any]) -> Any:
    """The outcome of what waits for nobody."""
    try:
        waits = calm.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError(f"waits for its turn at {waits}")


class Actor:
    """Someone who does something, a call of a store at a time; `next_call` is `None` when they are done or stopped.

    `outcome` is what came of it, or the exception. What comes before the first call is done at once.
    """

    def __init__(self, name: str, deed: Coroutine[Any, Any, Any], prepare: Callable[[], object] | None = None) -> None:
        self.name = name
        self.outcome: Any = None
        self.stopped = False
        self.next_call: str | None = None
        self._deed = deed
        self._context: Context = copy_context()
        if prepare is not None:
            self._context.run(prepare)
        self.step()

    def step(self) -> None:
        try:
            self.next_call = self._context.run(self._deed.send, None)
        except StopIteration as done:
            self.outcome, self.next_call = done.value, None
        except Exception as failure:  # noqa: BLE001 - a refusal, or a fault that the scene tells
            self.outcome, self.next_call = failure, None

    def stop(self) -> None:
        """As when a process ends: nothing of it ever runs again, if it is not done already."""
        if self.next_call is not None:
            self.stopped, self.next_call = True, None


Choice = Callable[[list[int], int | None], int]
"""Who of those that are not done goes next, given who went last."""


def digit(number: int) -> str:
    """An actor's number in a schedule: there can be 36."""
    return _DIGITS[number]


class Play:
    """What happens when actors take turns; each step is the number of an actor."""

    def __init__(self, actors: Sequence[Actor]) -> None:
        self._actors = actors
        self.steps: list[int] = []
        self.open: list[list[int]] = []
        self.told: list[str] = []

    def play(self, choose: Choice) -> None:
        """To the end of all."""
        last: int | None = None
        while able := [number for number, actor in enumerate(self._actors) if actor.next_call is not None]:
            assert len(self.steps) < STEPS_MAX, f"no end after {STEPS_MAX} steps"
            last = choose(able, last)
            actor = self._actors[last]
            self.steps.append(last)
            self.open.append(able)
            self.told.append(f"{actor.name}: {actor.next_call}")
            actor.step()

    @property
    def schedule(self) -> str:
        return "".join(map(digit, self.steps))

    def preempted(self, index: int, number: int) -> bool:
        """Whether it would interrupt somebody if this actor went at that step."""
        last = self.steps[index - 1] if index else None
        return last is not None and last != number and last in self.open[index]

    @property
    def preemptions(self) -> int:
        return sum(self.preempted(index, number) for index, number in enumerate(self.steps))


def following(schedule: str) -> Choice:
    """As the schedule says; then nobody is interrupted."""
    numbers = iter(_DIGITS.index(digit) for digit in schedule)

    def choose(able: list[int], last: int | None) -> int:
        number = next(numbers, None)
        if number is not None and number in able:
            return number
        return last if last is not None and last in able else able[0]

    return choose


def by_chance(chance: random.Random) -> Choice:
    """Anyone, at a rate of interruptions that chance chooses first."""
    rate = chance.choice([0.1, 0.3, 0.6, 1.0])

    def choose(able: list[int], last: int | None) -> int:
        return last if last is not None and last in able and chance.random() >= rate else chance.choice(able)

    return choose
