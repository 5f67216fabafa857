"""How a scenario must end, told in a line each."""

from collections.abc import Callable, Iterator

from tests.reliability.interleavings.scene import Check, Scene
from tests.reliability.interleavings.scheduler import Actor


def unless_disturbed(scene: Scene, *expected: tuple[Callable[[], object], object]) -> Check:
    """Each of these must come out as it should, one after the other, if nothing has come in."""

    def check() -> Iterator[str]:
        if not scene.disturbed:
            for number, (found, wanted) in enumerate(expected, 1):
                if (really := found()) != wanted:
                    yield f"expectation {number}: {really} instead of {wanted}"
                    break

    return check


def kinds(*actors: Actor) -> list[str]:
    """What came of them, in no order."""
    return sorted(type(actor.outcome).__name__ for actor in actors)


def names(*types: type) -> list[str]:
    return sorted(type_.__name__ for type_ in types)
