"""A process stands still in the middle of a checkout until a worker elsewhere has cancelled it, and then goes on."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from adapters.bootstrap.actions import audit
from tests.database import secantus
from tests.reliability.processes.books import settled
from tests.reliability.processes.proxy import Faults, Proxy
from tests.reliability.processes.wire import Wire
from tests.system.services import (
    ADMIN,
    PATIENCE,
    Customer,
    Process,
    Services,
    add_product,
    free_ports,
    services,
)

MOMENTS = ("before its units are held", "when its units are held", "before its confirmation is kept")
UNITS, QUANTITY = 10, 2
KEY = {"Idempotency-Key": "the key"}


class Gate:
    """Somebody comes to it and waits until it is opened."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.open = asyncio.Event()

    async def __call__(self) -> None:
        self.reached.set()
        await self.open.wait()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A shop whose order process, which is `slow`, meets the gate; another, at `other`, works over the same orders."""

    shop: Services
    faults: Faults
    wire: Wire
    other: str

    @property
    def slow(self) -> Process:
        return self.shop.processes["order"]

    def meets(self, gate: Gate, moment: str, product: str) -> None:
        match moment:
            case "before its units are held":
                self.faults.before_hold[product] = gate
            case "when its units are held":
                self.faults.after_hold[product] = gate
            case "before its confirmation is kept":
                self.wire.before(b"CONFIRMED", gate)


@asynccontextmanager
async def stage(folder: Path) -> AsyncIterator[Stage]:
    (port,) = free_ports(1)
    faults, wire = Faults(), Wire(lambda: port)
    proxy = Proxy("product", faults)
    async with AsyncExitStack() as stack:
        database = stack.enter_context(secantus(port, folder))
        wired = await stack.enter_async_context(wire.listening())
        environ = {
            "MONGO_URL": database,
            "ORDER_STORE": f"mongo:{database.replace(str(port), str(wired))}",
            "PRODUCT_URL": await stack.enter_async_context(proxy.listening()),
            "CHECKOUT_SECONDS": "4",
            "WORKER_SECONDS": "0.2",
            "LOG_LEVEL": "ERROR",
        }
        shop = await stack.enter_async_context(services("mongo", environ=environ))
        proxy.target = shop.urls["product"]
        straight = {"ORDER_STORE": f"mongo:{database}", "PRODUCT_URL": shop.urls["product"]}
        other = await stack.enter_async_context(shop.another("order", **straight))
        yield Stage(shop=shop, faults=faults, wire=wire, other=other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """A customer whose checkout has come to a moment, and waits there for the gate to open."""

    buyer: Customer
    product: str
    gate: Gate

    @classmethod
    async def ready(cls, moment: str, it: Stage, admin: Customer) -> "Stopped":
        number, gate = MOMENTS.index(moment), Gate()
        buyer = await it.shop.customer(f"buyer-{number}@example.com")
        product = await add_product(admin, f"STOPPED-{number}", stock=UNITS)
        await buyer.puts_in(product, QUANTITY)
        it.meets(gate, moment, product)
        return cls(buyer=buyer, product=product, gate=gate)

    async def is_told_the_truth_by(self, answer: httpx.Response) -> None:
        if answer.status_code == 202:  # nobody could be asked any more: the customer looks at the order
            seen = (await self.buyer.order.get(answer.headers["Location"])).json()
            assert (seen["status"], seen["cancel_reason"]) == ("cancelled", "timed_out")
            answer = await self.buyer.order.post("/v1/orders", headers=KEY)
        assert (answer.status_code, answer.json().get("code")) == (409, "order_cancelled"), answer.text
        assert answer.json()["reason"] == "timed_out"
        assert (await self.buyer.order.get("/v1/orders")).json()["items"] == []

    async def has_lost_nothing(self) -> None:
        """The units are back and the cart is as it was: so it can be ordered."""
        assert (await self.buyer.product.get(f"/v1/products/{self.product}")).json()["available"] == UNITS
        again = await self.buyer.order.post("/v1/orders", headers={"Idempotency-Key": "another"})
        assert again.status_code == 201, again.text
        assert (await self.buyer.product.get(f"/v1/products/{self.product}")).json()["available"] == UNITS - QUANTITY


async def test_handlers_stopped_past_their_deadline_do_not_confirm_what_a_worker_cancelled(
    tmp_path: Path, figure: Callable[[str], None]
) -> None:
    async with stage(tmp_path) as it, asyncio.timeout(PATIENCE):
        admin = await it.shop.customer(ADMIN)
        stopped = [await Stopped.ready(moment, it, admin) for moment in MOMENTS]
        asked = [asyncio.create_task(each.buyer.order.post("/v1/orders", headers=KEY)) for each in stopped]
        for each in stopped:
            await each.gate.reached.wait()
        it.slow.stop()
        try:
            orders, _ = await settled(it.shop, order_url=it.other)
            assert [order.state for order in orders.values()] == ["CANCELLED"] * len(MOMENTS)
        finally:
            for each in stopped:
                each.gate.open.set()
            it.slow.go_on()
        for each, answer in zip(stopped, asked, strict=True):
            await each.is_told_the_truth_by(await answer)
            await each.has_lost_nothing()
        assert (await audit(it.shop.environment)).differences == ()
    figure(
        f"An order process stopped {', '.join(MOMENTS)}, until a worker cancelled past the deadline: none of "
        f"{len(MOMENTS)} orders confirmed, every customer told so"
    )
