"""The tour passes in a shop that does as it should, and stops at the first thing that is not so."""

import io
import json
from typing import Any

import httpx
import pytest
from rich.console import Console

from adapters.inbound.cli.errors import CommandFailed
from adapters.inbound.cli.tour import Tour
from adapters.inbound.cli.transcript import Transcript, shortened
from tests.adapters.cli.fake_shop import FakeShop


def play(shop: FakeShop) -> str:
    written = io.StringIO()
    with shop.http() as http:
        Tour(http, Console(file=written, width=80), patience=0).play()
    return written.getvalue()


def test_the_tour_passes_and_shows_every_call_as_one_would_type_it() -> None:
    written = play(FakeShop())
    assert "1. Register\n$ curl http://shop.test/v1/users" in written
    assert "201 Created\n" in written
    assert """' |\n    sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')\n""" in written
    assert "$ TOKEN=$(curl --silent http://shop.test/v1/auth/login" in written
    assert '$ curl http://shop.test/v1/cart \\\n    -H "Authorization: Bearer $TOKEN"\n200 OK\n' in written
    assert '-H "Idempotency-Key: tour-' in written
    assert "201 Created\nIdempotent-Replayed: true\n" in written
    assert "/cancel" in written
    assert "$ curl -X POST http://shop.test/v1/orders/" in written


class KeepsUnits(FakeShop):
    def cancel(self, order: dict[str, Any]) -> httpx.Response:
        return httpx.Response(200, json={**order, "status": "cancelled"})


class OrdersTwice(FakeShop):
    def order(self, key: str) -> httpx.Response:
        answer = super().order(key)
        number = self.asked.count("POST /v1/orders")
        return httpx.Response(201, json={**answer.json(), "id": f"order {number}"}, headers=answer.headers)


class HidesTheReplay(FakeShop):
    def order(self, key: str) -> httpx.Response:
        return httpx.Response(201, json=super().order(key).json())


class Overcharges(FakeShop):
    def total(self) -> dict[str, Any]:
        return {**super().total(), "amount": super().total()["amount"] + 1}


class NeverConfirms(FakeShop):
    def order(self, key: str) -> httpx.Response:
        return httpx.Response(202, json={**super().order(key).json(), "status": "pending"})


class ForgetsToSell(FakeShop):
    def order(self, key: str) -> httpx.Response:
        before = {id: product["available"] for id, product in self.products.items()}
        answer = super().order(key)
        for id, available in before.items():
            self.products[id]["available"] = available
        return answer


class KeepsTheCart(FakeShop):
    def order(self, key: str) -> httpx.Response:
        cart = dict(self.cart)
        answer = super().order(key)
        self.cart = cart
        return answer


class Empty(FakeShop):
    def __init__(self) -> None:
        super().__init__()
        self.products = {}


@pytest.mark.parametrize(
    ("shop", "sentence"),
    [
        (KeepsUnits, "'The units of Mug came back': expected available 9, got 7."),
        (OrdersTwice, "'Order again by the same key, as after a lost answer: it is the same order': expected id"),
        (HidesTheReplay, "it is the same order': expected Idempotent-Replayed true, got None."),
        (Overcharges, "'See the cart': expected total {'amount': 1900, 'currency': 'USD'}, got"),
        (NeverConfirms, "'Order what is in it': expected status 201, got 202."),
        (ForgetsToSell, "'2 fewer of Mug are available': expected available 7, got 9."),
        (KeepsTheCart, "'The cart is empty again': expected items [], got"),
        (Empty, "the tour needs the demo catalogue"),
    ],
)
def test_the_tour_stops_where_the_shop_is_wrong_and_says_what_was_expected(shop: type[FakeShop], sentence: str) -> None:
    with pytest.raises(CommandFailed) as stopped:
        play(shop())
    assert sentence in str(stopped.value)


def test_without_a_shop_the_tour_says_how_to_start_one() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("Connection refused", request=request)

    written = io.StringIO()
    with (
        httpx.Client(base_url="http://shop.test", transport=httpx.MockTransport(refuse)) as http,
        pytest.raises(CommandFailed, match=r"No shop answers at http://shop\.test .*Start one by `bin/shop up`"),
    ):
        Tour(http, Console(file=written), program="bin/shop").play()
    assert written.getvalue() == ""


@pytest.mark.parametrize(
    "answer",
    [httpx.Response(404), httpx.Response(200, text="It works!"), httpx.Response(200, json={}), httpx.Response(503)],
)
def test_what_answers_and_is_no_shop_is_not_toured(answer: httpx.Response) -> None:
    written = io.StringIO()
    with (
        httpx.Client(base_url="http://shop.test", transport=httpx.MockTransport(lambda _: answer)) as http,
        pytest.raises(CommandFailed, match=rf"at http://shop\.test: GET /v1/products got {answer.status_code}"),
    ):
        Tour(http, Console(file=written)).play()
    assert written.getvalue() == ""


def test_a_refusal_is_shown_once() -> None:
    class Refuses(FakeShop):
        def register(self, email: str, password: str, name: str) -> httpx.Response:
            return httpx.Response(500, text="out of order")

    written = io.StringIO()
    with Refuses().http() as http, pytest.raises(CommandFailed) as stopped:
        Tour(http, Console(file=written)).play()
    assert (written.getvalue().count("out of order"), str(stopped.value).count("out of order")) == (1, 0)


def test_a_secret_is_shown_by_the_name_of_its_variable() -> None:
    written = io.StringIO()
    transcript = Transcript(Console(file=written, width=80))
    transcript.remember("TOKEN", "s3cret" * 30, member="access_token")
    headers = {"Authorization": "Bearer " + "s3cret" * 30}
    answer = httpx.Response(204, request=httpx.Request("DELETE", "http://shop.test/v1/cart"))
    transcript.call(answer, None, headers)
    assert written.getvalue().endswith(
        '$ curl -X DELETE http://shop.test/v1/cart \\\n    -H "Authorization: Bearer $TOKEN"\n204 No Content\n'
    )
    assert "s3cret" * 30 not in written.getvalue()


def test_long_texts_and_lists_are_cut_and_say_so() -> None:
    value = {"text": "x" * 100, "items": [1, 2, 3, 4], "few": [1, 2]}
    assert shortened(value) == {"text": "x" * 69 + "...", "items": [1, 2, "... and 2 more"], "few": [1, 2]}
    assert json.dumps(shortened(value))
