"""Signing in and out, over memory."""

import asyncio

import pytest

from core.shared.errors import Unavailable
from core.shared.ids import is_id
from core.user.errors import CredentialsWrong, EmailTaken, PasswordUnacceptable, RefreshTokenInvalid, UserInvalid
from core.user.model import RefreshToken
from tests.core.user.people import EMAIL, HERE, LASTS, PASSWORD, Shop
from tests.fakes import PlainPasswords


async def test_whoever_registers_can_sign_in() -> None:
    shop = Shop()
    sam = await shop.sam()
    assert (sam.email, sam.name, sam.roles, sam.version) == (EMAIL, "Sam Shopper", frozenset({"customer"}), 1)
    assert is_id(sam.id)
    assert sam.created_at == shop.clock.now()
    sign_in = await shop.use.login(email=" SAM@Example.com", password=PASSWORD, client=HERE)
    session_id = sign_in.refresh_token.session_id
    assert sign_in.access_token.text == f"{sam.id} {session_id} customer"
    assert sign_in.access_token.expires_in == 900


async def test_an_address_is_registered_once() -> None:
    shop = Shop()
    await shop.sam()
    before = len(shop.passwords.calls)
    with pytest.raises(EmailTaken):
        await shop.use.register(email="SAM@example.com", password="another one", name="Samantha", client=HERE)
    assert shop.passwords.calls[before:] == ["hash"]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [({"email": "sam"}, UserInvalid), ({"password": "short"}, PasswordUnacceptable), ({"name": " "}, UserInvalid)],
)
async def test_registration_follows_the_rules(wrong: dict[str, str], error: type[Exception]) -> None:
    shop = Shop()
    with pytest.raises(error):
        await shop.use.register(**{"email": EMAIL, "password": PASSWORD, "name": "Sam", "client": HERE} | wrong)
    with pytest.raises(CredentialsWrong):
        await shop.sign_in()


async def test_one_address_can_be_an_administrators_from_the_start() -> None:
    shop = Shop(admin_email=EMAIL)
    assert (await shop.sam()).roles == {"customer", "admin"}
    other = await shop.use.register(email="kim@example.com", password=PASSWORD, name="Kim", client=HERE)
    assert other.roles == {"customer"}


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.com", "no address"])
async def test_a_refused_sign_in_looks_and_costs_the_same_whoever_it_is(email: str) -> None:
    shop = Shop()
    await shop.sam()
    shop.passwords.calls.clear()
    with pytest.raises(CredentialsWrong) as refused:
        await shop.use.login(email=email, password="wrong password", client=HERE)
    assert refused.value.detail == "The e-mail address or the password is wrong."
    assert refused.value.facts == {}
    assert shop.passwords.calls == ["verify"]


async def test_a_disabled_account_cannot_sign_in() -> None:
    shop = Shop()
    sam = await shop.sam()
    token = await shop.sign_in()
    await shop.use.set_status(user_id=sam.id, status="disabled")
    with pytest.raises(CredentialsWrong):
        await shop.sign_in()
    with pytest.raises(RefreshTokenInvalid):
        await shop.refresh(token)
    await shop.use.set_status(user_id=sam.id, status="active")
    with pytest.raises(RefreshTokenInvalid):
        await shop.refresh(token)
    await shop.sign_in()


async def test_an_old_hash_is_renewed_at_sign_in() -> None:
    shop = Shop()
    sam = await shop.sam()
    await shop.users.save(sam.rehashed("old$" + PASSWORD))
    await shop.sign_in()
    assert (await shop.users.get(sam.id)).password_hash == "plain$" + PASSWORD


class BusyForNew(PlainPasswords):
    """Verifies, but has no time to hash."""

    async def hash(self, password: str) -> str:
        raise Unavailable("Busy.")


async def test_a_sign_in_does_not_fail_because_a_hash_cannot_be_renewed() -> None:
    shop = Shop()
    sam = await shop.sam()
    await shop.users.save(sam.rehashed("old$" + PASSWORD))
    busy = Shop(passwords=BusyForNew())
    await busy.users.add(await shop.users.get(sam.id))
    await busy.sign_in()


async def test_a_refresh_token_is_exchanged() -> None:
    shop = Shop()
    sam = await shop.sam()
    first = await shop.sign_in()
    await shop.use.set_roles(user_id=sam.id, roles=frozenset({"customer", "admin"}))
    sign_in = await shop.use.refresh(refresh_token=first)
    assert sign_in.refresh_token.text != first
    assert sign_in.refresh_token.session_id == RefreshToken.of(first).session_id
    assert sign_in.access_token.text.endswith(" admin,customer")


async def test_a_stolen_token_ends_the_session_for_owner_and_thief() -> None:
    shop = Shop()
    await shop.sam()
    stolen = await shop.sign_in()
    elsewhere = await shop.sign_in()
    token = await shop.refresh(stolen)
    for _ in range(3):
        shop.clock.advance(60)
        token = await shop.refresh(token)
    with pytest.raises(RefreshTokenInvalid):
        await shop.refresh(stolen)
    with pytest.raises(RefreshTokenInvalid):
        await shop.refresh(token)
    await shop.refresh(elsewhere)


async def test_a_double_click_signs_nobody_out() -> None:
    shop = Shop()
    await shop.sam()
    first = await shop.sign_in()
    tokens = await asyncio.gather(*(shop.refresh(first) for _ in range(10)))
    assert len(set(tokens)) == 10
    shop.clock.advance(3600)
    for token in tokens:
        await shop.refresh(token)


async def test_a_token_lasts_as_long_as_its_session() -> None:
    shop = Shop()
    await shop.sam()
    token = await shop.sign_in()
    shop.clock.advance(LASTS.total_seconds() - 1)
    token = await shop.refresh(token)
    shop.clock.advance(1)
    with pytest.raises(RefreshTokenInvalid):
        await shop.refresh(token)


@pytest.mark.parametrize("token", ["", "nonsense", "01980000-0000-7000-8000-000000000001.secret"])
async def test_a_made_up_token_is_refused(token: str) -> None:
    with pytest.raises(RefreshTokenInvalid):
        await Shop().refresh(token)


async def test_signing_out_ends_one_session_and_again_changes_nothing() -> None:
    shop = Shop()
    await shop.sam()
    here, elsewhere = await shop.sign_in(), await shop.sign_in()
    for _ in range(2):
        await shop.use.logout(session_id=RefreshToken.of(here).session_id)
    with pytest.raises(RefreshTokenInvalid):
        await shop.refresh(here)
    await shop.refresh(elsewhere)


async def test_signing_out_everywhere_ends_all_sessions_of_one_account() -> None:
    shop = Shop()
    sam = await shop.sam()
    await shop.use.register(email="kim@example.com", password=PASSWORD, name="Kim", client=HERE)
    kims = (await shop.use.login(email="kim@example.com", password=PASSWORD, client=HERE)).refresh_token.text
    sams = [await shop.sign_in(), await shop.sign_in()]
    await shop.use.logout_all(user_id=sam.id)
    for token in sams:
        with pytest.raises(RefreshTokenInvalid):
            await shop.refresh(token)
    await shop.refresh(kims)
    await shop.refresh(await shop.sign_in())


async def test_a_refresh_token_tells_its_holder_and_is_not_spent() -> None:
    shop = Shop()
    sam = await shop.sam()
    token = await shop.sign_in()
    holder = await shop.use.identify_holder(refresh_token=token)
    assert (holder.id, holder.kind, holder.session_id) == (sam.id, "customer", RefreshToken.of(token).session_id)
    await shop.refresh(token)
    await shop.use.logout_all(user_id=sam.id)
    with pytest.raises(RefreshTokenInvalid):
        await shop.use.identify_holder(refresh_token=token)


async def test_the_keys_are_published() -> None:
    assert await Shop().use.publish_keys() == {"keys": []}
