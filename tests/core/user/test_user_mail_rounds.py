"""The rounds in which mails are sent: what an outage, a crash or a second worker does to them, over memory."""

import asyncio
from datetime import timedelta

import pytest

from core.shared.errors import Unavailable
from core.user.model import LASTS, PendingMail
from tests.core.user.people import EMAIL, HERE, Shop


async def ask(shop: Shop, *numbers: int) -> None:
    for number in numbers:
        await shop.use.request_password_reset(email=f"sam{number}@example.com", client=HERE)
        shop.clock.advance(1)


async def people(*numbers: int) -> Shop:
    """A shop with accounts whose mails are all sent."""
    shop = Shop()
    for number in numbers:
        email = f"sam{number}@example.com"
        await shop.use.register(email=email, password="correct horse", name="Sam", client=HERE)
    await shop.use.send_mails()
    shop.mailbox.sent.clear()
    return shop


async def test_mails_go_out_in_the_order_of_asking_and_once() -> None:
    shop = await people(1, 2, 3)
    await ask(shop, 2, 1, 3)
    assert (await shop.use.send_mails()).done == 3
    assert [mail.to for mail in shop.mailbox.sent] == ["sam2@example.com", "sam1@example.com", "sam3@example.com"]
    shop.clock.advance(3600)
    assert (await shop.use.send_mails()).done == 0
    assert len(shop.mailbox.sent) == 3


async def test_an_outage_loses_nothing_and_is_told_once_a_round() -> None:
    shop = await people(1, 2, 3)
    await ask(shop, 1, 2, 3)
    shop.mailbox.is_away = True
    for _ in range(30):
        report = await shop.use.send_mails()
        assert (report.done, len(report.failures) <= 1) == (0, True)
        shop.clock.advance(1)
    shop.mailbox.is_away = False
    shop.clock.advance(300)
    assert (await shop.use.send_mails()).done == 3
    assert {mail.to for mail in shop.mailbox.sent} == {f"sam{number}@example.com" for number in (1, 2, 3)}


async def test_a_round_stops_at_a_mail_that_cannot_go_and_the_next_takes_the_next() -> None:
    shop = await people(1, 2)
    await ask(shop, 1, 2)
    shop.mailbox.is_away = True
    (failure,) = (await shop.use.send_mails()).failures
    assert failure.endswith(": unavailable: The mail service is away.")
    tries = {mail.email: mail.tries for mail in shop.pending_mails.left}
    assert tries == {"sam1@example.com": 1, "sam2@example.com": 0}
    shop.mailbox.is_away = False
    await shop.use.send_mails()
    assert [mail.to for mail in shop.mailbox.sent] == ["sam2@example.com"]


async def test_a_mail_that_nobody_waits_for_any_more_is_given_up() -> None:
    shop = await people(1)
    await ask(shop, 1)
    shop.mailbox.is_away = True
    for _ in range(20):
        await shop.use.send_mails()
        shop.clock.advance(LASTS["reset_password"].total_seconds() / 20)
    shop.mailbox.is_away = False
    report = await shop.use.send_mails()
    assert (report.done, shop.mailbox.sent) == (0, [])
    (failure,) = report.failures
    assert "given up after " in failure
    assert "example.com" not in failure
    assert not shop.pending_mails.left


async def test_a_mail_whose_answer_was_lost_comes_again_and_both_tokens_are_good_for_one_use() -> None:
    shop = await people(1)
    await ask(shop, 1)
    shop.mailbox.loses_answers = True
    await shop.use.send_mails()
    shop.mailbox.loses_answers = False
    shop.clock.advance(15)
    assert (await shop.use.send_mails()).done == 1
    first, second = shop.mailbox.tokens
    assert first != second
    await shop.use.reset_password(token=first, new_password="another password", client=HERE)


async def test_of_many_workers_at_once_one_sends_a_mail() -> None:
    shop = await people(*range(10))
    await ask(shop, *range(10))
    reports = await asyncio.gather(*(shop.use.send_mails() for _ in range(8)))
    assert sum(report.done for report in reports) == len(shop.mailbox.sent) == 10
    assert len({mail.to for mail in shop.mailbox.sent}) == 10


async def test_a_worker_that_ends_between_sending_and_noting_it_sends_again_later() -> None:
    shop = await people(1)
    await ask(shop, 1)
    shop.pending_mails.is_stuck = True
    with pytest.raises(Unavailable):
        await shop.use.send_mails()
    shop.pending_mails.is_stuck = False
    assert (await shop.use.send_mails()).done == 0
    shop.clock.advance(timedelta(seconds=15).total_seconds())
    assert (await shop.use.send_mails()).done == 1
    assert len(shop.mailbox.sent) == 2


async def test_a_mail_is_written_when_it_goes_out() -> None:
    """To whom the address belongs by then, with a token that lasts from then on."""
    shop = Shop()
    await shop.use.request_password_reset(email=EMAIL, client=HERE)
    await shop.sam()
    shop.clock.advance(LASTS["reset_password"].total_seconds() - 1)
    assert (await shop.use.send_mails()).done == 2
    reset = next(mail for mail in shop.mailbox.sent if "password" in mail.subject)
    token = reset.text.partition("#")[2].split()[0]
    shop.clock.advance(LASTS["reset_password"].total_seconds() - 1)
    await shop.use.reset_password(token=token, new_password="another password", client=HERE)


def test_pauses_grow_and_never_get_too_long() -> None:
    shop = Shop()
    mail = PendingMail.asked("verify_email", id="1", email=EMAIL, at=shop.clock.now())
    pauses = []
    for _ in range(1500):
        mail = mail.claimed(at=shop.clock.now())
        assert mail.not_before is not None
        pauses.append((mail.not_before - shop.clock.now()).total_seconds())
    assert pauses[:7] == [15, 30, 60, 120, 240, 300, 300]
    assert (set(pauses[5:]), mail.tries, mail.version) == ({300}, 1500, 1501)
