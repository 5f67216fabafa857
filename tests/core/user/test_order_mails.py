"""One mail for each confirmed order, whatever becomes of the events on their way, over memory."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.shared.errors import Unavailable
from core.shared.events import Event, EventUnreadable
from core.shared.mail import Mail
from core.user.model import NOTED_WITHIN, REMEMBERED_FOR
from core.user.model.mails import GIVEN_UP_AFTER
from tests.builders import an_id
from tests.core.order.orders import a_line, after, confirmed
from tests.core.user.mailbox import Notes
from tests.core.user.people import EMAIL, Shop

MOMENT = timedelta(milliseconds=1)


async def of_sam(shop: Shop, *numbers: int, **changes: Any) -> list[Event]:
    """The events by which orders of Sam, who has just registered, were confirmed."""
    sam = await shop.sam()
    await shop.use.send_mails()
    shop.mailbox.sent.clear()
    return [confirmed(number, customer_id=sam.id, **changes).outbox[0] for number in numbers]


async def sent(shop: Shop) -> Sequence[Mail]:
    await shop.use.send_mails()
    return shop.mailbox.sent


async def test_who_ordered_gets_a_mail_with_what_they_ordered() -> None:
    shop = Shop()
    (event,) = await of_sam(shop, 31)
    assert await shop.use.note_order_confirmed(event=event) == "noted"
    (mail,) = await sent(shop)
    number = confirmed(31).number
    assert (mail.to, mail.subject) == (EMAIL, f"Your order {number}")
    assert mail.text == (
        f"Hello,\n\nthank you for your order {number} at Portico. It is confirmed.\n\n"
        "2 x Thing 1, 19.99 USD each: 39.98 USD\n1 x Thing 2, 5.00 USD each: 5.00 USD\n\n"
        f"Total: 44.98 USD\n\nThe order's id is {event.subject}.\n"
    )


async def test_events_that_come_often_and_in_any_order_make_one_mail_an_order() -> None:
    shop = Shop()
    events = await of_sam(shop, *range(10))
    chance = random.Random(7)
    for _ in range(20):
        for event in chance.sample(events, len(events)):
            await shop.use.note_order_confirmed(event=event)
        if chance.random() < 0.5:
            await shop.use.send_mails()
            shop.clock.advance(3600)
    assert sorted(mail.subject for mail in await sent(shop)) == sorted(
        f"Your order {event.data['number']}" for event in events
    )


async def test_a_mail_that_went_out_is_remembered_as_long_as_its_event_is_taken() -> None:
    shop = Shop()
    (event,) = await of_sam(shop, 31)
    event = replace(event, at=shop.clock.now())
    assert await shop.use.note_order_confirmed(event=event) == "noted"
    await sent(shop)
    for wait, outcome in ((NOTED_WITHIN - MOMENT, "known"), (MOMENT, "too old"), (REMEMBERED_FOR, "too old")):
        shop.clock.advance(wait.total_seconds())
        assert await shop.use.note_order_confirmed(event=event) == outcome
    assert len(await sent(shop)) == 1
    assert NOTED_WITHIN + timedelta(hours=1) <= REMEMBERED_FOR, "for clocks that do not agree"


async def test_of_what_was_sent_nothing_is_kept_but_that_it_was() -> None:
    shop = Shop()
    (event,) = await of_sam(shop, 31)
    await shop.use.note_order_confirmed(event=event)
    await sent(shop)
    (kept,) = shop.pending_mails._remembered.values()
    assert (kept.id, kept.order, kept.email, kept.not_before) == (event.subject, None, "", None)
    assert (await shop.use.tell_pending_mails()).count == 0


async def test_a_mail_goes_to_the_address_that_its_reader_has_by_then_and_to_no_account_that_is_closed() -> None:
    shop = Shop()
    first, second, third = await of_sam(shop, 1, 2, 3)
    await shop.use.note_order_confirmed(event=first)
    sam = await shop.users.by_email(EMAIL)
    await shop.users.save(replace(sam, email="new@example.com", version=sam.version + 1))
    await shop.use.note_order_confirmed(event=second)
    assert {mail.to for mail in await sent(shop)} == {"new@example.com"}
    await shop.use.set_status(user_id=sam.id, status="disabled")
    for _ in range(2):
        await shop.use.note_order_confirmed(event=third)
        assert len(await sent(shop)) == 2
    stranger = confirmed(4, customer_id=an_id(404)).outbox[0]
    await shop.use.note_order_confirmed(event=stranger)
    assert len(await sent(shop)) == 2
    assert not shop.pending_mails.left


async def test_a_mail_that_cannot_go_for_days_is_given_up_and_not_begun_again() -> None:
    shop = Shop()
    (event,) = await of_sam(shop, 31)
    await shop.use.note_order_confirmed(event=event)
    shop.mailbox.is_away = True
    for _ in range(10):
        await shop.use.send_mails()
        shop.clock.advance(GIVEN_UP_AFTER["order_confirmed"].total_seconds() / 10)
    shop.mailbox.is_away = False
    (failure,) = (await shop.use.send_mails()).failures
    assert "given up after " in failure
    assert await shop.use.note_order_confirmed(event=event) == "known"
    assert not await sent(shop)


async def test_a_mail_waits_for_an_outage_to_end() -> None:
    shop = Shop()
    (event,) = await of_sam(shop, 31)
    shop.pending_mails.is_away = True
    with pytest.raises(Unavailable):
        await shop.use.note_order_confirmed(event=event)
    shop.pending_mails.is_away = False
    await shop.use.note_order_confirmed(event=event)
    shop.mailbox.is_away = True
    await shop.use.send_mails()
    shop.mailbox.is_away = False
    shop.clock.advance(60)
    assert len(await sent(shop)) == 1


async def test_a_name_is_one_plain_line_of_the_mail() -> None:
    shop = Shop()
    name = "Boots\r\nBcc: all@example.com\n.\n\u202emoc.elpmaxe {link}\u2028" + "x" * 1000
    (event,) = await of_sam(shop, 31, lines=(replace(a_line(1), name=name),))
    await shop.use.note_order_confirmed(event=event)
    (mail,) = await sent(shop)
    (line,) = (line for line in mail.text.splitlines() if line.startswith("2 x "))
    assert line.startswith("2 x Boots  Bcc: all@example.com .  moc.elpmaxe {link} xxx")
    assert line.isprintable()
    assert len(line) < 300


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"customer_id": None, "lines": None},
        {"lines": [{"name": "Boots", "quantity": 1}]},
        {"lines": [{"name": "Boots", "quantity": "some", "unit_price": {"amount": 1, "currency": "USD"}}]},
        {"lines": 7},
        {"total": {"amount": -1, "currency": "USD"}},
        {"total": {"amount": "1", "currency": "USD"}},
        {"total": None},
        {"order_id": an_id(7)},
    ],
)
async def test_an_event_that_lacks_what_an_order_has_is_refused(data: dict[str, object]) -> None:
    shop = Shop()
    (event,) = await of_sam(shop, 31)
    with pytest.raises(EventUnreadable):
        await shop.use.note_order_confirmed(event=replace(event, data={**event.data, **data} if data else data))
    with pytest.raises(EventUnreadable):
        await shop.use.note_order_confirmed(event=replace(event, subject="7", data={**event.data, "order_id": "7"}))
    assert not shop.pending_mails.left


async def test_notes_that_remember_nothing_are_caught() -> None:
    class Forgetful(Notes):
        async def save(self, mail: Any) -> None:
            await super().save(mail)
            if mail.expires_at is not None:
                await self.remove(mail.id)

    shop = Shop(pending_mails=Forgetful())
    (event,) = await of_sam(shop, 31)
    for _ in range(2):
        await shop.use.note_order_confirmed(event=replace(event, at=after(3)))
        await sent(shop)
    assert len(shop.mailbox.sent) == 2
