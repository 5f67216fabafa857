"""A new shop gets the demo catalogue and two accounts, once."""

import re
from collections import Counter

import httpx
import pytest

from adapters.inbound.cli.errors import CommandFailed
from adapters.inbound.cli.seed import CATEGORIES, Seeded, catalogue, seed
from core.product.model import Details, Image
from core.shared.money import Money
from tests.adapters.cli.fake_shop import FakeShop

BOTH = frozenset({"admin@example.com", "shopper@example.com"})


async def seeded(shop: FakeShop, password: str = "a password") -> Seeded:
    async with shop.async_http() as http:
        return await seed(http, password=password, currency="USD")


async def test_a_new_shop_gets_the_whole_catalogue_and_both_accounts() -> None:
    shop = FakeShop()
    sentence = "Seeded 72 demo products and two accounts."
    assert await seeded(shop) == Seeded(sentence=sentence, opened=BOTH, registered=BOTH)
    assert len(shop.added) == 72
    assert shop.passwords == {"admin@example.com": "a password", "shopper@example.com": "a password"}


async def test_a_shop_is_seeded_once() -> None:
    shop = FakeShop()
    await seeded(shop)
    shop.added = []
    again = await seeded(shop)
    assert (again.sentence, again.opened) == ("The demo catalogue and accounts were there already.", BOTH)
    assert again.registered == frozenset()
    assert shop.added == []


async def test_a_seeding_that_was_broken_off_is_finished_and_doubles_nothing() -> None:
    class BreaksOff(FakeShop):
        def add_product(self, body: bytes, authorization: str) -> httpx.Response:
            if len(self.added) == 30:
                return httpx.Response(503, text="not now")
            return super().add_product(body, authorization)

    broken = BreaksOff()
    with pytest.raises(CommandFailed, match="POST /v1/products answered 503: not now"):
        await seeded(broken)
    shop = FakeShop()
    shop.passwords, shop.added = broken.passwords, broken.added
    assert (await seeded(shop)).sentence == "Seeded 72 demo products and two accounts."
    assert len(shop.added) == 72


async def test_a_shop_whose_accounts_have_another_password_is_left_as_it_is() -> None:
    shop = FakeShop()
    await seeded(shop)
    shop.added = []
    left = await seeded(shop, "another one")
    assert "with a password that was set earlier" in left.sentence
    assert (left.opened, shop.added) == (frozenset(), [])


@pytest.mark.parametrize("changed", sorted(BOTH))
async def test_an_account_whose_password_was_changed_is_not_said_to_have_the_first(changed: str) -> None:
    shop = FakeShop()
    await seeded(shop)
    shop.passwords[changed] = "a better one"
    again = await seeded(shop)
    assert again.opened == BOTH - {changed}
    assert again.sentence.startswith("The demo catalogue and accounts were there already")
    assert len(shop.added) == 72


async def test_a_refused_product_is_told() -> None:
    class Refuses(FakeShop):
        def add_product(self, body: bytes, authorization: str) -> httpx.Response:
            return httpx.Response(422, text="price.currency: this shop's currency, EUR.")

    with pytest.raises(CommandFailed, match=r"answered 422: price\.currency"):
        await seeded(Refuses())


async def test_an_admin_who_is_none_is_told() -> None:
    class NoAdmins(FakeShop):
        admins = frozenset()

    with pytest.raises(CommandFailed, match="POST /v1/products answered 403"):
        await seeded(NoAdmins())


def test_the_catalogue_is_one_the_shop_can_sell() -> None:
    products: list[dict[str, object]] = list(catalogue("EUR"))
    assert Counter(str(product["category"]) for product in products) == {name.title(): 12 for name in CATEGORIES}
    assert len({product["sku"] for product in products}) == len({product["name"] for product in products}) == 72
    for product in products:
        checked(product)
        assert 1 <= len(re.findall(r"[.!?](?: |$)", str(product["description"]))) <= 3


def checked(product: dict[str, object]) -> Details:
    """The product by the core's own rules."""
    match product:
        case {
            "sku": str(sku),
            "name": str(name),
            "description": str(description),
            "category": str(category),
            "tags": [*tags],
            "price": {"amount": int(amount), "currency": str(currency)},
            "attributes": dict(attributes),
            "images": [{"url": str(url), "alt": str(alt)}],
            "stock": int(stock),
            **others,
        } if not others and stock >= 0 and tags and attributes and alt:
            details = Details(
                sku=sku,
                name=name,
                description=description,
                category=category,
                tags=tuple(map(str, tags)),
                price=Money(amount=amount, currency=currency),
                attributes=attributes,
                images=(Image(url=url, alt=alt),),
            )
            return details.checked(currency)
    raise AssertionError(f"not as the API takes a product: {product}")


def test_there_is_something_to_find_for_the_tour_and_something_sold_out() -> None:
    products = list(catalogue("USD"))
    mugs = [product for product in products if "mug" in str(product["name"]).lower()]
    assert len([mug for mug in mugs if mug["stock"] not in (0, 1)]) >= 2
    assert any(product["stock"] == 0 for product in products)
