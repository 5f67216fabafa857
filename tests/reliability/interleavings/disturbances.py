"""What a seed adds to a scenario: time that passes, workers, processes that end, shopkeepers at work, and retries."""

import random
from collections.abc import Callable

from tests.reliability.interleavings.scene import PRICE, Scene
from tests.reliability.interleavings.scheduler import Actor, turn

Disturbance = Callable[[Scene, random.Random], object]


def a_worker(scene: Scene, chance: random.Random) -> Actor:
    return scene.work(later=chance.choice([0, 6]), name="another worker")


def a_relay(scene: Scene, chance: random.Random) -> Actor:
    return scene.relay(later=chance.choice([0, 11]), name="another relay")


def time(scene: Scene, chance: random.Random) -> Actor:
    return scene.wait(chance.choice([1, 6, 31]))


def a_stock_taker(scene: Scene, chance: random.Random) -> None:
    scene.adjust(chance.choice(scene.products), chance.choice([-2, -1, 1]))
    scene.disturbed = True


def a_pricer(scene: Scene, chance: random.Random) -> None:
    scene.reprice(chance.choice(scene.products), PRICE - 1)
    scene.disturbed = True


def a_crash(scene: Scene, chance: random.Random) -> None:
    """The process of one of them ends."""
    victim = chance.choice(scene.actors)

    async def end() -> None:
        await turn(f"{victim.name}'s process ends")
        victim.stop()

    scene.enter("crash", end())
    scene.disturbed = True


def a_retry(scene: Scene, chance: random.Random) -> None:
    scene.place_again(chance)


DISTURBANCES: tuple[Disturbance, ...] = (a_worker, a_relay, time, a_stock_taker, a_pricer, a_crash, a_crash, a_retry)


def disturb(scene: Scene, chance: random.Random) -> None:
    """Bring in up to three of them."""
    for _ in range(chance.choice([0, 0, 1, 2, 3])):
        chance.choice(DISTURBANCES)(scene, chance)
