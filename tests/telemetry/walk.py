"""A walk through a shop that asks for every operation once, as somebody who may, and by an id that finds it again."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass

from tests.security.matrix.calls import CALLS
from tests.security.matrix.cast import Cast
from tests.security.matrix.scene import Scene
from tests.security.matrix.table import ROWS, Operation, Row
from tests.security.shops import Shop

_WHO = {
    "anyone": ("nobody", "nobody"),
    "shopper": ("guest", "guest"),
    "admin": ("admin", "customer"),
    "user-admin": ("admin", "customer"),
    "for-order": ("order-service", "service"),
    "for-audit": ("audit-service", "service"),
}
"""Who asks for it, by the rule; and what the shop is to call them. All else is for its owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that was answered as it should be."""

    operation: Operation
    status: int
    kind: str
    request_id: str
    trace_id: str


async def walk(shop: Shop, rows: Collection[Row] = ROWS) -> list[Asked]:
    cast = Cast(shop)
    return [await _ask(shop, cast, row) for row in rows]


async def _ask(shop: Shop, cast: Cast, row: Row) -> Asked:
    who, kind = _WHO.get(row.rule, ("owner", "customer"))
    owner = await cast.new_customer()
    visitor = await cast.visitor(who, row.operation.service, owner, row.let_in)
    call = await CALLS[row.operation](Scene(shop=shop, owner=owner, subject=visitor))
    asked = Asked(
        operation=row.operation,
        status=row.status,
        kind=kind,
        request_id=f"walk-{secrets.token_hex(8)}",
        trace_id=secrets.token_hex(16),
    )
    trace = f"00-{asked.trace_id}-{secrets.token_hex(8)}-01"
    headers = {**visitor.headers, "X-Request-Id": asked.request_id, "traceparent": trace}
    http = shop.client(row.operation.service)
    answer = await http.send(call.request(http, row.operation.method, headers))
    assert answer.status_code == row.status, f"{row.operation}: {answer.status_code} {answer.text}"
    return asked
