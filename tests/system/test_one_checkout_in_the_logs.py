"""A checkout is found in the logs of all four services by one request id and one trace."""

import json
from typing import Any

import pytest

from tests.system.services import ADMIN, SERVICES, add_product, services

TRACE = "0af7651916cd43dd8448eb211c80319c"
HEADERS = {"X-Request-Id": "one-checkout", "traceparent": f"00-{TRACE}-b7ad6b7169203331-00"}
ADDRESS = {"name": "Ada", "line1": "1 Road", "city": "Bristol", "postal_code": "BS1", "country": "GB"}


async def test_a_checkout_is_one_request_and_one_trace_in_every_service(capfd: pytest.CaptureFixture[str]) -> None:
    async with services("memory", environ={"LOG_LEVEL": "INFO", "LOG_FORMAT": "json", "NOTIFIER": "memory"}) as running:
        admin = await running.customer(ADMIN)
        product = await add_product(admin, "SKU-1", stock=5)
        ada = await running.customer("ada@example.com")
        await ada.puts_in(product)
        address = await ada.user.post("/v1/users/me/addresses", json=ADDRESS)
        order = await ada.order.post("/v1/orders", json={"address_id": address.json()["id"]}, headers=HEADERS)
        assert (order.status_code, order.json()["status"]) == (201, "confirmed")
    lines: list[dict[str, Any]] = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    mine = [line for line in lines if line.get("http.request.id") == "one-checkout"]
    assert {line["service.name"] for line in mine} == set(SERVICES)
    assert {line["trace.id"] for line in mine} == {TRACE}
    assert mine == [line for line in lines if line.get("trace.id") == TRACE]
    messages = {line["message"] for line in mine}
    assert messages >= {
        "POST /v1/orders 201",
        "GET /internal/v1/carts/{customer_id} 200",
        "GET /internal/v1/users/{id}/addresses/{address_id} 200",
        "PUT /internal/v1/holds/{order_id} 204",
    }
