"""How orders look up addresses, and services the keys that customers' tokens are signed with."""

import pytest

from core.order.errors import AddressUnknown
from core.shared.address import PostalAddress
from core.user import model as user_model
from tests.adapters.neighbours.ways import KEYS, Neighbours, Shop, on_every_way
from tests.builders import an_id


async def a_customer(shop: Shop, number: int = 1) -> str:
    email = f"{number}@example.com"
    return (await shop.user.register(email=email, password="correct horse", name="Ada")).id


async def at_home(shop: Shop, customer: str) -> str:
    """The id of a new address of the customer's."""
    address = user_model.Address(
        id="",
        name="Zoë Müller",
        line1="1 Straße",
        line2="2 ☃",
        city="München",
        region="Bayern",
        postal_code="80331",
        country="DE",
        phone="+49 89 123456",
    )
    return (await shop.user.add_address(user_id=customer, address=address)).id


@on_every_way("user")
async def test_an_address_is_told_as_the_customer_wrote_it(shop: Shop, neighbours: Neighbours) -> None:
    customer = await a_customer(shop)
    assert await neighbours.addresses.get(customer, await at_home(shop, customer)) == PostalAddress(
        name="Zoë Müller",
        line1="1 Straße",
        line2="2 ☃",
        city="München",
        region="Bayern",
        postal_code="80331",
        country="DE",
        phone="+49 89 123456",
    )


@on_every_way("user")
async def test_an_address_that_is_not_in_the_customers_book_is_unknown(shop: Shop, neighbours: Neighbours) -> None:
    customer, other = await a_customer(shop, 1), await a_customer(shop, 2)
    theirs = await at_home(shop, other)
    mine = await at_home(shop, customer)
    for address in (theirs, an_id(99), mine.upper(), "", ".", "..", "../x", f"{mine}/", f"{mine}?x", "%00", "\0", "é"):
        with pytest.raises(AddressUnknown):
            await neighbours.addresses.get(customer, address)
    with pytest.raises(AddressUnknown):
        await neighbours.addresses.get(an_id(98), mine)


@on_every_way("user")
async def test_keys_are_told_as_they_are_published(shop: Shop, neighbours: Neighbours) -> None:
    assert await neighbours.keys.fetch() == KEYS
