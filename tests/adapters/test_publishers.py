"""What is special about one publisher of events."""

import json
import logging

import pytest

from adapters.outbound.log.order import LogPublisher
from adapters.outbound.memory.order import REMEMBERED, MemoryPublisher
from tests.adapters.contracts.publishers import an_event


async def test_memory_keeps_no_more_than_the_last_events() -> None:
    publisher = MemoryPublisher()
    for number in range(REMEMBERED + 3):
        await publisher.publish(an_event(number))
    assert len(publisher.told) == REMEMBERED
    assert publisher.told[0].id == "order:3"


async def test_the_log_has_a_line_of_json_for_an_event_however_quiet_it_is(caplog: pytest.LogCaptureFixture) -> None:
    assert logging.getLogger().level == logging.WARNING
    await LogPublisher().publish(an_event(1, text="two\nlines \u2028"))
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("portico.events", logging.INFO)
    assert len(record.getMessage().splitlines()) == 1
    assert json.loads(record.getMessage()) == {
        "id": "order:1",
        "type": "order.confirmed",
        "subject": "order",
        "at": "2036-01-02T03:04:05.001000+00:00",
        "data": {"text": "two\nlines \u2028"},
    }
