"""What rounds of background work tell of themselves."""

import asyncio
import logging
from collections.abc import Callable

import pytest

from adapters.inbound.worker.rounds import Rounds
from adapters.telemetry.reading import Values, read
from adapters.telemetry.telemetry import Telemetry
from core.shared.context import REQUEST
from core.shared.errors import Unavailable
from core.shared.rounds import Report
from tests.fakes import FixedClock, SequentialIds

ROUNDS, ITEMS = "portico_worker_rounds_total", "portico_worker_items_total"
SUCCESS = "portico_worker_last_success_timestamp_seconds"


async def told_of(*outcomes: Report | Exception) -> tuple[Values, list[str]]:
    """The metrics after these rounds, and each round's request id."""
    left, ids, done, telemetry = list(outcomes), list[str](), asyncio.Event(), Telemetry.unread()

    async def round() -> Report:
        if not left:
            done.set()
            await asyncio.Event().wait()
        ids.append(REQUEST.get().request_id)
        outcome = left.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async with Rounds("work", round, seconds=0, new_id=SequentialIds(FixedClock()), telemetry=telemetry):
        await done.wait()
    return read(telemetry.metrics.text().decode()), ids


def rounds(values: Values) -> dict[str, float]:
    return {dict(labels)["outcome"]: value for labels, value in values[ROUNDS].items()}


async def test_rounds_are_counted_with_what_they_did() -> None:
    values, _ = await told_of(Report(done=3, failures=()), Report(done=0, failures=()), Report(done=2, failures=()))
    assert rounds(values) == {"ok": 3, "failed": 0}
    assert values[ITEMS] == {(("worker", "work"),): 5}
    assert values[SUCCESS][("worker", "work"),] > 0


@pytest.mark.parametrize(
    "failure",
    [
        lambda: Report(done=1, failures=("order 1: gone",)),
        lambda: Report(done=1, failures=(), unforeseen=(KeyError("x"),)),
        lambda: Unavailable("The store is away."),
        lambda: KeyError("x"),
    ],
)
async def test_a_round_in_which_anything_failed_is_no_success(failure: Callable[[], Report | Exception]) -> None:
    values, _ = await told_of(failure())
    assert rounds(values) == {"ok": 0, "failed": 1}
    assert values[SUCCESS] == {(("worker", "work"),): 0}


async def test_each_round_is_a_request_of_its_own() -> None:
    before = REQUEST.get()
    _, ids = await told_of(Report(done=0, failures=()), Unavailable(), Report(done=0, failures=()))
    assert len(set(ids)) == 3
    assert all(each.startswith("worker-") for each in ids)
    assert REQUEST.get() is before


async def test_what_failed_is_logged_by_the_name_of_the_work(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        await told_of(Report(done=0, failures=("order 1: gone",)), Unavailable("It is away."))
    assert caplog.messages == ["work: order 1: gone", "work: unavailable: It is away."]
