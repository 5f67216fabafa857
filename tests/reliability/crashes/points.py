"""Ends each flow at each call of a port, lets others come after in every way, and says what is wrong then."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from tests.core.order.shop import Shop
from tests.reliability.crashes.acts import Act
from tests.reliability.crashes.faults import ENDS, ERRORS, Error, Fault
from tests.reliability.crashes.flows import Flow
from tests.reliability.crashes.scene import Scene
from tests.reliability.crashes.truths import violations

NewShop = Callable[[], Awaitable[Shop]]


async def in_memory() -> Shop:
    return Shop()


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A call of a port, told by its number, and how it fails."""

    number: int
    call: str
    error: Error

    def __str__(self) -> str:
        return f"{self.error.__name__} at call {self.number}, {self.call}"


@dataclass(slots=True)
class Tally:
    """`runs` is how often others came after a crash at one of the `points`, and `wrong` how often in vain."""

    points: int = 0
    runs: int = 0
    wrong: int = 0
    violations: list[str] = field(default_factory=list)

    def add(self, what: str, found: Sequence[str]) -> None:
        self.runs += 1
        self.wrong += bool(found)
        self.violations += [f"{what}: {violation}" for violation in found]

    def __str__(self) -> str:
        return f"{self.runs} recoveries, {len(self.violations)} violations"


async def begun(flow: Flow, new_shop: NewShop) -> Scene:
    """Where the flow is about to begin."""
    scene = Scene(await new_shop())
    await scene.fill(flow.products)
    for happening in flow.prepare:
        await happening(scene)
    return scene


async def run(act: Act, scene: Scene, fault: Fault) -> None:
    """Does it in a process of its own, which may end."""
    with suppress(*ENDS):
        await act(scene, scene.shop.services(fault))


async def points_of(flow: Flow, new_shop: NewShop, errors: Sequence[Error] = ERRORS) -> list[Point]:
    """Every call of the whole flow, before and after its effect, with every way to fail."""
    scene = await begun(flow, new_shop)
    whole = Fault(rival=flow.hook(scene))
    await run(flow.run, scene, whole)
    return _points(whole, errors)


def _points(whole: Fault, errors: Sequence[Error]) -> list[Point]:
    return [Point(number=n, call=call, error=error) for n, call in enumerate(whole.calls) for error in errors]


async def failed(flow: Flow, point: Point, new_shop: NewShop) -> Scene:
    """What is left of a flow that failed at a point."""
    scene = await begun(flow, new_shop)
    await fails(flow.run, point, scene, Fault(point.number, point.error, flow.hook(scene)))
    return scene


async def fails(act: Act, point: Point, scene: Scene, fault: Fault) -> None:
    await run(act, scene, fault)
    assert fault.calls[point.number] == point.call, f"{point} is not the same every time"


async def recovered(scene: Scene, recovery: Sequence[Act]) -> list[str]:
    """What is wrong once others have come after."""
    for act in recovery:
        await act(scene, scene.shop.services())
    await scene.shop.settle_down()
    return await violations(scene)


async def different(points: Iterable[Point], left: Callable[[Point], Awaitable[Scene]]) -> AsyncIterator[Point]:
    """One point of all those that leave the very same behind: what comes after can depend on nothing else."""
    known = set[str]()
    for point in points:
        lasting = await (await left(point)).lasting()
        if lasting not in known:
            known.add(lasting)
            yield point


async def every_point(flow: Flow, new_shop: NewShop = in_memory) -> Tally:
    """Every point with every recovery."""
    tally = Tally()
    for point in await points_of(flow, new_shop):
        tally.points += 1
        for name, recovery in flow.recoveries.items():
            scene = await failed(flow, point, new_shop)
            tally.add(f"{flow.name}: {point}; {name}", await recovered(scene, recovery))
    return tally


async def every_pair(flow: Flow, new_shop: NewShop = in_memory, *, chosen: Callable[[], bool]) -> Tally:
    """Every point, then each who comes after failing too at every point, then a worker, or first the client again.

    Of first points that leave the very same behind one is taken. `chosen` says of each pair whether it is tried.
    """

    async def first_failed(point: Point) -> Scene:
        return await failed(flow, point, new_shop)

    tally = Tally()
    async for first in different(await points_of(flow, new_shop), first_failed):
        for name, act in flow.who_comes_after.items():
            whole = Fault()
            await run(act, await first_failed(first), whole)
            for second in _points(whole, ERRORS):
                if not chosen():
                    continue
                tally.points += 1
                for last, recovery in {"worker": (), "client again": (flow.run,)}.items():
                    scene = await first_failed(first)
                    await fails(act, second, scene, Fault(second.number, second.error))
                    what = f"{flow.name}: {first}; {name}: {second}; {last}"
                    tally.add(what, await recovered(scene, recovery))
    return tally
