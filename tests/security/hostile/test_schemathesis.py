"""The services answer as their OpenAPI documents say, to whatever Schemathesis makes up (guarantee 23)."""

import os
from collections.abc import Callable

import pytest
from fastapi import APIRouter, Request
from starlette.responses import Response

from adapters.bootstrap.settings import Service
from adapters.inbound.web.product.schemas import CategoryOut
from core.product.use_cases import ProductUseCases
from tests.figures import Figure
from tests.security.hostile.tried import served, tried
from tests.security.hostile.twins import with_twin
from tests.security.shops import SERVICES

EXAMPLES = 300 if os.environ.get("DEEP") == "1" else 8


@pytest.mark.parametrize("service", SERVICES)
def test_every_answer_is_as_documented(service: Service, figure: Figure) -> None:
    with served(service) as it:
        trial = tried(it, examples=EXAMPLES)
    trial.check()
    done = sum(count for status, count in trial.answers.items() if status < 400)
    assert done >= trial.cases // 50, trial.answers
    figure("Schemathesis: {cases} cases ({done} of them taken), 0 faults", cases=trial.cases, done=done)


def a_number_that_was_not_thought_of(routes: APIRouter, use_cases: ProductUseCases) -> None:
    @routes.get("/v1/naive")
    async def share(people: int) -> Response:
        return Response(f"{100 // people}".encode(), media_type="application/json")


def an_answer_of_another_shape(routes: APIRouter, use_cases: ProductUseCases) -> None:
    @routes.get("/v1/naive", response_model=CategoryOut)
    async def answer(request: Request) -> Response:
        return Response(b'{"name": "Shoes", "count": "three"}', media_type="application/json")


@pytest.mark.parametrize(
    ("twin", "check"),
    [
        (a_number_that_was_not_thought_of, "not_a_server_error"),
        (an_answer_of_another_shape, "response_schema_conformance"),
    ],
)
def test_a_route_that_is_not_as_documented_is_found(
    twin: Callable[[APIRouter, ProductUseCases], None], check: str
) -> None:
    with served("product", routers=with_twin(twin)) as it:
        trial = tried(it, examples=EXAMPLES, path="/v1/naive")
    assert any("/v1/naive" in fault and check in fault for fault in trial.faults), trial.faults[:5]
