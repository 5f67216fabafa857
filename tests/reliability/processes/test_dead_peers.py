"""The product service stands still or is gone, in real processes: the rest of the shop stays open."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from tests.system.services import ADMIN, PATIENCE, SERVICES, Customer, Process, add_product, services

AT_ONCE = 30


async def stand_still(process: Process) -> None:
    process.stop()


async def turn_again(process: Process) -> None:
    process.go_on()


WAYS: dict[str, tuple[Callable[[Process], Awaitable[None]], Callable[[Process], Awaitable[None]]]] = {
    "stopped": (stand_still, turn_again),
    "killed": (Process.kill, Process.start),
}


async def test_without_the_product_service_checkouts_are_told_so_and_all_else_is_answered(
    figure: Callable[[str], None],
) -> None:
    async with services("mongo", environ={"LOG_LEVEL": "ERROR"}) as shop, asyncio.timeout(PATIENCE):
        product = await add_product(await shop.customer(ADMIN), "AWAY", stock=5)
        buyer, stranger = await shop.customer("buyer@example.com"), await shop.customer("stranger@example.com")
        for left, (way, (away, back)) in zip((4, 3), WAYS.items(), strict=True):
            await buyer.puts_in(product)
            await away(shop.processes["product"])
            figure(f"Product service {way}: {await unrelated_routes_are_answered(buyer, stranger, way)}")
            await back(shop.processes["product"])
            assert await ordered(buyer) == 201
            assert (await stranger.product.get(f"/v1/products/{product}")).json()["available"] == left


async def unrelated_routes_are_answered(buyer: Customer, stranger: Customer, way: str) -> str:
    """While many checkouts are at once; how long all that took."""
    began = time.monotonic()
    checkouts = [asyncio.create_task(buyer.order.post("/v1/orders")) for _ in range(AT_ONCE)]
    unrelated = [
        await stranger.order.get("/v1/orders"),
        await stranger.cart.get("/v1/cart"),
        await stranger.user.get("/v1/users/me"),
        *[await getattr(stranger, name).get("/livez") for name in SERVICES if name != "product"],
        *[await getattr(stranger, name).get("/readyz") for name in SERVICES if name != "product"],
    ]
    answered_after = time.monotonic() - began
    assert [answer.status_code for answer in unrelated] == [200] * len(unrelated)
    if way == "stopped":
        assert not any(checkout.done() for checkout in checkouts), "They wait for it; nothing else did."
    refusals = await asyncio.gather(*checkouts)
    refused_after = time.monotonic() - began
    assert {answer.status_code for answer in refusals} == {503}
    assert all(int(answer.headers["Retry-After"]) >= 1 for answer in refusals)
    assert (await stranger.order.get("/v1/orders")).status_code == 200
    return (
        f"{len(unrelated)} unrelated requests answered after {answered_after:.2f} s in all, {AT_ONCE} checkouts at "
        f"once refused with 503 after {refused_after:.2f} s"
    )


async def ordered(buyer: Customer) -> int:
    """The status that a customer gets who comes back as they are told."""
    while True:
        status = (await buyer.order.post("/v1/orders")).status_code
        if status != 503:
            return status
        await asyncio.sleep(0.1)
