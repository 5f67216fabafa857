"""A small service with one route for every rule of the web edge, and a client that calls it in process."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Query
from httpx import ASGITransport, AsyncClient
from pydantic import Field
from starlette.responses import Response

from adapters.inbound.web.answers import NO_STORE, answer, empty, json
from adapters.inbound.web.app import create_app
from adapters.inbound.web.auth import Admin, Customer, GuestToken, Shopper, service
from adapters.inbound.web.bodies import Body, Count, Id, MoneyIn
from adapters.inbound.web.docs import problems
from adapters.inbound.web.errors import PreconditionRequired
from adapters.inbound.web.lists import After, Limit, PageOut, page
from adapters.inbound.web.requests import ShopRequest
from adapters.inbound.web.routes import router
from adapters.inbound.web.versions import IdempotencyKey, IfMatch, etag, not_modified, required_version
from core.shared.context import REQUEST, Caller
from core.shared.errors import Conflict, Invalid, NotFound, PreconditionFailed, Unauthenticated, Unavailable
from core.shared.ids import is_id
from core.shared.money import Money
from core.shared.paging import DEFAULT_LIMIT, Cursor
from core.shared.ports import TokenVerifier
from tests.fakes import START, FixedClock, SequentialIds

KNOWN = "0198abcd-0000-7000-8000-000000000001"
UNKNOWN = "0198abcd-0000-7000-8000-000000000002"
VERSION = 3


class GadgetNotFound(NotFound):
    """There is no such gadget."""


class GadgetStale(PreconditionFailed):
    """The gadget has changed since."""


class GadgetTaken(Conflict):
    """Another gadget has this name."""


class NameForbidden(Invalid):
    """A gadget cannot have this name."""


class WorkshopClosed(Unavailable):
    """The workshop cannot be asked now."""


class GadgetIn(Body):
    name: str
    price: MoneyIn
    weight: Count = 0
    count: Count = 0
    ratio: float = 0.5
    fragile: bool = False
    tags: list[str] = Field(default_factory=list)


class NoteIn(Body):
    note: str | None = None


@answer
class GadgetOut:
    id: str
    name: str
    price: Money
    tags: tuple[str, ...]
    made_at: datetime

    @classmethod
    def of(cls, id: str, name: str = "lamp", tags: Sequence[str] = ()) -> "GadgetOut":
        return cls(id=id, name=name, price=Money(amount=1999, currency="USD"), tags=tuple(tags), made_at=START)


@answer
class NoteOut:
    note: str | None
    key: str | None


@answer
class CallerOut:
    id: str | None


class NamedTokens(TokenVerifier):
    """Tokens that say who bears them (`admin`, `joe`, `order`), and how often they were looked at."""

    def __init__(self, callers: Mapping[str, Caller]) -> None:
        self._callers = callers
        self.seen: list[str] = []

    async def verify(self, token: str) -> Caller:
        self.seen.append(token)
        if token == "keyless":
            raise Unavailable("The keys cannot be had.", retry_after=7)
        if token not in self._callers:
            raise Unauthenticated("This token is not good.")
        return self._callers[token]


def access_tokens() -> NamedTokens:
    return NamedTokens(
        {
            "joe": Caller(id="joe", kind="customer", roles=frozenset({"customer"})),
            "admin": Caller(id="ann", kind="customer", roles=frozenset({"admin"})),
            "misplaced": Caller(id="order", kind="service", roles=frozenset({"admin"})),
        }
    )


def service_tokens() -> NamedTokens:
    return NamedTokens(
        {
            "order": Caller(id="order", kind="service"),
            "cart": Caller(id="cart", kind="service"),
            "misplaced": Caller(id="order", kind="customer"),
        }
    )


def gadget_router() -> APIRouter:
    routes = router("gadgets")

    @routes.get("/v1/gadgets", response_model=PageOut[GadgetOut])
    async def list_gadgets(after: After, limit: Limit = DEFAULT_LIMIT, q: Annotated[str, Query()] = "") -> Response:
        """Two pages of gadgets."""
        if after is not None:
            after.key_in("name", str, int)
            return page([], None)
        return page([GadgetOut.of(KNOWN, q)], Cursor(order="name", key=("lämp", limit)))

    @routes.post(
        "/v1/gadgets", status_code=201, response_model=GadgetOut, responses=problems(GadgetTaken, NameForbidden)
    )
    async def make_gadget(body: GadgetIn, admin: Admin) -> Response:
        """Make a gadget."""
        if body.name == "taken":
            raise GadgetTaken("There is a gadget of this name.", rival=KNOWN, price=body.price.to_money())
        if body.name == "again":
            error = GadgetTaken("There was a gadget of this name.", code="mine", status=200)
            error.replayed = True
            raise error
        if body.name == "forbidden":
            raise NameForbidden("Not this name.")
        return json(GadgetOut.of(KNOWN, body.name, body.tags), 201, headers={"Location": f"/v1/gadgets/{KNOWN}"})

    @routes.get("/v1/gadgets/{id}", response_model=GadgetOut, responses={304: {"description": "Not modified."}})
    async def get_gadget(id: Id, request: ShopRequest) -> Response:
        """One gadget."""
        check_known(id)
        tag = etag(VERSION, 17)
        return not_modified(request, tag) or json(GadgetOut.of(id), headers={"ETag": tag})

    @routes.put(
        "/v1/gadgets/{id}",
        response_model=GadgetOut,
        responses=problems(GadgetNotFound, GadgetStale, PreconditionRequired),
    )
    async def replace_gadget(id: Id, body: GadgetIn, admin: Admin, if_match: IfMatch = None) -> Response:
        """Replace a gadget."""
        check(id, required_version(if_match))
        if body.name == "forbidden":
            raise NameForbidden("Not this name.")
        return json(GadgetOut.of(id, body.name), headers={"ETag": etag(VERSION + 1)})

    @routes.patch("/v1/gadgets/{id}", response_model=NoteOut, responses=problems(GadgetNotFound))
    async def note_gadget(id: Id, body: NoteIn, admin: Admin) -> Response:
        """Note something on a gadget."""
        check_known(id)
        return json(NoteOut(note=body.note, key=None))

    @routes.delete("/v1/gadgets/{id}", status_code=204, responses=problems(GadgetNotFound))
    async def drop_gadget(id: Id, admin: Admin) -> Response:
        """Throw a gadget away."""
        check_known(id)
        return empty()

    return routes


def caller_router() -> APIRouter:
    routes = router("callers")

    @routes.post("/v1/notes", response_model=NoteOut)
    async def make_note(joe: Customer, body: NoteIn | None = None, idempotency_key: IdempotencyKey = None) -> Response:
        """A note, which may be left out."""
        return json(NoteOut(note=body.note if body else None, key=idempotency_key))

    @routes.get("/v1/me", response_model=CallerOut)
    async def who_am_i(caller: Customer) -> Response:
        """Who asks."""
        return json(CallerOut(id=caller.id), headers=NO_STORE)

    @routes.get("/v1/shopper", response_model=CallerOut)
    async def which_shopper(shopper: Shopper) -> Response:
        """Who shops."""
        return json(CallerOut(id=f"guest {shopper.value}" if isinstance(shopper, GuestToken) else shopper.id))

    @routes.get("/internal/v1/peer", response_model=CallerOut)
    async def which_peer(peer: Annotated[Caller, service("order")]) -> Response:
        """Which service asks."""
        return json(CallerOut(id=peer.id))

    return routes


def hidden_router() -> APIRouter:
    routes = router("hidden")

    @routes.post("/v1/stream", response_model=Count, include_in_schema=False)
    async def count_bytes(request: ShopRequest) -> Response:
        request.body_limit *= 4
        return json(sum([len(piece) async for piece in request.stream()]))

    @routes.get("/v1/context", include_in_schema=False)
    async def show_context() -> Response:
        return json(REQUEST.get())

    @routes.get("/v1/closed", include_in_schema=False)
    async def closed() -> Response:
        raise WorkshopClosed("The workshop does not answer.", retry_after=9)

    @routes.get("/v1/broken", include_in_schema=False)
    async def broken() -> Response:
        raise RuntimeError("secret inner workings")

    return routes


def check_known(id: str) -> None:
    if not is_id(id) or id != KNOWN:
        raise GadgetNotFound("There is no such gadget.")


def check(id: str, version: int) -> None:
    check_known(id)
    if version != VERSION:
        raise GadgetStale("The gadget has changed.")


def sample_app(
    *,
    clock: FixedClock | None = None,
    verifier: TokenVerifier | None = None,
    resources: Sequence[AbstractAsyncContextManager[object]] = (),
    docs: bool = True,
    **edge: Any,
) -> FastAPI:
    """`edge` are more of `create_app`'s options."""
    clock = clock or FixedClock()
    return create_app(
        "sample",
        [gadget_router(), caller_router(), hidden_router()],
        version="1.2.3",
        verifier=verifier or access_tokens(),
        service_verifier=service_tokens(),
        clock=clock,
        new_id=SequentialIds(clock),
        resources=resources,
        body_limit=1000,
        request_seconds=10,
        docs=docs,
        **edge,
    )


@asynccontextmanager
async def started(app: FastAPI) -> AsyncIterator[AsyncClient]:
    """A client of the app, between its start and its end."""
    async with (
        app.router.lifespan_context(app),
        AsyncClient(transport=ASGITransport(app), base_url="http://test") as client,
    ):
        yield client


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Headers as they travel, so that they may hold what no honest client sends."""
    return [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]


def gadget(**changes: Any) -> dict[str, Any]:
    return {"name": "lamp", "price": {"amount": 1999, "currency": "USD"}, **changes}
