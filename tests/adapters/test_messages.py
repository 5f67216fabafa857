"""What becomes of messages: what is no event comes again, what concerns nobody is passed over."""

import json
import logging
from typing import Any

import pytest

from adapters.messages import Messages, body_of, event_in
from core.shared.context import REQUEST
from core.shared.errors import Unavailable
from core.shared.events import Event, EventUnreadable
from tests.adapters.contracts.publishers import an_event
from tests.core.order.orders import LIVES
from tests.fakes import FixedClock, SequentialIds

WHOLE = json.loads(body_of(an_event()))


def messages(handle: Any) -> Messages:
    return Messages({"order.confirmed": handle}, new_id=SequentialIds(FixedClock()))


@pytest.mark.parametrize(
    "body",
    [
        "",
        "poison",
        "[]",
        "null",
        "{}",
        "[" * 100_000,
        *(json.dumps({name: value for name, value in WHOLE.items() if name != left_out}) for left_out in WHOLE),
        *(json.dumps({**WHOLE, name: 7}) for name in WHOLE),
        json.dumps({**WHOLE, "at": "2036-01-02T03:04:05"}),
        json.dumps({**WHOLE, "at": "yesterday"}),
        json.dumps({**WHOLE, "data": []}),
    ],
)
async def test_what_is_no_event_is_left(body: str) -> None:
    with pytest.raises(EventUnreadable):
        event_in(body)
    assert await messages(None)(body) is False


def test_every_event_of_every_order_comes_back_from_its_message() -> None:
    events = {event.id: event for life in LIVES for order in life() for event in order.outbox}
    assert len(events) > 3
    for event in events.values():
        assert event_in(body_of(event)) == event
        assert body_of(event).isascii()


async def test_an_event_goes_to_whom_it_concerns_as_a_request_of_its_own() -> None:
    heard: list[tuple[Event, str]] = []

    async def hear(*, event: Event) -> str:
        heard.append((event, REQUEST.get().request_id))
        return "noted"

    consumer = messages(hear)
    for number in (1, 2):
        assert await consumer(body_of(an_event(number, text="\u2028 é"))) is True
    assert [event for event, _ in heard] == [an_event(number, text="\u2028 é") for number in (1, 2)]
    ids = [id for _, id in heard]
    assert len(set(ids)) == 2
    assert all(id.startswith("event-") for id in ids)
    assert REQUEST.get().request_id == ""


async def test_an_event_that_concerns_nobody_is_passed_over_and_said_at_debug(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "adapters.messages")
    body = json.dumps({**WHOLE, "type": "order.eaten"})
    assert await messages(None)(body) is True
    (record,) = caplog.records
    assert (record.levelno, record.getMessage()) == (logging.DEBUG, "event order:1, order.eaten: passed over")


@pytest.mark.parametrize(
    ("error", "level"), [(Unavailable("The store is away."), logging.WARNING), (KeyError("x"), logging.ERROR)]
)
async def test_what_fails_is_told_and_left(error: Exception, level: int, caplog: pytest.LogCaptureFixture) -> None:
    async def fail(*, event: Event) -> str:
        raise error

    assert await messages(fail)(body_of(an_event())) is False
    (record,) = caplog.records
    assert record.levelno == level
