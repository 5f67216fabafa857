"""The contract of `core.order.ports.AddressBook`: how orders look up where a parcel goes."""

from dataclasses import asdict, replace

import pytest

from core.order.errors import AddressUnknown
from core.order.ports import AddressBook
from core.shared.address import PostalAddress
from core.shared.errors import Unavailable
from core.user.model import Address
from tests.adapters.neighbours.shop import Shop
from tests.adapters.neighbours.ways import Stage
from tests.builders import an_id

MUNICH = PostalAddress(
    name="Zoë Müller",
    line1="1 Straße",
    line2="2 ☃",
    city="München",
    region="Bayern",
    postal_code="80331",
    country="DE",
    phone="+49 89 123456",
)
PLAIN = PostalAddress(name="Ada", line1="12 St James's Square", city="London", country="GB")


async def _a_customer(shop: Shop, number: int = 1) -> str:
    return (
        await shop.user.register(
            email=f"{number}@example.com", password="correct horse", name="Ada", client="192.0.2.1"
        )
    ).id


async def _living_at(shop: Shop, customer: str, address: PostalAddress) -> str:
    """The id of a new address of the customer's."""
    written = Address(id="", **asdict(address))
    return (await shop.user.add_address(user_id=customer, address=written)).id


async def an_address_is_told_to_the_field(stage: Stage[AddressBook]) -> None:
    customer = await _a_customer(stage.shop)
    for address in (MUNICH, PLAIN):
        told = await stage.adapter.get(customer, await _living_at(stage.shop, customer, address))
        assert type(told) is PostalAddress
        assert told == address


async def each_address_is_told_by_its_own_id(stage: Stage[AddressBook]) -> None:
    customer, other = await _a_customer(stage.shop, 1), await _a_customer(stage.shop, 2)
    first = await _living_at(stage.shop, customer, MUNICH)
    second = await _living_at(stage.shop, customer, PLAIN)
    theirs = await _living_at(stage.shop, other, replace(PLAIN, name="Bob"))
    assert await stage.adapter.get(customer, second) == PLAIN
    assert await stage.adapter.get(customer, first) == MUNICH
    assert (await stage.adapter.get(other, theirs)).name == "Bob"


async def an_address_is_told_as_it_is_now(stage: Stage[AddressBook]) -> None:
    customer = await _a_customer(stage.shop)
    home = await _living_at(stage.shop, customer, MUNICH)
    assert await stage.adapter.get(customer, home) == MUNICH
    moved = Address(id=home, **asdict(PLAIN))
    await stage.shop.user.change_address(user_id=customer, address=moved)
    assert await stage.adapter.get(customer, home) == PLAIN


async def an_address_that_was_struck_out_is_unknown(stage: Stage[AddressBook]) -> None:
    customer = await _a_customer(stage.shop)
    home, other = [await _living_at(stage.shop, customer, address) for address in (MUNICH, PLAIN)]
    assert await stage.adapter.get(customer, home) == MUNICH
    await stage.shop.user.remove_address(user_id=customer, address_id=home)
    with pytest.raises(AddressUnknown):
        await stage.adapter.get(customer, home)
    assert await stage.adapter.get(customer, other) == PLAIN


async def another_customers_address_is_unknown(stage: Stage[AddressBook]) -> None:
    customer, other = await _a_customer(stage.shop, 1), await _a_customer(stage.shop, 2)
    theirs = await _living_at(stage.shop, other, MUNICH)
    assert await stage.adapter.get(other, theirs) == MUNICH
    with pytest.raises(AddressUnknown):
        await stage.adapter.get(customer, theirs)


async def what_is_no_address_is_unknown(stage: Stage[AddressBook]) -> None:
    customer = await _a_customer(stage.shop)
    home = await _living_at(stage.shop, customer, MUNICH)
    nothing = ["", ".", "..", "../x", f"{home}/", f"{home}?x", "%00", "\0", "é"]
    for address in (an_id(99), home.upper(), f" {home}", *nothing):
        with pytest.raises(AddressUnknown):
            await stage.adapter.get(customer, address)


async def a_stranger_has_no_address(stage: Stage[AddressBook]) -> None:
    home = await _living_at(stage.shop, await _a_customer(stage.shop), MUNICH)
    with pytest.raises(AddressUnknown):
        await stage.adapter.get(an_id(98), home)


async def a_book_that_cannot_be_opened_is_unavailable(stage: Stage[AddressBook]) -> None:
    customer = await _a_customer(stage.shop)
    home, other = [await _living_at(stage.shop, customer, address) for address in (MUNICH, PLAIN)]
    assert await stage.adapter.get(customer, other) == PLAIN
    for address in (home, other, an_id(99)):
        with stage.shop.away(), pytest.raises(Unavailable):
            await stage.adapter.get(customer, address)
    assert await stage.adapter.get(customer, home) == MUNICH
