"""Finds the schedules to try: all of them up to so many preemptions, or those that chance names, each seed one."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.core.order.shop import Shop
from tests.reliability.interleavings.disturbances import disturb
from tests.reliability.interleavings.scene import Scenario, Scene
from tests.reliability.interleavings.scheduler import Choice, Play, by_chance, digit, following

SHRINKING_MAX = 3_000
"""How many schedules are tried to find the simplest that fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One schedule of one scenario, and what was wrong afterwards."""

    play: Play
    violations: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A scenario in a new shop, with what a seed adds to it; without one, nothing is added."""

    scenario: Scenario
    new_shop: Callable[[], Shop] = Shop
    seed: int | None = None

    def run(self, choose: Choice | None = None) -> Run:
        """By the choice, or else as the seed has it."""
        chance = random.Random(f"{self.scenario.__name__} {self.seed}")
        scene = Scene(self.new_shop())
        check = self.scenario(scene)
        if self.seed is not None:
            disturb(scene, chance)
        play = Play(scene.actors)
        play.play(choose or by_chance(chance))
        return Run(play=play, violations=scene.violations(check))

    def within(self, preemptions: int) -> Iterator[Run]:
        """Every schedule in which nobody is interrupted more often than that, all told, each once."""
        prefixes = [""]
        while prefixes:
            prefix = prefixes.pop()
            run = self.run(following(prefix))
            yield run
            play, interrupted = run.play, 0
            for index, number in enumerate(play.steps):
                if index >= len(prefix):
                    prefixes.extend(
                        play.schedule[:index] + digit(other)
                        for other in play.open[index]
                        if other != number and interrupted + play.preempted(index, other) <= preemptions
                    )
                interrupted += play.preempted(index, number)

    def simplest_failure(self) -> Run | None:
        """With the fewest preemptions, if it is found soon."""
        tried = 0
        for preemptions in range(4):
            for run in self.within(preemptions):
                tried += 1
                if run.violations:
                    return run
                if tried > SHRINKING_MAX:
                    return None
        return None

    def told(self, run: Run) -> str:
        """A failure with all it takes to see it again, and the simplest one like it."""
        simplest = self.simplest_failure() or run
        seed = "" if self.seed is None else f"SEED={self.seed} "
        return "\n".join(
            [
                *run.violations,
                f"Again: {seed}SCHEDULE={run.play.schedule} pytest tests/reliability -k {self.scenario.__name__}",
                f"Simplest, of {simplest.play.preemptions} preemptions: {seed}SCHEDULE={simplest.play.schedule}",
                *simplest.play.told,
                *simplest.violations,
            ]
        )
