"""Routes as they are easily written, each with one door open; the attack has to tell every one of them."""

import json
import logging
import re
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from adapters.inbound.web.docs import problems
from adapters.inbound.web.errors import BodyTooLarge, MalformedJson, UnsupportedMediaType, ValidationFailed
from adapters.inbound.web.product import product_router
from core.product.model import Changes
from core.product.use_cases import ProductUseCases
from core.shared.errors import Unavailable
from tests.security.shops import Routers

PATH = "/v1/naive"
NAME = "Leather boots"

_log = logging.getLogger(__name__)
_REFUSALS: Any = problems(MalformedJson, BodyTooLarge, UnsupportedMediaType, ValidationFailed, Unavailable)
_OPERATORS: Mapping[str, Callable[[str, Any], bool]] = {
    "$gt": lambda value, operand: value > str(operand),
    "$ne": lambda value, operand: value != operand,
    "$in": lambda value, operand: value in operand,
    "$regex": lambda value, operand: bool(re.search(str(operand), value)),
}

Twin = Callable[[APIRouter, ProductUseCases], None]


def with_twin(twin: Twin) -> Routers:
    """The product service with one route more."""

    def router(use_cases: ProductUseCases) -> APIRouter:
        real, naive = product_router(use_cases), APIRouter()
        twin(naive, use_cases)
        real.routes.extend(naive.routes)
        return real

    return {"product": router}


def operators_reach_the_store(routes: APIRouter, use_cases: ProductUseCases) -> None:
    @routes.post(PATH, openapi_extra=_takes("name"), responses=_REFUSALS)
    async def find(request: Request) -> Response:
        wanted = (await _read(request)).get("name")
        if isinstance(wanted, dict):
            found = all(name in _OPERATORS and _OPERATORS[name](NAME, each) for name, each in wanted.items())
        else:
            found = wanted == NAME
        return _answer(found=found)


def search_is_a_pattern(routes: APIRouter, use_cases: ProductUseCases) -> None:
    @routes.get(PATH, responses=_REFUSALS)
    async def search(q: str = "") -> Response:
        return _answer(found=bool(re.search(q[:20], NAME)))


def body_is_read_before_it_is_measured(routes: APIRouter, use_cases: ProductUseCases) -> None:
    @routes.post(PATH, openapi_extra=_takes("name"), responses=_REFUSALS)
    async def take(request: Request) -> Response:
        if len(await request.body()) > 1_048_576:
            raise BodyTooLarge
        raise ValidationFailed(("name", "Not this one."))


def what_was_sent_is_logged(routes: APIRouter, use_cases: ProductUseCases) -> None:
    @routes.get(PATH, responses=_REFUSALS)
    async def look(q: str = "") -> Response:
        _log.info("Somebody looks for %s", q)
        return _answer()


def what_was_sent_is_told(routes: APIRouter, use_cases: ProductUseCases) -> None:
    @routes.post(PATH, openapi_extra=_takes("password"), responses=_REFUSALS)
    async def enter(request: Request) -> Response:
        raise ValidationFailed(("password", f"{await _read(request)} is no password."))


def a_refusal_comes_too_late(routes: APIRouter, use_cases: ProductUseCases) -> None:
    @routes.post(PATH, openapi_extra=_takes("name"), responses=_REFUSALS)
    async def rename(request: Request) -> Response:
        product = (await use_cases.list_stock(limit=1, after=None)).items[0].product_id
        version = (await use_cases.get_product(product_id=product)).product.version
        changes = Changes(description=str(version))
        await use_cases.change_product(product_id=product, version=version, changes=changes)
        raise ValidationFailed(("name", "Not this one."))


def a_question_changes_something(routes: APIRouter, use_cases: ProductUseCases) -> None:
    @routes.get(PATH, responses=_REFUSALS)
    async def ask(request: Request) -> Response:
        product = (await use_cases.list_stock(limit=1, after=None)).items[0].product_id
        await use_cases.adjust_stock(product_id=product, delta=1, reason="asked", by="", key=None)
        return _answer()


def the_inside_is_shown(routes: APIRouter, use_cases: ProductUseCases) -> None:
    @routes.post(PATH, openapi_extra=_takes("name"), responses=_REFUSALS)
    async def show(request: Request) -> Response:
        try:
            return _answer(name=(await _read(request))["name"].strip())
        except (AttributeError, KeyError, TypeError):
            raise ValidationFailed(("name", traceback.format_exc())) from None


def half_a_surrogate_is_encoded(routes: APIRouter, use_cases: ProductUseCases) -> None:
    @routes.post(PATH, openapi_extra=_takes("name"), responses=_REFUSALS)
    async def encode(request: Request) -> Response:
        sent = await _read(request)
        if not isinstance(sent, dict) or not isinstance(sent.get("name"), str):
            raise ValidationFailed(("name", "This is a text."))
        return Response(sent["name"].encode(), media_type="text/plain")


def what_was_sent_is_a_header(routes: APIRouter, use_cases: ProductUseCases) -> None:
    @routes.get(PATH, responses=_REFUSALS)
    async def echo(q: str = "") -> Response:
        answer = PlainTextResponse("")
        answer.raw_headers.append((b"x-looked-for", q.encode("utf-8", "replace")))
        return answer


def a_refusal_is_no_problem_document(routes: APIRouter, use_cases: ProductUseCases) -> None:
    @routes.get(PATH, responses=_REFUSALS)
    async def refuse(q: str = "") -> Response:
        return PlainTextResponse("No.", 422)


TWINS: Mapping[Twin, str] = {
    operators_reach_the_store: "took what cannot be right",
    search_is_a_pattern: "answered 500",
    body_is_read_before_it_is_measured: "bytes of a body",
    what_was_sent_is_logged: "into the log",
    what_was_sent_is_told: "gave a secret back",
    a_refusal_comes_too_late: "refused with 422 and changed something",
    a_question_changes_something: "was only asked and changed something",
    the_inside_is_shown: "told of its inside",
    half_a_surrogate_is_encoded: "answered 500",
    what_was_sent_is_a_header: "has a header that is two",
    a_refusal_is_no_problem_document: "answered 422 as",
}
"""What must be said of each."""


def _takes(name: str) -> dict[str, Any]:
    member = {"type": "string", "examples": [NAME]}
    schema = {"type": "object", "properties": {name: member}, "required": [name], "additionalProperties": False}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


async def _read(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except (ValueError, RecursionError):
        raise MalformedJson from None


def _answer(**members: object) -> Response:
    return Response(json.dumps(members).encode(), media_type="application/json")
