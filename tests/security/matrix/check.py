"""Holds a running shop against the table: each caller at each operation, and the OpenAPI documents."""

from collections.abc import AsyncIterator, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from httpx import Response
from starlette.routing import Mount, Route

from adapters.bootstrap.settings import Service
from adapters.inbound.web.errors import PROBLEM_JSON
from tests.security.matrix.calls import CALLS
from tests.security.matrix.cast import Cast, Visitor
from tests.security.matrix.scene import Call, Scene
from tests.security.matrix.state import state
from tests.security.matrix.table import CALLERS, ROWS, SCHEMES, Operation, Row
from tests.security.shops import SERVICES, Person, Shop, address_of

SAFE = {"GET"}
"""Methods that change nothing (RFC 9110, section 9.2.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How many cells were looked at, and a sentence for each thing that is not as the table says."""

    cells: int
    faults: tuple[str, ...]


async def check_cells(shop: Shop, rows: Collection[Row], callers: Collection[str] = CALLERS) -> Report:
    """These callers at the operations of these rows.

    Who is let in finds something to do, and it is done: the answer tells of it, and the stores show it. Who is refused
    is told why as a problem, and no store has changed.
    """
    stage = Stage(shop)
    faults = [fault for row in rows async for fault in stage.faults_of(row, callers)]
    return Report(cells=len(rows) * len(callers), faults=tuple(faults))


def check_rows(shop: Shop) -> Iterator[str]:
    """A sentence for each operation that is in a service and not in the table, or the other way round."""
    served = {each for service in SERVICES for each in operations_of(shop.apps[service], service)}
    listed = {row.operation for row in ROWS}
    yield from (f"{operation} is not in the table" for operation in served - listed)
    yield from (f"{operation} is in the table, and nowhere else" for operation in listed - served)
    yield from (f"{operation} is in the table, and nobody says how to call it" for operation in listed - CALLS.keys())


def check_documents(shop: Shop) -> Iterator[str]:
    """A sentence for each operation whose `security` in the OpenAPI document is not what the table says."""
    for row in ROWS:
        path, method = row.operation.path, row.operation.method.lower()
        document: dict[str, Any] = shop.apps[row.operation.service].openapi()
        operation = document["paths"].get(path, {}).get(method)
        if not path.startswith(("/v1/", "/.well-known/")):
            if operation is not None:
                yield f"{row.operation} is shown to everybody"
        elif operation is None:
            yield f"{row.operation} is not in the document"
        else:
            named = {scheme for choice in operation.get("security", ()) for scheme in choice}
            if named != SCHEMES[row.rule]:
                yield f"{row.operation} needs {sorted(SCHEMES[row.rule])}, and the document says {sorted(named)}"
            if named - document.get("components", {}).get("securitySchemes", {}).keys():
                yield f"{row.operation} names a scheme that the document does not explain"


def operations_of(app: FastAPI, service: Service) -> Iterator[Operation]:
    """All that can be asked of a service, whether or not its document tells of it."""
    for method, path in _routes(app):
        yield Operation(service=service, method=method, path=path)


def _routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    for route in app.routes:
        match route:
            case Route():
                methods = set(route.methods or ("ANY",))
                also = {"HEAD"} if "GET" in methods else set()
                yield from ((method, route.path_format) for method in methods - also)
            case Mount():
                yield "GET", f"{route.path}/*"
            case _:
                yield type(route).__name__, str(getattr(route, "path", "?"))


class Stage:
    """Where callers come one by one."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._cast = Cast(shop)

    async def faults_of(self, row: Row, callers: Collection[str]) -> AsyncIterator[str]:
        """Those who are refused all come to one scene, which stays as it is; each other finds a new one."""
        owner = await self._cast.new_customer()
        refused = await self._call(row, owner, Visitor(headers=owner.headers, person=owner))
        for caller in callers:
            if row.allows(caller):
                owner = await self._cast.new_customer()
                visitor = await self._cast.visitor(caller, row.operation.service, owner, row.let_in)
                fault = await self._fault_in_what_is_done(row, visitor, await self._call(row, owner, visitor))
            else:
                visitor = await self._cast.visitor(caller, row.operation.service, owner, row.let_in)
                fault = await self._fault_in_a_refusal(row, visitor, refused, row.expected(caller))
            if fault:
                yield f"{row.operation} as {caller}: {fault}"

    async def _call(self, row: Row, owner: Person, subject: Visitor) -> Call:
        scene = Scene(shop=self._shop, owner=owner, subject=subject)
        return await CALLS[row.operation](scene)

    async def _fault_in_what_is_done(self, row: Row, visitor: Visitor, call: Call) -> str:
        answer, changed = await self._answer(row.operation, visitor, call)
        if answer.status_code != row.status:
            return f"{answer.status_code} instead of {row.status}: {answer.text[:200]}"
        if call.names not in answer.text:
            return f"the answer does not tell of {call.names}: {answer.text[:200]}"
        if changed == (row.operation.method in SAFE):
            return "something changed by looking" if changed else "nothing was done"
        return ""

    async def _fault_in_a_refusal(self, row: Row, visitor: Visitor, call: Call, status: int) -> str:
        answer, changed = await self._answer(row.operation, visitor, call)
        if answer.status_code != status:
            return f"{answer.status_code} instead of {status}: {answer.text[:200]}"
        return "it was refused, and yet something changed" if changed else fault_of_problem(answer)

    async def _answer(self, operation: Operation, visitor: Visitor, call: Call) -> tuple[Response, bool]:
        """The answer, and whether anything that is kept is another than before."""
        before = state(self._shop)
        http = self._shop.client(operation.service, address=address_of(self._shop.new_id()))
        answer = await http.send(call.request(http, operation.method, visitor.headers))
        return answer, state(self._shop) != before


def fault_of_problem(answer: Response) -> str:
    """What is wrong with a refusal as such (RFC 9457; RFC 6750, section 3), if anything."""
    if answer.headers["content-type"] != PROBLEM_JSON or answer.json()["status"] != answer.status_code:
        return "the refusal is no problem document"
    if (answer.status_code == 401) != (answer.headers.get("www-authenticate") == "Bearer"):
        return "a 401, and it alone, says WWW-Authenticate: Bearer"
    return ""
