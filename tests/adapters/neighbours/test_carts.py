"""How orders see carts, and take out of them what was bought."""

from core.cart.model import Owner
from core.order.model import CartLine
from core.product.model import Changes
from tests.adapters.neighbours.ways import Neighbours, Shop, on_every_way
from tests.builders import details, usd


async def filled(shop: Shop, customer: str, *quantities: int) -> list[str]:
    """The products in the customer's cart, which has so many of each."""
    products = []
    for quantity in quantities:
        sku = f"SKU-{shop.new_id()}"
        product = (await shop.product.add_product(details=details(sku=sku), units=1_000)).product
        await shop.cart.add_item(owner=Owner.customer(customer), product_id=product.id, quantity=quantity)
        products.append(product.id)
    return products


@on_every_way("cart")
async def test_a_cart_is_told_with_the_prices_that_the_customer_saw(shop: Shop, neighbours: Neighbours) -> None:
    customer = shop.new_id()
    boots, socks = await filled(shop, customer, 2, 999)
    await shop.product.change_product(product_id=boots, version=1, changes=Changes(amount=1))
    cart = await neighbours.carts.get(customer)
    assert cart.lines == (
        CartLine(product_id=boots, quantity=2, price=usd(4_900)),
        CartLine(product_id=socks, quantity=999, price=usd(4_900)),
    )
    assert (cart.id, cart.version) == ((await shop.cart.get_cart(customer_id=customer)).id, 2)


@on_every_way("cart")
async def test_a_customer_without_a_cart_has_an_empty_one(shop: Shop, neighbours: Neighbours) -> None:
    cart = await neighbours.carts.get(shop.new_id())
    assert (cart.version, cart.lines) == (0, ())
    assert cart.id


@on_every_way("cart")
async def test_what_was_bought_is_taken_out_once_and_the_rest_stays(shop: Shop, neighbours: Neighbours) -> None:
    customer, order = shop.new_id(), shop.new_id()
    boots, socks, hats = await filled(shop, customer, 5, 2, 1)
    for _ in range(3):
        await neighbours.carts.subtract(customer, order, {boots: 2, socks: 2})
    cart = await neighbours.carts.get(customer)
    assert {line.product_id: line.quantity for line in cart.lines} == {boots: 3, hats: 1}
    assert cart.version == 4
    await neighbours.carts.subtract(customer, shop.new_id(), {boots: 999})
    assert [line.product_id for line in (await neighbours.carts.get(customer)).lines] == [hats]


@on_every_way("cart")
async def test_one_customers_order_takes_nothing_from_another(shop: Shop, neighbours: Neighbours) -> None:
    customer, other = shop.new_id(), shop.new_id()
    (boots,) = await filled(shop, customer, 5)
    await neighbours.carts.subtract(other, shop.new_id(), {boots: 5})
    assert [line.quantity for line in (await neighbours.carts.get(customer)).lines] == [5]


@on_every_way("cart")
async def test_a_full_cart_is_told_and_emptied(shop: Shop, neighbours: Neighbours) -> None:
    customer = shop.new_id()
    products = await filled(shop, customer, *[1] * 100)
    assert len((await neighbours.carts.get(customer)).lines) == 100
    await neighbours.carts.subtract(customer, shop.new_id(), dict.fromkeys(products, 1))
    assert (await neighbours.carts.get(customer)).lines == ()
