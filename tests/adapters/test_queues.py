"""What is special about Amazon SQS: how an event is sent there, and what a queue that is away does to either end."""

from dataclasses import replace
from typing import Any

import pytest

from adapters.bootstrap.common import Common
from adapters.bootstrap.events import consumed
from adapters.bootstrap.publishers import publisher
from adapters.bootstrap.settings import Settings, WrongSettings, checked, production
from adapters.bootstrap.user import user_service
from adapters.inbound.sqs.queue import Queue
from adapters.messages import body_of
from adapters.outbound.log.order import LogPublisher
from adapters.outbound.sqs.order import SqsPublisher
from core.shared.errors import Unavailable
from tests.adapters.contracts.publishers import an_event
from tests.adapters.mails import aws
from tests.adapters.mails.test_notifiers import answering
from tests.adapters.sqs import a_queue
from tests.core.order.orders import confirmed
from tests.database import free_port

URL = "https://sqs.eu-central-1.amazonaws.com/123456789012/events.fifo"


async def done(body: str) -> bool:
    return True


def settings(**named: str) -> Settings:
    return checked(Settings, {"event_publisher": "log", "events_queue_url": "", **named})


async def test_an_event_is_a_message_of_its_orders_group_and_known_by_its_id() -> None:
    (event,) = confirmed(31).outbox
    with a_queue() as queue:
        for _ in range(3):
            await SqsPublisher(queue.url).publish(event)
        (message,) = queue.take_all()
    assert message["Body"] == body_of(event)
    assert message["Attributes"]["MessageGroupId"] == event.subject
    assert message["Attributes"]["MessageDeduplicationId"] == event.id


async def test_ids_that_sqs_does_not_take_are_told_apart_all_the_same() -> None:
    with a_queue() as queue:
        for number in range(3):
            await SqsPublisher(queue.url).publish(replace(an_event(number), id=f"{'é' * 200}{number}"))
        assert len(queue.take_all()) == 3


@pytest.mark.parametrize("code", ["AWS.SimpleQueueService.NonExistentQueue", "AccessDenied", "RequestThrottled"])
async def test_a_queue_that_refuses_is_unavailable_to_either_end_and_asked_once(code: str) -> None:
    with answering(400, code) as (url, asked), aws.environment(url):
        with pytest.raises(Unavailable, match="SQS did not take an event: "):
            await SqsPublisher(URL).publish(an_event())
        with pytest.raises(Unavailable, match="SQS refused: "):
            await Queue(URL, done)()
    assert len(asked) == 2


async def test_a_queue_that_is_away_is_unavailable_to_either_end() -> None:
    with aws.environment(f"http://127.0.0.1:{free_port()}"):
        with pytest.raises(Unavailable, match="cannot be reached"):
            await SqsPublisher(URL).publish(an_event())
        with pytest.raises(Unavailable, match="cannot be reached"):
            await Queue(URL, done)()


async def test_a_round_takes_what_is_there_and_leaves_an_empty_queue() -> None:
    seen: list[str] = []

    async def see(body: str) -> bool:
        seen.append(body)
        return True

    with a_queue() as queue:
        for number in range(25):
            queue.send(str(number), group=str(number % 7))
        report = await Queue(queue.url, see, patience=0)()
        assert (report.done, report.failures, queue.left) == (25, (), 0)
    assert sorted(seen, key=int) == [str(number) for number in range(25)]
    for group in range(7):
        assert [body for body in seen if int(body) % 7 == group] == [str(number) for number in range(group, 25, 7)]


def test_the_settings_choose_who_publishes_and_whether_a_container_listens() -> None:
    assert isinstance(publisher(settings()), LogPublisher)
    made = publisher(settings(event_publisher="sqs", events_queue_url=URL))
    assert isinstance(made, SqsPublisher)
    assert made._queue_url == URL
    with pytest.raises(ValueError, match=r"^EVENTS_QUEUE_URL is not set\. EVENT_PUBLISHER=sqs needs a queue"):
        publisher(settings(event_publisher="sqs"))
    with pytest.raises(WrongSettings, match=r"^EVENTS_QUEUE_URL: "):
        settings(events_queue_url="arn:aws:sqs:eu-central-1:123456789012:events.fifo")

    async def note(**_: Any) -> None:
        raise AssertionError

    assert consumed(Common.of("user", settings()), note) == {}
    (listening,) = consumed(Common.of("user", settings(events_queue_url=URL)), note).items()
    assert listening[0] == "consume_events"
    assert isinstance(listening[1], Queue)
    assert set(user_service(Common.of("user", settings(service="user"))).rounds) == {"send_mails"}
    user = Common.of("user", settings(service="user", events_queue_url=URL))
    assert set(user_service(user).rounds) == {"send_mails", "consume_events"}


@pytest.mark.parametrize(
    ("named", "fault"),
    [
        ({"event_publisher": "sqs"}, "EVENT_PUBLISHER=sqs needs the URL of a FIFO queue"),
        ({"events_queue_url": "http://sqs.example/1/events.fifo"}, "What goes without TLS"),
        ({"event_publisher": "sqs", "events_queue_url": URL}, ""),
        ({"events_queue_url": URL}, ""),
        ({}, ""),
    ],
)
def test_production_refuses_a_queue_that_is_not_there_or_not_private(named: dict[str, str], fault: str) -> None:
    found = dict(production.faults(settings(**named), production.RULES)).get("events_queue_url", "")
    assert (fault in found) if fault else found == ""


def test_functions_that_nobody_asks_are_refused_only_what_they_need() -> None:
    events, schedule = (
        {name for name, _ in production.faults(settings(service=service), rules)}
        for service, rules in (("user", production.RULES_OF_EVENTS), ("order", production.RULES_OF_SCHEDULE))
    )
    assert events == {"store"}
    assert schedule == {"store", "token_issuer", "notifier", "verify_email_link", "password_reset_link"}
