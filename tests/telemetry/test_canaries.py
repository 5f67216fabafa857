"""Nobody learns from lines, metrics or traces what was sent: a visit by somebody whose every secret is a canary."""

from typing import Any

import httpx

from tests.figures import Figure
from tests.security.canaries.search import Canaries
from tests.security.canaries.visit import Visit
from tests.security.shops import SERVICES
from tests.telemetry.observed import observed_shop

SEARCHED = "{canaries} secrets searched for in {characters} characters of lines, metrics and spans: {hits} found."


async def test_no_password_token_or_address_is_in_what_a_shop_tells_of_itself(figure: Figure) -> None:
    canaries = Canaries()
    async with observed_shop("memory", LOG_LEVEL="DEBUG") as shop:
        name = canaries.random("the address of a customer")
        tokens: Any = shop.service_token
        clients: dict[str, httpx.AsyncClient] = {service: shop.client(service) for service in SERVICES}
        visit = Visit(clients, canaries, mailed=shop.mailed_token, service_token=tokens)
        await visit.everything(name)
        await visit.buying(name, (await shop.product("SKU-1"))["id"])
        looked_for = canaries.random("what somebody looks for")
        await clients["product"].get("/v1/products", params={"q": looked_for})
        await shop.look()
    assert shop.told is not None
    assert "POST /v1/auth/login" in shop.told.text
    assert canaries.found_in(shop.told.text) == set()
    assert canaries.found_in(f"{shop.told.text} {looked_for}") == {"what somebody looks for"}
    figure(SEARCHED, canaries=len(canaries.names), characters=canaries.searched, hits=0)
