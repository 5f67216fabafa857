"""What a shop fails to tell is told of it: the twins of the contract's checks."""

from collections import Counter

from adapters.bootstrap.settings import Service
from tests.security.matrix.table import ROWS
from tests.telemetry.contract import of_calls, of_names, of_requests, of_rounds, of_use_cases
from tests.telemetry.observed import observed_shop
from tests.telemetry.page import PAGE, read_page
from tests.telemetry.walk import walk


async def test_a_service_that_tells_less_or_otherwise_is_told_by_each_of_its_operations() -> None:
    page = read_page(PAGE.read_text("utf-8"))
    async with observed_shop("memory", module="tests.telemetry.twins", LOG_LEVEL="DEBUG") as shop:
        asked = await walk(shop)
        await shop.look()
    told = shop.told
    assert told is not None
    requests = [fault.split(": ", 1) for fault in of_requests(told, asked, page)]
    faults = Counter((service, fault.rpartition(": ")[2]) for service, fault in requests)
    assert faults["product", "0 lines instead of one"] == operations("product")
    assert {fault for service, fault in faults if service == "product"} == {"0 lines instead of one"}
    with_values = [row for row in ROWS if row.operation.service == "user" and "{" in row.operation.path]
    assert faults["user", "no sample"] >= len(with_values)
    assert faults["cart", "no span of a use case"] == operations("cart", doing=True)
    assert {fault for service, fault in faults if service == "cart"} == {"no span of a use case"}
    assert "cart: add_item is not counted" in set(of_use_cases(told))
    assert "order: no round of resume_orders is counted" in set(of_rounds(told))
    names = set(of_names(told, page))
    assert "order: portico_worker_turns_total is not on the page" in names
    assert any(name.startswith("user: route of http_server_request_duration_seconds is '/v1/users/") for name in names)
    assert list(of_calls(told)) == ["order: no call to user is counted"] or list(of_calls(told)) == []


async def test_a_page_that_lacks_a_row_or_has_one_too_many_is_told() -> None:
    text = PAGE.read_text("utf-8")
    async with observed_shop("memory") as shop:
        asked = await walk(shop, [row for row in ROWS if str(row.operation) == "product: GET /v1/products"])
        await shop.look()
    told = shop.told
    assert told is not None
    for lost, fault in {
        "| `user.kind` | the access line": "has ['user.kind'] besides",
        "| `portico_build` | info": "portico_build_info is not on the page",
        "| `method` | `http_server": "the page does not say what method of",
        "| server | a request": "the server span GET /v1/products has",
        ", `TRACE`": "",
    }.items():
        page = read_page("\n".join(line for line in text.splitlines() if not line.startswith(lost)))
        faults = [*of_requests(told, asked, page), *of_names(told, page)]
        assert any(fault in each for each in faults) == bool(fault), lost
    longer = text.replace("| `user.kind` | the access line", "| `user.mood`, `user.kind` | the access line")
    assert any("lacks ['user.mood']" in fault for fault in of_requests(told, asked, read_page(longer)))


def operations(service: Service, *, doing: bool = False) -> int:
    rows = [row.operation for row in ROWS if row.operation.service == service]
    return sum(not doing or each.path.startswith(("/v1/", "/internal/")) for each in rows)
