"""A peer that is gone for a minute: what its callers do to it, to themselves and to those that call them."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.inbound.web.middleware import Edge
from adapters.inbound.web.observed import Observer
from adapters.outbound.http_client.channel import LIMITS, Channel
from adapters.outbound.http_client.order import HttpCatalog, HttpStock
from adapters.telemetry.telemetry import Telemetry
from core.shared.errors import Unavailable
from tests.adapters.http_client.calling import asked, channel_to
from tests.adapters.http_client.peer import Manner, answering, dripping, hanging, peer, resetting
from tests.builders import an_id
from tests.core.order.shop import Hook, Shop
from tests.virtual_time import LoopClock, in_virtual_time

MINUTE, PER_SECOND = 60, 10
BURST = 10
OVERRUN = 0.1
DEAD: dict[str, Manner] = {
    "hangs": hanging,
    "drips a byte a second": dripping(1.0 - OVERRUN),
    "drips too slowly": dripping(1.1),
    "resets": resetting,
    "answers 503": answering(503),
}


def now() -> float:
    return asyncio.get_running_loop().time()


async def outcome(channel: Channel) -> tuple[bool, float]:
    """Whether a call was answered, and how long it took."""
    began = now()
    try:
        await asked(channel)
    except Unavailable:
        return False, now() - began
    return True, now() - began


@pytest.mark.parametrize("manner", DEAD)
@in_virtual_time
async def test_for_a_minute_no_call_goes_over_its_limit_and_a_tenth_is_repeated_and_then_all_is_well(
    manner: str, figure: Callable[[str], None]
) -> None:
    mood = DEAD[manner]

    async def moody(writer: asyncio.StreamWriter) -> None:
        await mood(writer)

    async with peer(moody) as broken, channel_to(broken.url) as channel:
        calls = []
        for _ in range(MINUTE * PER_SECOND):
            calls.append(asyncio.create_task(outcome(channel)))
            await asyncio.sleep(1 / PER_SECOND)
        outcomes = await asyncio.gather(*calls)
        assert not any(answered for answered, _ in outcomes)
        longest = max(took for _, took in outcomes)
        assert longest <= LIMITS.total + OVERRUN
        assert len(broken.received) <= 1.1 * len(calls) + BURST
        mood = answering(200, "well")
        assert (await outcome(channel))[0]
        figure(
            f"A peer that {manner} for a minute: {len(broken.received)} requests for {len(calls)} calls, the longest "
            f"call {longest:.2f} s, the next one after it answered"
        )


def relaying(channel: Channel, work: float) -> ASGIApp:
    """A service that works for some time, then asks its neighbour, and answers 204 or 503."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(work)
        try:
            await asked(channel)
        except Unavailable:
            status = 503
        else:
            status = 204
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body"})

    return Edge(
        app,
        clock=LoopClock(),
        new_id=lambda: an_id(1),
        request_seconds=10,
        headers=(),
        observer=Observer(telemetry=Telemetry.unread()),
    )


async def status_of(app: ASGIApp, deadline_ms: str) -> int:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"x-request-deadline-ms", deadline_ms.encode())]
    await app({"type": "http", "method": "GET", "path": "/", "headers": headers}, receive, send)
    return int(sent[0]["status"])


@in_virtual_time
async def test_a_deadline_is_kept_over_two_hops_less_what_each_has_used() -> None:
    async with peer(hanging) as last, channel_to(last.url) as to_last:
        second = relaying(to_last, work=0.1)

        async def relay(writer: asyncio.StreamWriter) -> None:
            status = await status_of(second, middle.received[-1].headers["x-request-deadline-ms"])
            await answering(status)(writer)

        async with peer(relay) as middle, channel_to(middle.url) as to_middle:
            assert await status_of(relaying(to_middle, work=0.2), "900") == 503
            assert now() == pytest.approx(0.9)
            told = [int(request.headers["x-request-deadline-ms"]) for request in (*middle.received, *last.received)]
            assert told == pytest.approx([700, 600], abs=2)


class ShopOverHttp(Shop):
    """A shop that reads its catalogue, and holds its stock, by a channel, each at a time of its own."""

    def __init__(self, catalog: Channel | None, stock: Channel | None) -> None:
        self._catalog = catalog
        self._stock = stock
        super().__init__()

    def port(self, name: str, port: Any, hook: Hook | None) -> Any:
        if name == "catalog" and self._catalog is not None:
            return HttpCatalog(self._catalog)
        if name == "stock" and self._stock is not None:
            return HttpStock(self._stock)
        return super().port(name, port, hook)


async def at_the_checkout(shop: Shop) -> None:
    await shop.put(await shop.sell(5))


@pytest.mark.parametrize("manner", DEAD)
@in_virtual_time
async def test_a_checkout_is_refused_within_two_seconds_when_the_product_service_is_dead(manner: str) -> None:
    async with peer(DEAD[manner]) as dead, channel_to(dead.url) as channel:
        shop = ShopOverHttp(catalog=channel, stock=channel)
        await at_the_checkout(shop)
        with pytest.raises(Unavailable):
            await shop.calm.place(key="k")
        assert now() <= 2
        assert await shop.every_order() == []


@pytest.mark.parametrize("manner", DEAD)
@in_virtual_time
async def test_a_checkout_is_kept_within_two_seconds_when_the_product_service_dies_in_the_middle(manner: str) -> None:
    async with peer(DEAD[manner]) as dead, channel_to(dead.url) as channel:
        shop = ShopOverHttp(catalog=None, stock=channel)
        await at_the_checkout(shop)
        placement = await shop.calm.place(key="k")
        assert now() <= 2
        assert placement.order.status == "pending"
        assert (await shop.the_order()).id == placement.order.id
