"""Asking for a mail tells nobody who has an account, and what is kept of a token opens nothing (guarantees 20, 24)."""

import secrets
from collections.abc import Callable
from dataclasses import asdict, is_dataclass, replace
from typing import Any

import pytest

from core.user.model import digest_of
from core.user.use_cases.mails import RequestPasswordReset
from tests.adapters.stores import on_every_store, opened
from tests.core.user.people import EMAIL, HERE
from tests.figures import Figure
from tests.security.guessing.attack import NOBODY, Guarded, guarded
from tests.security.mails.naive import LooksUpFirst, SendsAtOnce, WritesAtOnce
from tests.security.mails.test_single_use import is_good, mailed, over


async def met(email: str, twin: Callable[[Guarded], RequestPasswordReset] | None = None) -> tuple[list[str], object]:
    """The calls that a request makes, and its outcome."""
    shop = await guarded()
    await shop.use.send_mails()
    mails = replace(shop.use.send_mails, users=shop.use.login.users)
    shop.use = replace(shop.use, send_mails=mails)
    request = twin(shop) if twin else shop.use.request_password_reset
    return await shop.meets(request(email=email, client="203.0.113.9"))


async def test_a_request_for_an_account_and_for_none_makes_the_same_calls(figure: Figure) -> None:
    hit, miss = await met(EMAIL), await met(NOBODY)
    assert hit == miss
    calls, outcome = hit
    assert outcome is None
    assert not [call for call in calls if call.startswith(("users.", "passwords."))]
    figure(f"password reset: {len(calls)} calls for an account, {len(miss[0])} for none, the same ones")


def looks_up_first(shop: Guarded) -> RequestPasswordReset:
    return LooksUpFirst(**_fields(shop.use.request_password_reset), users=shop.use.login.users)


def sends_at_once(shop: Guarded) -> RequestPasswordReset:
    notes = shop.use.request_password_reset.pending_mails
    return SendsAtOnce(
        **_fields(shop.use.request_password_reset),
        send=replace(shop.use.send_mails, pending_mails=notes, notifier=shop._counted("notifier", shop.mailbox)),
    )


def _fields(request: RequestPasswordReset) -> dict[str, Any]:
    return {name: getattr(request, name) for name in RequestPasswordReset.__dataclass_fields__}


@pytest.mark.parametrize("twin", [looks_up_first, sends_at_once])
async def test_a_request_that_does_more_for_an_account_is_told(twin: Callable[[Guarded], RequestPasswordReset]) -> None:
    assert await met(EMAIL, twin) != await met(NOBODY, twin)


async def contents(store: Any) -> str:
    """Everything that a store holds, as text."""
    parts = [part for part in vars(store).values() if hasattr(part, "_collection")]
    if not parts:
        return "\n".join(map(_shown, vars(store).values()))
    found = []
    for part in parts:
        async with part._collection.use() as collection:
            found += [repr(document) for document in await collection.find({}).sort("_id", 1).to_list()]
    return "\n".join(found)


def _shown(thing: object) -> str:
    """With what a dataclass hides from its `repr`."""
    if is_dataclass(thing) and not isinstance(thing, type):
        return repr(asdict(thing))
    if isinstance(thing, dict):
        return " ".join(f"{key} {_shown(value)}" for key, value in thing.items())
    return " ".join(map(_shown, vars(thing).values())) if hasattr(thing, "__dict__") else repr(thing)


@on_every_store("user")
async def test_no_store_holds_a_token(store: Any) -> None:
    """Neither while its mail waits, nor afterwards; what is held instead is no token itself."""
    shop = over(store)
    tokens = [await mailed(shop, purpose, f"{purpose}@example.com") for purpose in ("verify_email", "reset_password")]
    await shop.use.request_password_reset(email="verify_email@example.com", client=HERE)
    held = await contents(store)
    for token in tokens:
        assert digest_of(token) in held, "This is where to look."
        assert token not in held
        for purpose in ("verify_email", "reset_password"):
            assert not await is_good(shop, purpose, digest_of(token))


async def test_a_token_that_waits_with_its_mail_is_found() -> None:
    async with opened("user", "memory") as store:
        shop, token = over(store), secrets.token_urlsafe(32)
        request = WritesAtOnce(
            **_fields(shop.use.request_password_reset),
            letterhead=shop.use.send_mails.letterhead,
            new_token=lambda: token,
        )
        await request(email=EMAIL, client=HERE)
        assert token in await contents(store)
