"""A token from a mail is good once, and until its time is up (guarantee 20; OWASP ASVS 5.0, 6.4 and 6.5)."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from core.user.errors import TokenInvalid
from core.user.model import LASTS, Purpose
from core.user.use_cases.mails import Tokens
from tests.adapters.stores import opened
from tests.core.user.mailbox import token_in
from tests.core.user.people import EMAIL, HERE, Shop
from tests.figures import Figure
from tests.security.guessing.attack import Counted
from tests.security.mails.naive import ForgetsTheTime, SpendsAfterwards

AT_ONCE = 20
PURPOSES: tuple[Purpose, ...] = ("verify_email", "reset_password")


def over(store: Any, kind: type[Tokens] = Tokens) -> Shop:
    """The user service over a store, where whoever waits for an answer lets the others go on."""
    calls: list[str] = []
    users, sessions, proofs, mails = (
        Counted(name, getattr(store, name), calls) for name in ("users", "sessions", "proofs", "pending_mails")
    )
    shop = Shop(users=users)  # type: ignore[arg-type]  # it has all the methods of the port
    tokens = kind(users=users, proofs=proofs, clock=shop.clock)
    shop.use = replace(
        shop.use,
        register=replace(shop.use.register, pending_mails=mails),
        request_password_reset=replace(shop.use.request_password_reset, pending_mails=mails),
        send_mails=replace(shop.use.send_mails, proofs=proofs, pending_mails=mails),
        login=replace(shop.use.login, sessions=sessions),
        verify_email=replace(shop.use.verify_email, tokens=tokens),
        reset_password=replace(shop.use.reset_password, tokens=tokens),
    )
    return shop


async def mailed(shop: Shop, purpose: Purpose, email: str) -> str:
    """The token for it, of a new account."""
    await shop.use.register(email=email, password="correct horse", name="Sam", client=HERE)
    if purpose == "reset_password":
        await shop.use.send_mails()
        await shop.use.request_password_reset(email=email, client=HERE)
    await shop.use.send_mails()
    return token_in(shop.mailbox.sent[-1])


async def is_good(shop: Shop, purpose: Purpose, token: str, password: str = "another password") -> bool:
    try:
        if purpose == "verify_email":
            await shop.use.verify_email(token=token)
        else:
            await shop.use.reset_password(token=token, new_password=password, client=HERE)
    except TokenInvalid:
        return False
    return True


async def wins(shop: Shop, purpose: Purpose, email: str) -> list[int]:
    """Who of so many at once had the use of one token, each with a password of their own."""
    token = await mailed(shop, purpose, email)
    tries = (is_good(shop, purpose, token, f"new password {number}") for number in range(AT_ONCE))
    won = [number for number, good in enumerate(await asyncio.gather(*tries)) if good]
    assert not await is_good(shop, purpose, token)
    return won


@pytest.mark.parametrize("technology", ["memory", "mongo"])
async def test_of_many_who_confirm_at_once_one_wins(technology: str, figure: Figure) -> None:
    rounds = 25 if technology == "memory" else 5
    async with opened("user", technology) as store:
        shop = over(store)
        for number in range(rounds):
            for purpose in PURPOSES:
                email = f"{purpose}{number}@example.com"
                (winner,) = await wins(shop, purpose, email)
                if purpose == "reset_password":
                    await shop.use.login(email=email, password=f"new password {winner}", client=HERE)
    tokens = rounds * len(PURPOSES)
    figure(f"mails: {{tokens}} tokens, each used by {AT_ONCE} at once, and one of them had its way", tokens=tokens)


@pytest.mark.parametrize("purpose", PURPOSES)
async def test_a_token_that_is_struck_out_afterwards_is_told(purpose: Purpose) -> None:
    async with opened("user", "memory") as store:
        assert len(await wins(over(store, SpendsAfterwards), purpose, EMAIL)) > 1


async def good_for(purpose: Purpose, kind: type[Tokens] = Tokens) -> list[int]:
    """The minutes after which a token still is, of several moments around its end."""
    good = []
    minutes = int(LASTS[purpose].total_seconds()) // 60
    for after in (0, 1, minutes // 2, minutes - 1, minutes, minutes + 1, 2 * minutes, 100 * minutes):
        async with opened("user", "memory") as store:
            shop = over(store, kind)
            token = await mailed(shop, purpose, EMAIL)
            shop.clock.advance(60 * after)
            if await is_good(shop, purpose, token):
                good.append(after)
    return good


async def test_a_token_expires_by_the_clock() -> None:
    assert await good_for("reset_password") == [0, 1, 30, 59]
    assert await good_for("verify_email") == [0, 1, 720, 1439]


@pytest.mark.parametrize("purpose", PURPOSES)
async def test_a_token_that_the_store_alone_forgets_is_told(purpose: Purpose) -> None:
    assert len(await good_for(purpose, ForgetsTheTime)) == 8
