"""Events through a real queue to who consumes them: one mail an order, and what fails holds up its own order alone."""

import asyncio
import json
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from adapters.inbound.aws_lambda.sqs import QueueEvents
from adapters.inbound.sqs.queue import Queue
from adapters.messages import Messages, body_of
from adapters.outbound.sqs.order import SqsPublisher
from core.shared.events import Event
from core.user.model import PendingMail
from tests.adapters.sqs import ATTEMPTS, Fifo, a_queue, receive
from tests.builders import an_id
from tests.core.order.orders import confirmed, refused, shipped
from tests.core.user.mailbox import Notes
from tests.core.user.people import Shop
from tests.fakes import FixedClock, SequentialIds
from tests.figures import Figure

ORDERS, DELIVERIES = 3, 50


class Forgetful(Notes):
    """Remembers nothing of what was sent."""

    async def save(self, mail: PendingMail) -> None:
        await super().save(mail)
        if mail.expires_at is not None:
            await self.remove(mail.id)


@dataclass(kw_only=True)
class Consumed:
    """A queue, the user service that hears of orders by it, and the loop of its process."""

    shop: Shop
    queue: Fifo
    runner: asyncio.Runner
    messages: Messages

    def events(self, *orders: Any) -> list[Event]:
        return [event for order in orders for event in order.outbox]

    def by_function(self, answers_lost: Callable[[], bool] = lambda: False) -> Sequence[str]:
        """Once, as Lambda does it: the bodies of those that were left. An answer that is lost deletes nothing."""
        batch = self.queue.batch()
        answer = QueueEvents(self.messages, self.runner.run)(batch)
        named = {item["itemIdentifier"] for item in answer["batchItemFailures"]}
        if answers_lost():
            answer = {"batchItemFailures": [{"itemIdentifier": each["messageId"]} for each in batch["Records"]]}
        self.queue.answered(batch, answer)
        return [record["body"] for record in batch["Records"] if record["messageId"] in named]

    def by_container(self, answers_lost: Callable[[], bool] = lambda: False) -> None:
        """All that is there, as a container's round does it; sometimes it dies before it has deleted anything."""
        if answers_lost():
            batch = self.queue.batch()
            for record in batch["Records"]:
                self.runner.run(self.messages(record["body"]))
            everything = [{"itemIdentifier": record["messageId"]} for record in batch["Records"]]
            self.queue.answered(batch, {"batchItemFailures": everything})
        self.runner.run(Queue(self.queue.url, self.messages, patience=0)())


@contextmanager
def consumed(notes: Notes | None = None, *, visibility: int = 30) -> Iterator[Consumed]:
    shop = Shop(pending_mails=notes)
    messages = Messages({"order.confirmed": shop.use.note_order_confirmed}, new_id=SequentialIds(FixedClock()))
    with a_queue(visibility=visibility) as queue, asyncio.Runner() as runner:
        yield Consumed(shop=shop, queue=queue, runner=runner, messages=messages)


def deliver_often(consumed: Consumed, by: str, chance: random.Random, times: int = DELIVERIES) -> tuple[list[str], int]:
    """The subjects of the mails that the orders' customer gets in the end, and how many messages there were."""
    shop, run = consumed.shop, consumed.runner.run
    sam = run(shop.sam())
    run(shop.use.send_mails())
    shop.mailbox.sent.clear()
    events = consumed.events(*(shipped(number, customer_id=sam.id) for number in range(ORDERS)), refused(99))
    publisher = SqsPublisher(consumed.queue.url)
    for event in events:
        run(publisher.publish(event))
    count = len(events)
    consume = consumed.by_function if by == "function" else consumed.by_container
    for _ in range(times):
        for event in chance.sample(events, len(events)):
            consumed.queue.send(body_of(event), group=event.subject)
            count += 1
        consume(lambda: chance.random() < 0.1)
        if chance.random() < 0.2:
            run(shop.use.send_mails())
            shop.clock.advance(60)
    while consumed.queue.left:
        consume()
    run(shop.use.send_mails())
    return sorted(mail.subject for mail in shop.mailbox.sent), count


@pytest.mark.parametrize("by", ["function", "container"])
def test_events_that_are_delivered_often_and_shuffled_make_one_mail_an_order(by: str, figure: Figure) -> None:
    with consumed() as here:
        here.queue.client.set_queue_attributes(QueueUrl=here.queue.url, Attributes={"RedrivePolicy": ""})
        subjects, count = deliver_often(here, by, random.Random(by))
    assert subjects == sorted(f"Your order {confirmed(number).number}" for number in range(ORDERS))
    figure("mails of {orders} confirmed orders after {messages} messages by the " + by, orders=ORDERS, messages=count)


@pytest.mark.parametrize("by", ["function", "container"])
def test_a_consumer_that_remembers_nothing_is_caught(by: str) -> None:
    with consumed(Forgetful()) as here:
        here.queue.client.set_queue_attributes(QueueUrl=here.queue.url, Attributes={"RedrivePolicy": ""})
        subjects, _ = deliver_often(here, by, random.Random(by), times=15)
    assert len(subjects) > len(set(subjects)) == ORDERS


def test_a_function_leaves_a_poison_message_and_what_follows_in_its_group_and_does_the_rest() -> None:
    with consumed() as here:
        groups = [an_id(number) for number in range(5)]
        first = {group: body_of(confirmed(number).outbox[0]) for number, group in enumerate(groups)}
        for group in groups:
            here.queue.send(first[group] if group != groups[3] else "poison", group=group)
        later = body_of(replace(shipped(3).outbox[1], subject=groups[3]))
        here.queue.send(later, group=groups[3])
        assert here.by_function() == ["poison", later]
        assert {mail.id for mail in here.shop.pending_mails.left} == set(groups) - {groups[3]}
        assert here.queue.left == 2


def test_what_fails_too_often_ends_in_the_dead_letter_queue_and_can_be_brought_back() -> None:
    """Together with what was behind it: SQS counts how often a message was given, whether or not it was tried."""
    with consumed() as here:
        event = confirmed(3).outbox[0]
        here.queue.send("poison", group=event.subject)
        here.queue.send(body_of(event), group=event.subject)
        for _ in range(ATTEMPTS):
            assert here.by_function() == ["poison", body_of(event)]
        assert here.by_function() == []
        dead = [message["Body"] for message in receive(here.queue.client, here.queue.dead)]
        assert (here.queue.left, dead) == (0, ["poison", body_of(event)])
        for body in dead[1:]:
            here.queue.send(body, group=event.subject)
        assert here.by_function() == []
        assert [mail.id for mail in here.shop.pending_mails.left] == [event.subject]


def test_a_container_leaves_a_poison_message_and_what_follows_in_its_group_and_does_the_rest() -> None:
    with consumed() as here:
        poisoned, fine = confirmed(3).outbox[0], confirmed(4).outbox[0]
        here.queue.send("poison", group=poisoned.subject)
        here.queue.send(body_of(poisoned), group=poisoned.subject)
        here.queue.send(body_of(fine), group=fine.subject)
        report = here.runner.run(Queue(here.queue.url, here.messages, patience=0)())
        assert (report.done, report.failures) == (1, ("2 messages are left in the queue",))
        assert [mail.id for mail in here.shop.pending_mails.left] == [fine.subject]
        assert here.queue.left == 2


def test_a_batch_in_which_everything_fails_is_answered_and_tells_no_body(caplog: pytest.LogCaptureFixture) -> None:
    with consumed() as here:
        here.shop.pending_mails.is_away = True
        here.queue.send(body_of(confirmed(1).outbox[0]), group="a")
        here.queue.send(json.dumps({"secret": "body"}), group="b")
        assert len(here.by_function()) == 2
    assert "unavailable: The store is away." in caplog.text
    assert "event_unreadable" in caplog.text
    assert "secret" not in caplog.text
