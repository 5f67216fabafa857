"""Shows every token of a corpus at every door of a kind, and tells of each that was not refused as it should be."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass

from httpx import Headers

from tests.security.matrix.calls import CALLS
from tests.security.matrix.cast import Visitor
from tests.security.matrix.check import fault_of_problem
from tests.security.matrix.scene import Call, Scene
from tests.security.matrix.state import state
from tests.security.matrix.table import ROWS, Row
from tests.security.shops import Shop
from tests.security.tokens.corpus import Corpus

INTERNAL = ("for-order", "for-audit")
CUSTOMERS_DOORS = tuple(row for row in ROWS if row.rule not in ("anyone", *INTERNAL))
SERVICES_DOORS = tuple(row for row in ROWS if row.rule in INTERNAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How often a token was shown, and a sentence for each time that it was not refused as it should be."""

    shown: int
    faults: tuple[str, ...]


async def check_tokens(shop: Shop, doors: Collection[Row], corpus: Corpus) -> Verdict:
    """Each is a 401 with a problem document (RFC 9457) and a challenge (RFC 6750, section 3), and changes nothing."""
    faults: list[str] = []
    for row in doors:
        owner = await shop.sign_up(f"{shop.new_id()}@example.com")
        visitor = Visitor(headers=owner.headers, person=owner)
        call = await CALLS[row.operation](Scene(shop=shop, owner=owner, subject=visitor))
        before = state(shop)
        faults += [fault async for fault in _faults(shop, row, call, corpus)]
        if state(shop) != before:
            faults.append(f"{row.operation}: something changed")
    return Verdict(shown=len(doors) * len(corpus), faults=tuple(faults))


async def _faults(shop: Shop, row: Row, call: Call, corpus: Corpus) -> AsyncIterator[str]:
    http = shop.client(row.operation.service)
    for what, presented in corpus.items():
        request = call.request(http, row.operation.method, {})
        request.headers = Headers([*request.headers.raw, *presented.headers])
        request.url = request.url.copy_with(query=presented.query.encode() or None)
        answer = await http.send(request)
        if answer.status_code != 401:
            yield f"{row.operation}: {what}: {answer.status_code} {answer.text[:100]}"
        elif fault := fault_of_problem(answer):
            yield f"{row.operation}: {what}: {fault}"
