"""Who may do what: every operation of the four services, asked by every caller, and held against the table.

OWASP API Security Top 10 (2023): API1 (object level), API2 (authentication), API5 (function level); ASVS 5.0, 8.2.
"""

from dataclasses import replace

import pytest
from fastapi import APIRouter

from adapters.bootstrap.apps import new_app
from adapters.bootstrap.settings import Service, Settings, checked
from tests.figures import Figure
from tests.security.matrix import twins
from tests.security.matrix.check import check_cells, check_documents, check_rows, operations_of
from tests.security.matrix.table import ROWS, Row
from tests.security.shops import SERVICES, shop

GUARDED = tuple(row for row in ROWS if row.rule != "anyone")


@pytest.mark.parametrize("service", SERVICES)
async def test_everybody_may_do_what_the_table_says_and_nothing_else(service: Service, figure: Figure) -> None:
    rows = [row for row in ROWS if row.operation.service == service]
    async with shop() as s:
        report = await check_cells(s, rows)
    assert not report.faults, "\n".join(report.faults)
    figure(
        "who may do what: {operations} operations x callers = {cells} cells, all as the table says",
        operations=len(rows),
        cells=report.cells,
    )


async def test_every_operation_has_a_row_and_every_row_an_operation() -> None:
    async with shop() as s:
        assert list(check_rows(s)) == []


async def test_the_documents_ask_for_a_token_where_the_services_do() -> None:
    async with shop() as s:
        assert list(check_documents(s)) == []


@pytest.mark.parametrize("service", SERVICES)
async def test_what_runs_as_a_process_has_the_same_operations_behind_the_same_verifiers(service: Service) -> None:
    app = new_app(checked(Settings, {"service": service}))
    async with shop() as s:
        assert set(operations_of(app, service)) == set(operations_of(s.apps[service], service))
        for verifier in ("verifier", "service_verifier"):
            assert type(getattr(app.state, verifier)) is type(getattr(s.apps[service].state, verifier))


async def test_a_route_that_is_not_in_the_table_is_told() -> None:
    def with_a_back_door(use_cases: object) -> APIRouter:
        routes = twins.REAL["cart"](use_cases)
        routes.add_api_route("/v1/cart/debug", lambda: None, methods=["GET"], include_in_schema=False)
        return routes

    async with shop(routers={"cart": with_a_back_door}) as s:
        assert list(check_rows(s)) == ["cart: GET /v1/cart/debug is not in the table"]


async def test_a_row_whose_route_is_gone_is_told() -> None:
    def without_a_way_out(use_cases: object) -> APIRouter:
        routes = twins.REAL["cart"](use_cases)
        routes.routes[:] = [route for route in routes.routes if getattr(route, "name", "") != "empty_cart"]
        return routes

    async with shop(routers={"cart": without_a_way_out}) as s:
        assert list(check_rows(s)) == ["cart: DELETE /v1/cart is in the table, and nowhere else"]


async def test_each_guard_that_was_forgotten_is_told() -> None:
    async with shop(routers=twins.with_guards(twins.forgotten)) as s:
        report = await check_cells(s, GUARDED, ["nobody"])
        documents = list(check_documents(s))
    assert _told(report.faults) == _names(GUARDED)
    shown = [row for row in GUARDED if not row.operation.path.startswith("/internal/")]
    assert _told(documents) == _names(shown)


@pytest.mark.parametrize("caller", ["owner", "other"])
async def test_each_route_of_an_admin_s_that_takes_any_customer_is_told(caller: str) -> None:
    rows = [row for row in ROWS if row.rule in ("admin", "user-admin")]
    async with shop(routers=twins.with_guards(twins.customer_instead_of_admin)) as s:
        assert _told((await check_cells(s, rows, [caller])).faults) == _names(rows)


async def test_each_internal_route_that_takes_any_service_is_told() -> None:
    rows = [row for row in ROWS if row.rule in ("for-order", "for-audit")]
    async with shop(routers=twins.with_guards(twins.any_service)) as s:
        assert _told((await check_cells(s, rows, ["product-service"])).faults) == _names(rows)


async def test_each_route_that_refuses_when_all_is_done_is_told() -> None:
    rows = [row for row in ROWS if row.rule == "admin"]
    async with shop(routers=twins.guarded_too_late()) as s:
        report = await check_cells(s, rows, ["nobody"])
    assert _told(report.faults) == _names(rows)
    assert all(fault.endswith("it was refused, and yet something changed") for fault in report.faults)


async def test_an_operation_that_does_nothing_is_told() -> None:
    async def nothing(**_: object) -> None: ...

    rows = [row for row in ROWS if str(row.operation) == "cart: DELETE /v1/cart"]
    async with shop(
        routers={"cart": lambda use_cases: twins.REAL["cart"](replace(use_cases, empty_cart=nothing))}
    ) as s:
        report = await check_cells(s, rows, ["owner"])
    assert [fault.rpartition(": ")[2] for fault in report.faults] == ["nothing was done"]


async def test_an_order_that_is_looked_up_without_its_owner_is_told() -> None:
    rows = [row for row in ROWS if row.rule == "own-order"]
    async with shop(routers={"order": twins.orders_of_anybody}) as s:
        assert _told((await check_cells(s, rows, ["other"])).faults) == _names(rows)


async def test_an_address_that_is_looked_up_without_its_owner_is_told() -> None:
    rows = [row for row in ROWS if row.rule == "own-address" and row.operation.method == "GET"]
    async with shop(routers={"user": twins.addresses_of_anybody}) as s:
        assert _told((await check_cells(s, rows, ["other"])).faults) == _names(rows)


def _told(faults: list[str] | tuple[str, ...]) -> set[str]:
    """The operations that the sentences are about."""
    return {" ".join(fault.split()[:3]).removesuffix(":") for fault in faults}


def _names(rows: tuple[Row, ...] | list[Row]) -> set[str]:
    return {str(row.operation) for row in rows}
