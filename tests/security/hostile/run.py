"""Attacks a service operation by operation, and tells what was wrong with any of it."""

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from adapters.bootstrap.settings import Service
from adapters.telemetry.lines import OwnLines
from tests.security.hostile.asking import Answer, Ask, asked
from tests.security.hostile.attacks import attacks, right
from tests.security.hostile.operations import Operation
from tests.security.hostile.stage import Good, Stage
from tests.security.hostile.verdicts import FORMAT, faults, logged

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
REMEMBERING = ("place_order", "refresh")
"""Operations that rightly remember a refusal: an order that could not be, and a refresh token that was used twice."""


@dataclass(slots=True, kw_only=True)
class Found:
    """How often what was tried on how many operations, how many right requests were taken, and what was wrong."""

    tried: Counter[str] = field(default_factory=Counter)
    operations: int = 0
    taken: int = 0
    faults: list[str] = field(default_factory=list)

    def add(self, other: "Found") -> None:
        self.tried += other.tried
        self.operations += other.operations
        self.taken += other.taken
        self.faults += other.faults

    def check(self) -> None:
        shown = "\n".join(self.faults[:40])
        assert not self.faults, f"{len(self.faults)} faults:\n{shown}"


async def attack(
    stage: Stage, service: Service, *, stride: int = 1, path: str = "", formatter: logging.Formatter | None = None
) -> Found:
    """Everything on every operation of the service (or of one path), or of a stride every so many.

    Each operation begins elsewhere then, so that all together try everything.
    """
    found = Found()
    for number, operation in enumerate(stage.operations(service)):
        if path not in ("", operation.path):
            continue
        found.add(await _attack(stage, service, operation, slice(number % stride, None, stride), formatter))
    found.faults += [f"{service} keeps an operator: {each}" for each in await stage.kept.operators()]
    return found


async def _attack(
    stage: Stage, service: Service, operation: Operation, part: slice, formatter: logging.Formatter | None
) -> Found:
    app = stage.shop.apps[service]
    good = await stage.good(service, operation)
    found = Found(operations=1, taken=(await asked(app, right(good))).status < 400)
    await stage.kept.put_back()
    with logged(formatter or OwnLines(FORMAT)) as lines:
        for ask in islice(attacks(good), part.start, None, part.step):
            answer = await asked(app, ask)
            found.tried[ask.kind.partition(":")[0]] += 1
            wrong = [*faults(ask, answer, operation, body_limit=stage.body_limit(operation))]
            if await stage.kept.changed():
                wrong += _changes(ask, answer, good)
                await stage.kept.put_back()
            found.faults += [f"{operation} {each}: {ask} -> {answer.body[:200]!r}" for each in wrong]
    found.faults += [f"{operation} {each}" for each in lines.faults()]
    return found


def _changes(ask: Ask, answer: Answer, good: Good) -> Iterator[str]:
    if ask.method in SAFE:
        yield "was only asked and changed something"
    elif answer.status >= 400 and good.operation.name not in REMEMBERING:
        yield f"refused with {answer.status} and changed something"
