"""What happens between asking for a mail and coming back with its token, over memory."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from core.shared.errors import TooManyRequests, Unavailable
from core.shared.mail import Mail
from core.user.errors import (
    CredentialsWrong,
    PasswordUnacceptable,
    RefreshTokenInvalid,
    TokenInvalid,
    UserInvalid,
)
from core.user.model import LASTS, Purpose, written
from core.user.model.limits import account_subject
from core.user.use_cases.guessing import KNOWN
from tests.builders import loose_limits
from tests.core.user.mailbox import token_in
from tests.core.user.people import EMAIL, HERE, PASSWORD, Shop
from tests.fakes import PlainPasswords

NEW = "another password"
RESETS = ("reset_by_address", "reset_by_account")
MOMENT = timedelta(milliseconds=1)


async def asked(shop: Shop, email: str = EMAIL) -> str:
    """The token that comes to somebody who forgot their password."""
    await shop.use.request_password_reset(email=email, client=HERE)
    await shop.use.send_mails()
    return token_in(shop.mailbox.sent[-1])


async def registered(shop: Shop) -> str:
    """Sam registers; the token that comes."""
    await shop.sam()
    await shop.use.send_mails()
    return token_in(shop.mailbox.sent[-1])


async def test_a_mail_after_registration_confirms_the_address_once() -> None:
    shop = Shop()
    token = await registered(shop)
    assert [mail.to for mail in shop.mailbox.sent] == [EMAIL]
    assert not (await shop.users.by_email(EMAIL)).email_verified
    await shop.use.verify_email(token=token)
    assert (await shop.users.by_email(EMAIL)).email_verified
    with pytest.raises(TokenInvalid):
        await shop.use.verify_email(token=token)


async def test_a_mail_gives_a_new_password_once_and_ends_every_session() -> None:
    shop = Shop()
    await shop.sam()
    session = await shop.sign_in()
    token = await asked(shop)
    await shop.use.reset_password(token=token, new_password=NEW, client=HERE)
    with pytest.raises(RefreshTokenInvalid):
        await shop.refresh(session)
    with pytest.raises(CredentialsWrong):
        await shop.sign_in(PASSWORD)
    await shop.sign_in(NEW)
    with pytest.raises(TokenInvalid):
        await shop.use.reset_password(token=token, new_password="yet another one", client=HERE)
    await shop.sign_in(NEW)


async def test_a_new_password_by_mail_confirms_the_address_and_makes_the_place_known() -> None:
    shop = Shop()
    await shop.sam()
    await shop.use.reset_password(token=await asked(shop), new_password=NEW, client="198.51.100.7")
    assert (await shop.users.by_email(EMAIL)).email_verified
    throttle = shop.use.request_password_reset.throttle
    assert await throttle.remembers(KNOWN, f"{account_subject(EMAIL)}:198.51.100.7")
    assert not await throttle.remembers(KNOWN, f"{account_subject(EMAIL)}:203.0.113.9")


async def test_an_address_is_found_however_it_is_typed_and_one_that_is_none_is_refused() -> None:
    shop = Shop()
    await shop.sam()
    assert await asked(shop, " SAM@Example.com ")
    for typed in ("", "sam", "sam@localhost", "sam@example.com\r\nBcc: all@example.com", "a,b@example.com"):
        with pytest.raises(UserInvalid):
            await shop.use.request_password_reset(email=typed, client=HERE)


async def test_an_address_without_an_account_gets_no_mail() -> None:
    shop = Shop()
    await shop.use.request_password_reset(email="nobody@example.com", client=HERE)
    report = await shop.use.send_mails()
    assert (report.done, report.failures, shop.mailbox.sent) == (0, (), [])
    assert not shop.pending_mails.left


@pytest.mark.parametrize(("purpose", "hours"), [("verify_email", 24), ("reset_password", 1)])
async def test_a_token_is_good_until_its_time_is_up(purpose: Purpose, hours: int) -> None:
    assert timedelta(hours=hours) == LASTS[purpose]
    for late, good in ((-MOMENT, True), (timedelta(), False), (timedelta(days=9), False)):
        shop = Shop()
        token = await registered(shop) if purpose == "verify_email" else ""
        if not token:
            await shop.sam()
            token = await asked(shop)
        shop.clock.advance((LASTS[purpose] + late).total_seconds())
        assert await works(shop, purpose, token) is good


async def works(shop: Shop, purpose: Purpose, token: str) -> bool:
    try:
        if purpose == "verify_email":
            await shop.use.verify_email(token=token)
        else:
            await shop.use.reset_password(token=token, new_password=NEW, client=HERE)
    except TokenInvalid:
        return False
    return True


async def test_a_token_is_good_for_its_purpose_alone_and_not_lost_by_a_mistake() -> None:
    shop = Shop()
    verify = await registered(shop)
    reset = await asked(shop)
    assert not await works(shop, "reset_password", verify)
    assert not await works(shop, "verify_email", reset)
    assert await works(shop, "verify_email", verify)
    assert await works(shop, "reset_password", reset)


async def test_what_is_no_token_is_refused_like_a_used_one() -> None:
    shop = Shop()
    token = await registered(shop)
    for other in ("", "x", token[:-1], token.upper(), f" {token}", "\0", "\udcff", "\u017fecret", "a" * 100_000):
        assert not await works(shop, "verify_email", other)
        assert not await works(shop, "reset_password", other)


async def test_a_changed_password_makes_void_what_was_sent_for_another() -> None:
    shop = Shop()
    sam = await shop.sam()
    first, second = await asked(shop), await asked(shop)
    assert await works(shop, "reset_password", first)
    assert not await works(shop, "reset_password", second)
    third = await asked(shop)
    await shop.use.change_password(
        user_id=sam.id, session_id=None, current_password=NEW, new_password=PASSWORD, client=HERE
    )
    assert not await works(shop, "reset_password", third)
    await shop.sign_in(PASSWORD)


async def test_a_changed_password_leaves_the_address_to_be_confirmed() -> None:
    shop = Shop()
    token = await registered(shop)
    await shop.use.logout_all(user_id=(await shop.users.by_email(EMAIL)).id)
    assert await works(shop, "verify_email", token)


async def test_a_refused_password_and_a_crowd_at_the_hashes_leave_the_token_good() -> None:
    passwords = Crowded()
    shop = Shop(passwords=passwords)
    await shop.sam()
    token = await asked(shop)
    with pytest.raises(PasswordUnacceptable):
        await shop.use.reset_password(token=token, new_password="short", client=HERE)
    passwords.is_full = True
    with pytest.raises(Unavailable):
        await shop.use.reset_password(token=token, new_password=NEW, client=HERE)
    passwords.is_full = False
    assert await works(shop, "reset_password", token)


class Crowded(PlainPasswords):
    is_full = False

    async def hash(self, password: str) -> str:
        if self.is_full:
            raise Unavailable("Too many passwords are waiting.")
        return await super().hash(password)


async def test_guessed_tokens_cost_no_hash() -> None:
    shop = Shop()
    await shop.sam()
    shop.passwords.calls.clear()
    assert not await works(shop, "reset_password", "a guess")
    assert shop.passwords.calls == []


@pytest.mark.parametrize("gone", ["disabled", "erased"])
async def test_an_account_that_is_closed_gets_no_mail_and_its_tokens_are_void(gone: str) -> None:
    shop = Shop()
    sam = await shop.sam()
    await shop.use.send_mails()
    reset, (verify, *_) = await asked(shop), shop.mailbox.tokens
    await shop.use.request_password_reset(email=EMAIL, client=HERE)
    if gone == "erased":
        await shop.use.delete_account(user_id=sam.id)
    else:
        await shop.use.set_status(user_id=sam.id, status="disabled")
    await shop.use.send_mails()
    assert len(shop.mailbox.sent) == 2
    assert not await works(shop, "verify_email", verify)
    assert not await works(shop, "reset_password", reset)


async def test_what_was_lost_is_confirmed_by_the_next_new_password() -> None:
    """A registration is not refused since its mail cannot be asked for: the account is there already."""
    shop = Shop()
    shop.pending_mails.is_away = True
    await shop.sam()
    shop.pending_mails.is_away = False
    await shop.use.send_mails()
    assert shop.mailbox.sent == []
    assert await works(shop, "reset_password", await asked(shop))
    assert (await shop.users.by_email(EMAIL)).email_verified


async def test_an_address_that_is_confirmed_already_gets_no_mail_to_confirm_it() -> None:
    shop = Shop()
    await shop.sam()
    shop.mailbox.is_away = True
    await shop.use.send_mails()
    shop.mailbox.is_away = False
    assert await works(shop, "reset_password", await asked(shop))
    shop.clock.advance(3600)
    assert (await shop.use.send_mails()).done == 0
    assert len(shop.mailbox.sent) == 1


async def test_who_asks_too_often_is_told_and_an_account_that_is_asked_for_too_often_gets_no_more() -> None:
    shop = Shop()
    await shop.sam()
    of_three = replace(loose_limits(), **{name: replace(getattr(loose_limits(), name), quota=3) for name in RESETS})
    request = replace(shop.use.request_password_reset, limits=of_three)
    for email in (EMAIL, "nobody@example.com"):
        for number in range(3):
            await request(email=email, client=f"{email} {number}")
        await request(email=email, client=HERE)
    await shop.use.send_mails()
    assert sum("password" in mail.subject for mail in shop.mailbox.sent) == 3
    for number in range(3):
        await request(email=f"sam{number}@example.com", client="198.51.100.7")
    with pytest.raises(TooManyRequests):
        await request(email="sam3@example.com", client="198.51.100.7")


def test_nothing_that_anyone_typed_gets_into_a_mail() -> None:
    """There is no way in: what a mail is written of is the address, the token and the shop's own letterhead."""
    letterhead = Shop().use.send_mails.letterhead
    for purpose in LASTS:
        mail = written(purpose, to=EMAIL, token="tok-en", on=letterhead)
        assert (mail.to, mail.subject.isprintable(), mail.text.isascii()) == (EMAIL, True, True)
        assert f"\n{letterhead.links[purpose].replace('{token}', 'tok-en')}\n" in mail.text
        assert "\ntok-en\n" in mail.text
        assert letterhead.shop in mail.text
        assert max(map(len, mail.text.splitlines())) <= 90


async def test_a_name_like_an_advertisement_reaches_nobody() -> None:
    shop = Shop()
    advertisement = "Win at http://evil.example Subject: {token} {shop}"
    await shop.use.register(email=EMAIL, password=PASSWORD, name=advertisement, client=HERE)
    await asked(shop)
    first, second = shop.mailbox.sent
    assert "evil" not in first.text + first.subject + second.text + second.subject


@pytest.mark.parametrize("text", ["a@example.com\r\nBcc: b@example.com", "a\nb", "a\u2028b", "a\0"])
def test_no_mail_has_a_header_of_two_lines(text: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        Mail(to=text, subject="Hello", text="")
    with pytest.raises(ValueError, match="one line"):
        Mail(to="a@example.com", subject=text, text="")


async def test_a_token_is_shown_to_its_reader_alone() -> None:
    shop = Shop()
    token = await registered(shop)
    proof = await shop.proofs.get(next(iter(shop.proofs._proofs)))
    for told in (repr(shop.mailbox.sent), repr(proof), str(await shop.pending_mails.due(shop.clock.now(), limit=9))):
        assert token not in told


async def test_of_two_at_once_with_two_tokens_of_one_account_one_has_its_way() -> None:
    shop = Shop()
    await shop.sam()
    tokens = [await asked(shop), await asked(shop)]
    assert sorted(await asyncio.gather(*(works(shop, "reset_password", token) for token in tokens))) == [False, True]
