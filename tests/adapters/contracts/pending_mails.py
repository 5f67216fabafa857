"""The contract of `core.user.ports.PendingMails`.

Mails that were sent expire centuries from now in here: a store may forget one that has by the clock on the wall.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.shared.errors import VersionStale
from core.shared.money import MAX_AMOUNT, Money
from core.shared.rounds import Waiting
from core.user.model import ConfirmedOrder, OrderedLine, PendingMail
from core.user.ports import PendingMails
from tests.adapters.contracts.rivals import MANY, kept
from tests.adapters.contracts.values import MOMENTS, TEXTS, is_utc
from tests.builders import NOW, an_id

END = datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)
MOMENT = timedelta(milliseconds=1)
LATER = datetime(2999, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)


def _asked(number: int = 1, *, at: datetime = NOW, version: int = 1) -> PendingMail:
    mail = PendingMail.asked("reset_password", id=an_id(number), email=f"sam{number}@example.com", at=at)
    return replace(mail, version=version)


def _of_order(number: int = 1, *, name: str = "Leather boots", amount: int = 4_900, lines: int = 2) -> PendingMail:
    price = Money(amount=amount, currency="JPY")
    order = ConfirmedOrder(
        id=an_id(number),
        number=name,
        customer_id=an_id(900 + number),
        lines=tuple(OrderedLine(name=name, quantity=each + 1, unit_price=price) for each in range(lines)),
        total=Money(amount=MAX_AMOUNT, currency="USD"),
    )
    return PendingMail.of_order(order, at=NOW)


def _sent(number: int = 1, *, at: datetime = LATER) -> PendingMail:
    return _of_order(number).remembered(at=at)


async def _all(mails: PendingMails) -> list[PendingMail]:
    return sorted(await mails.due(END, limit=1000), key=lambda mail: mail.id)


async def every_version_comes_back_to_the_field(mails: PendingMails) -> None:
    mail = _asked()
    await mails.add(mail)
    assert await _all(mails) == [mail]
    for purpose in ("verify_email", "reset_password"):
        mail = replace(mail.claimed(at=NOW), purpose=purpose, tries=2**31, asked_at=NOW - MOMENT)
        await mails.save(mail)
        assert await _all(mails) == [mail]


async def every_text_comes_back_to_the_character(mails: PendingMails) -> None:
    for number, text in enumerate(TEXTS):
        await mails.add(replace(_asked(number), email=text))
    assert [mail.email for mail in await _all(mails)] == list(TEXTS)


async def what_an_order_is_told_of_comes_back_to_the_field(mails: PendingMails) -> None:
    several = [_of_order(1), _of_order(2, lines=0), _of_order(3, amount=MAX_AMOUNT, lines=100), _of_order(4, amount=0)]
    several += [_of_order(5 + number, name=text) for number, text in enumerate(TEXTS)]
    for mail in several:
        await mails.add(mail)
    assert await _all(mails) == several
    claimed = several[2].claimed(at=NOW)
    await mails.save(claimed)
    assert await _all(mails) == [*several[:2], claimed, *several[3:]]


async def every_time_comes_back_in_utc_to_the_millisecond(mails: PendingMails) -> None:
    for number, moment in enumerate(MOMENTS):
        await mails.add(replace(_asked(number), asked_at=moment, not_before=moment))
    found = await _all(mails)
    assert [(mail.asked_at, mail.not_before) for mail in found] == [(moment, moment) for moment in MOMENTS]
    assert is_utc(*(time for mail in found for time in (mail.asked_at, mail.not_before)))


async def those_are_due_whose_time_has_come_the_longest_due_first(mails: PendingMails) -> None:
    for number, minutes in enumerate((3, 1, 4, 2)):
        await mails.add(_asked(number, at=NOW + timedelta(minutes=minutes)))
    await mails.add(replace(_asked(9, at=NOW - timedelta(days=1)), not_before=NOW + timedelta(minutes=5)))
    for minutes in range(7):
        due = await mails.due(NOW + timedelta(minutes=minutes), limit=10)
        assert [mail.id for mail in due] == [an_id(number) for number in (1, 3, 0, 2, 9)[:minutes]]
        early = await mails.due(NOW + timedelta(minutes=minutes) - MOMENT, limit=10)
        assert [mail.id for mail in early] == [an_id(number) for number in (1, 3, 0, 2, 9)[: max(0, minutes - 1)]]


async def no_more_are_given_than_were_asked_for_and_they_stay(mails: PendingMails) -> None:
    for number in range(20):
        await mails.add(_asked(number, at=NOW + number * MOMENT))
    for limit in (1, 7, 20, 100):
        assert [mail.id for mail in await mails.due(END, limit=limit)] == [an_id(number) for number in range(20)][
            :limit
        ]


async def one_that_is_put_off_makes_way_for_the_next(mails: PendingMails) -> None:
    for number in range(3):
        await mails.add(_asked(number, at=NOW + number * MOMENT))
    now = NOW + timedelta(seconds=1)
    (first,) = await mails.due(now, limit=1)
    await mails.save(first.claimed(at=now))
    assert [mail.id for mail in await mails.due(now, limit=9)] == [an_id(1), an_id(2)]
    later = first.claimed(at=now).not_before or END
    assert [mail.id for mail in await mails.due(later, limit=9)] == [an_id(1), an_id(2), an_id(0)]


async def only_the_next_version_is_kept(mails: PendingMails) -> None:
    await mails.add(_asked())
    await mails.save(_asked(version=2))
    for version in (1, 2, 4):
        with pytest.raises(VersionStale):
            await mails.save(replace(_asked(version=version), tries=9))
    assert await _all(mails) == [_asked(version=2)]


async def one_that_is_not_there_cannot_be_saved(mails: PendingMails) -> None:
    for version in (1, 2):
        with pytest.raises(VersionStale):
            await mails.save(_asked(version=version))
    assert await _all(mails) == []


async def one_is_added_once(mails: PendingMails) -> None:
    await mails.add(_asked())
    for other in (_asked(), replace(_asked(), email="other@example.com")):
        with pytest.raises(VersionStale):
            await mails.add(other)
    assert await _all(mails) == [_asked()]


async def an_address_may_wait_for_many(mails: PendingMails) -> None:
    several = [replace(_asked(number), email="sam@example.com") for number in range(30)]
    for mail in several:
        await mails.add(mail)
    assert await _all(mails) == several


async def of_many_next_versions_one_is_kept(mails: PendingMails) -> None:
    await mails.add(_asked())
    for version in (2, 3, 4):
        rivals = [replace(_asked(version=version), tries=number) for number in range(MANY)]
        assert await kept(rivals, mails.save, VersionStale) == await _all(mails)


async def of_many_of_one_id_one_is_kept(mails: PendingMails) -> None:
    rivals = [replace(_asked(), tries=number) for number in range(MANY)]
    assert await kept(rivals, mails.add, VersionStale) == await _all(mails)


async def one_is_removed_alone_and_for_good(mails: PendingMails) -> None:
    for number in (1, 2):
        await mails.add(_asked(number))
    await mails.remove(an_id(1))
    for id in (an_id(1), an_id(9), an_id(2).upper() + " ", *TEXTS):
        await mails.remove(id)
    with pytest.raises(VersionStale):
        await mails.save(_asked(1, version=2))
    assert await _all(mails) == [_asked(2)]


async def all_that_wait_are_told_since_they_were_asked_for(mails: PendingMails) -> None:
    assert await mails.waiting(limit=10) == Waiting(count=0, oldest=None)
    for number, seconds in enumerate((2, 1, 3)):
        await mails.add(_asked(number, at=NOW + timedelta(seconds=seconds)))
        await mails.save(_asked(number, at=NOW + timedelta(seconds=seconds)).claimed(at=END - timedelta(days=1)))
    for left, oldest in ((3, 1), (2, 2), (1, 3)):
        waiting = await mails.waiting(limit=10)
        assert waiting == Waiting(count=left, oldest=NOW + timedelta(seconds=oldest))
        assert is_utc(waiting.oldest)
        await mails.remove(an_id((1, 0, 2)[3 - left]))
    assert await mails.waiting(limit=10) == Waiting(count=0, oldest=None)


async def no_more_that_wait_are_told_than_were_asked_for_those_due_first(mails: PendingMails) -> None:
    for number in range(5):
        due = NOW + timedelta(seconds=number)
        await mails.add(replace(_asked(number, at=NOW - timedelta(seconds=number)), not_before=due))
    for limit in (1, 3, 5):
        oldest = NOW - timedelta(seconds=limit - 1)
        assert await mails.waiting(limit=limit) == Waiting(count=limit, oldest=oldest)


async def one_that_was_sent_is_neither_due_nor_does_it_wait(mails: PendingMails) -> None:
    for number in (1, 2, 3):
        await mails.add(_of_order(number))
    await mails.save(_sent(2))
    for limit in (1, 10):
        assert {mail.id for mail in await mails.due(END, limit=limit)} <= {an_id(1), an_id(3)}
        assert await mails.waiting(limit=limit) == Waiting(count=min(limit, 2), oldest=NOW)
    assert await _all(mails) == [_of_order(1), _of_order(3)]
    for number in (1, 3):
        await mails.save(_sent(number))
    assert await _all(mails) == []
    assert await mails.waiting(limit=10) == Waiting(count=0, oldest=None)


async def one_that_was_sent_is_known_until_it_expires(mails: PendingMails) -> None:
    """However many come later, and however late, short of its expiry; and others are not taken for it."""
    await mails.add(_of_order(1))
    await mails.save(_sent(1))
    expiry = _sent(1).expires_at
    assert expiry is not None
    for number, moment in enumerate((NOW, NOW + timedelta(days=365), LATER, expiry - MOMENT), start=2):
        await mails.add(replace(_of_order(number), asked_at=moment))
        for again in (_of_order(1), replace(_of_order(1), asked_at=moment), _asked(1, at=moment)):
            with pytest.raises(VersionStale):
                await mails.add(again)
    assert [mail.id for mail in await _all(mails)] == [an_id(number) for number in (2, 3, 4, 5)]


async def one_that_was_sent_is_saved_by_its_version_alone(mails: PendingMails) -> None:
    await mails.add(_of_order(1))
    await mails.save(_sent(1))
    for version in (1, 2, 4):
        with pytest.raises(VersionStale):
            await mails.save(replace(_of_order(1), version=version))
    assert await _all(mails) == []


async def of_many_that_note_it_as_sent_one_is_kept(mails: PendingMails) -> None:
    await mails.add(_of_order())
    assert len(await kept([_sent() for _ in range(MANY)], mails.save, VersionStale)) == 1
    with pytest.raises(VersionStale):
        await mails.add(_of_order())


async def one_that_was_sent_is_removed_like_any_other(mails: PendingMails) -> None:
    for number in (1, 2):
        await mails.add(_of_order(number))
        await mails.save(_sent(number))
    await mails.remove(an_id(1))
    await mails.add(_of_order(1))
    with pytest.raises(VersionStale):
        await mails.add(_of_order(2))
    assert await _all(mails) == [_of_order(1)]
