"""Nobody sets what is not theirs to set, by naming it in a body (OWASP API3:2023; ASVS 5.0, 15.3.3)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.figures import Figure
from tests.security.matrix import twins
from tests.security.matrix.calls import CALLS
from tests.security.matrix.cast import Visitor
from tests.security.matrix.scene import Scene
from tests.security.matrix.state import state
from tests.security.matrix.table import ROWS, Row
from tests.security.shops import Shop, shop

CHOSEN: Mapping[str, object] = {
    "id": "01980000-0000-7000-8000-000000000000",
    "user_id": "01980000-0000-7000-8000-000000000000",
    "customer_id": "01980000-0000-7000-8000-000000000000",
    "owner": "01980000-0000-7000-8000-000000000000",
    "roles": ["customer", "admin"],
    "role": "admin",
    "is_admin": True,
    "status": "delivered",
    "email_verified": True,
    "password_hash": "$2b$04$",
    "sign_ins": 0,
    "version": 1,
    "price": {"amount": 1, "currency": "USD"},
    "unit_price": {"amount": 1, "currency": "USD"},
    "total": {"amount": 1, "currency": "USD"},
    "stock": 1_000_000,
    "available": 1_000_000,
    "created_at": "2020-01-01T00:00:00Z",
    "__proto__": {"admin": True},
    "$set": {"roles": ["admin"]},
    "_id": "1",
}
"""What a caller might like to choose."""
OPEN = tuple(
    row
    for row in ROWS
    if row.operation.method in ("POST", "PUT", "PATCH")
    and str(row.operation) not in ("cart: POST /v1/cart/guest", "order: POST /v1/orders/{id}/cancel")
    and row.rule in ("anyone", "account", "customer", "shopper", "own-order", "own-address")
)
"""Where callers who are no shopkeepers send a body: there is none to a guest's cart, nor to a cancellation."""


@pytest.mark.parametrize("row", OPEN, ids=lambda row: str(row.operation))
async def test_a_field_that_is_not_the_caller_s_to_set_is_refused(row: Row, figure: Figure) -> None:
    async with shop(requests_per_minute=0) as s:
        tried, taken = await _tried(s, row)
    assert not taken
    figure("fields that are nobody's to set: {tried} tried at {routes} routes, all of them 422", tried=tried, routes=1)


async def test_each_route_that_takes_any_field_is_told() -> None:
    async with shop(routers=twins.taking_any_field(), requests_per_minute=0) as s:
        for row in OPEN:
            assert (await _tried(s, row))[1], row.operation


async def _tried(s: Shop, row: Row) -> tuple[int, list[str]]:
    """How many fields were tried, and those that were not refused as fields that there are not."""
    owner = await s.sign_up(f"{s.new_id()}@example.com")
    scene = Scene(shop=s, owner=owner, subject=Visitor(headers=owner.headers, person=owner))
    call = await CALLS[row.operation](scene)
    http, before = s.client(row.operation.service), state(s)
    bodies = list(_with_more(call.body or {}))
    taken = []
    for name, body in bodies:
        answer = await http.send(replace(call, body=body).request(http, row.operation.method, owner.headers))
        refusal = {"field": name, "message": "There is no such field"}
        if answer.status_code != 422 or refusal not in answer.json().get("errors", ()) or state(s) != before:
            taken.append(name)
    return len(bodies), taken


def _with_more(body: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The body with one field more, at its top or in any object of it; and the path of that field."""
    for name, value in CHOSEN.items():
        if name not in body:
            yield name, {**body, name: value}
    for outer, inner in body.items():
        if isinstance(inner, dict):
            for path, more in _with_more(inner):
                yield f"{outer}.{path}", {**body, outer: more}
