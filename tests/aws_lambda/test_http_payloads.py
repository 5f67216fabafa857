"""What an invocation cannot carry is refused in words that name the limit, both ways, and nothing else is."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from adapters.bootstrap.common import Common
from adapters.bootstrap.in_process.product import product_parts
from adapters.bootstrap.keys import new_signing_keys, public_signing_keys
from adapters.bootstrap.settings import FunctionSettings, checked
from adapters.bootstrap.web import web_app
from adapters.inbound.aws_lambda.payload import BEHIND_API_GATEWAY, BEHIND_LOAD_BALANCER, Payload
from adapters.inbound.web.answers import json as answer_json
from adapters.inbound.web.app import create_app
from adapters.inbound.web.routes import router
from core.shared.context import Caller
from core.shared.errors import Unauthenticated
from core.shared.ports import TokenVerifier
from tests.aws_lambda.events import Got, Sent
from tests.aws_lambda.invoking import invoked
from tests.fakes import FixedClock, SequentialIds

MEGABYTE = 1024 * 1024
PAYLOADS: Mapping[str, Payload] = {
    "http_api": BEHIND_API_GATEWAY,
    "rest_api": BEHIND_API_GATEWAY,
    "load_balancer": BEHIND_LOAD_BALANCER,
}


class Nobody(TokenVerifier):
    async def verify(self, token: str) -> Caller:
        raise Unauthenticated


def app(*, carried: bool = True) -> Any:
    """Answers with as much text as `GET /letters?count=` asks for, and tells how long a body was."""
    routes = router("tests")
    clock = FixedClock()

    @routes.get("/letters")
    async def letters(count: int, letter: str = "a") -> Any:
        return answer_json({"letters": letter * count})

    @routes.post("/lengths")
    async def lengths(body: dict[str, str]) -> Any:
        return answer_json({"length": sum(map(len, body.values()))})

    return create_app(
        "tests",
        [routes],
        version="0",
        verifier=Nobody(),
        service_verifier=None,
        clock=clock,
        new_id=SequentialIds(clock),
        body_limit=20 * MEGABYTE,
        carried=carried,
    )


def is_problem(answer: Got, code: str, limit: str) -> bool:
    document = answer.json()
    assert (answer.status, document["code"], document["status"]) == (413, code, 413)
    assert answer.header("content-type") == "application/problem+json"
    assert answer.header("x-request-id") == document["request_id"]
    assert answer.header("x-content-type-options") == "nosniff"
    return limit in document["detail"]


@pytest.mark.parametrize("way", PAYLOADS)
def test_an_answer_that_is_too_long_is_a_problem_that_names_the_limit(way: str) -> None:
    most = PAYLOADS[way].most_bytes
    answer = invoked(app(), way, Sent(target=f"/letters?count={most}"))
    assert is_problem(answer, "answer_too_large", "6 MB" if most > MEGABYTE else "1 MB")


@pytest.mark.parametrize("way", PAYLOADS)
def test_an_answer_that_fits_goes_through_whole(way: str) -> None:
    count = PAYLOADS[way].most_bytes - 40_000
    answer = invoked(app(), way, Sent(target=f"/letters?count={count}"))
    assert (answer.status, len(answer.json()["letters"])) == (200, count)


@pytest.mark.parametrize(("letter", "count"), [("%22", 300_000), ("%C3%BC", 200_000)])
def test_what_counts_is_how_long_an_answer_is_inside_of_json(letter: str, count: int) -> None:
    assert invoked(app(), "load_balancer", Sent(target=f"/letters?letter=a&count={count}")).status == 200
    answer = invoked(app(), "load_balancer", Sent(target=f"/letters?letter={letter}&count={count}"))
    assert is_problem(answer, "answer_too_large", "1 MB")


@pytest.mark.parametrize("way", PAYLOADS)
def test_a_body_longer_than_can_be_carried_is_refused_though_the_service_would_take_it(way: str) -> None:
    payload = PAYLOADS[way]
    body = json.dumps({"text": "a" * payload.most_bytes}).encode()
    headers = (("Content-Type", "application/json"),)
    answer = invoked(app(), way, Sent(method="POST", target="/lengths", headers=headers, body=body))
    assert is_problem(answer, "body_too_large", payload.limit)
    assert answer.json()["limit"] == payload.most_bytes


def test_where_nothing_says_so_nothing_is_held_back() -> None:
    assert invoked(app(carried=False), "load_balancer", Sent(target=f"/letters?count={2 * MEGABYTE}")).status == 200


def test_a_file_that_is_answered_in_pieces_is_measured_as_a_whole() -> None:
    """Of the pages for developers, one file is longer than a load balancer takes from a function."""
    settings = checked(FunctionSettings, {"service": "product", "public_keys": public_signing_keys(new_signing_keys())})
    common = Common.of("product", settings)
    parts = product_parts(common, settings)
    product = web_app(common, parts.router(), verifier=parts.verifier, carried=True)
    sent = Sent(target="/docs/product/assets/swagger-ui-bundle.js")
    assert invoked(product, "http_api", sent).status == 200
    assert is_problem(invoked(product, "load_balancer", sent), "answer_too_large", "1 MB")
