"""The whole way of a purchase in one process, over the memory adapters: no socket, no server, no waiting."""

import pytest

from adapters.bootstrap.local import local_shop
from adapters.bootstrap.settings import Settings
from core.cart.model import Owner
from core.order.errors import CartEmpty
from core.order.use_cases.place import Request
from core.product.model import Line
from core.shared.context import Caller
from tests.builders import details

QUICK = Settings.model_validate({"store": "memory", "bcrypt_cost": 4, "event_publisher": "memory"})


async def test_a_guest_becomes_a_customer_buys_and_changes_their_mind() -> None:
    async with local_shop(QUICK) as shop:
        boots = await shop.product.add_product(details=details(price=4_900), units=5)
        product_id = boots.product.id

        found, _ = await shop.product.search_products(text="leather BOOTS", limit=20, after=None)
        assert [listing.product.id for listing in found.items] == [product_id]

        token = await shop.cart.start_guest_cart()
        await shop.cart.add_item(owner=Owner.guest(token), product_id=product_id, quantity=2)

        user = await shop.user.register(
            email="ada@example.com", password="correct horse", name="Ada", client="192.0.2.1"
        )
        await shop.user.login(email="ada@example.com", password="correct horse", client="192.0.2.1")
        cart = await shop.cart.merge_carts(customer_id=user.id, token=token)
        assert [(item.quantity, item.line_total.amount) for item in cart.items] == [(2, 9_800)]

        placed = await shop.order.place_order(customer_id=user.id, key="one", request=Request())
        assert (placed.order.status, placed.order.total.amount) == ("confirmed", 9_800)
        assert (await shop.cart.view_cart(owner=Owner.customer(user.id))).items == ()
        assert (await shop.product.get_product(product_id=product_id)).available == 3

        again = await shop.order.place_order(customer_id=user.id, key="one", request=Request())
        assert (again.order.id, again.replayed) == (placed.order.id, True)

        ada = Caller(id=user.id, kind="customer")
        cancelled = await shop.order.cancel_order(order_id=placed.order.id, caller=ada)
        assert (cancelled.status, cancelled.cancel_reason) == ("cancelled", "customer_request")
        assert (await shop.product.get_product(product_id=product_id)).available == 5

        told = await shop.order.relay_events()
        assert (told.done, told.failures) == (2, ())
        assert await shop.audit() == ()


async def test_the_audit_of_a_shop_that_lost_units_names_the_product() -> None:
    """Units given back behind an order's back, as a naive clean-up would, are found out."""
    async with local_shop(QUICK) as shop:
        boots = await shop.product.add_product(details=details(), units=5)
        user = await shop.user.register(
            email="ada@example.com", password="correct horse", name="Ada", client="192.0.2.1"
        )
        await shop.cart.add_item(owner=Owner.customer(user.id), product_id=boots.product.id, quantity=2)
        placed = await shop.order.place_order(customer_id=user.id, key=None, request=Request())
        await shop.product.release_hold(order_id=placed.order.id, lines=[Line(product_id=boots.product.id, quantity=2)])
        differences = await shop.audit()
        assert [difference.kind for difference in differences] == ["wrong_take"]


async def test_an_emptied_cart_is_refused_by_the_name_of_the_order_that_emptied_it() -> None:
    async with local_shop(QUICK) as shop:
        boots = await shop.product.add_product(details=details(), units=5)
        user = await shop.user.register(
            email="ada@example.com", password="correct horse", name="Ada", client="192.0.2.1"
        )
        await shop.cart.add_item(owner=Owner.customer(user.id), product_id=boots.product.id, quantity=2)
        placed = await shop.order.place_order(customer_id=user.id, key=None, request=Request())
        with pytest.raises(CartEmpty) as refused:
            await shop.order.place_order(customer_id=user.id, key="another", request=Request())
        assert refused.value.facts == {"order_id": placed.order.id}
