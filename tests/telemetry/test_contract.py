"""Telemetry is a contract: whatever is asked of the shop is counted, written down and traced, as the page promises."""

import pytest

from tests.figures import Figure
from tests.security.matrix.cast import Visitor
from tests.security.matrix.scene import Scene
from tests.telemetry.contract import of_calls, of_commands, of_names, of_requests, of_rounds, of_use_cases
from tests.telemetry.observed import ObservedShop, observed_shop
from tests.telemetry.page import PAGE, read_page
from tests.telemetry.walk import walk

BY_COMMAND = {"grant_admin"}
"""Use cases that no process calls: the command `shop` does."""
BY_QUEUE = {"note_order_confirmed"}
"""Those that events from a queue call, where there is one: see `tests/aws_lambda`."""
TOLD = "telemetry as the page says: {requests} requests, {lines} lines, {spans} spans, {series} series"


@pytest.mark.parametrize("store", ["memory", "mongo"])
async def test_all_that_a_shop_does_is_told_as_the_page_says(store: str, figure: Figure) -> None:
    page = read_page(PAGE.read_text("utf-8"))
    async with observed_shop(store, LOG_LEVEL="DEBUG") as shop:
        asked = await walk(shop)
        await do_what_is_left(shop)
        await shop.look()
    told = shop.told
    assert told is not None
    faults = [
        *of_requests(told, asked, page),
        *of_use_cases(told, BY_COMMAND | BY_QUEUE),
        *of_rounds(told),
        *of_calls(told),
        *(of_commands(told) if store == "mongo" else ()),
        *of_names(told, page),
    ]
    assert faults == []
    figure(
        TOLD,
        requests=len(asked),
        lines=sum(len(lines) for lines in told.lines.values()),
        spans=len(told.spans),
        series=sum(len(series) for looks in told.looks.values() for samples in looks for series in samples.values()),
    )


async def do_what_is_left(shop: ObservedShop) -> None:
    """A call between services that no operation of the walk makes, and the use case that none of them comes to."""
    owner = await shop.customer("bookkeeper")
    scene = Scene(shop=shop, owner=owner, subject=Visitor(headers=owner.headers, person=owner))
    address_id = await scene.address()
    await scene.filled_cart(owner.headers)
    placed = await shop.client("order").post("/v1/orders", json={"address_id": address_id}, headers=owner.headers)
    assert placed.status_code == 201, placed.text
    left = await shop.client("user").post("/v1/auth/logout-all", json={"refresh_token": owner.refresh_token})
    assert left.status_code == 204, left.text
