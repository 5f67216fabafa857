"""A file of products comes into a shop piece by piece; whatever happens on the way, nothing done is lost."""

import json
from collections.abc import Iterable
from itertools import count
from typing import Any

import httpx
import pytest

from adapters.inbound.cli.catalogue.delivery import ATTEMPTS, LONGEST_PAUSE, Delivery, SignedIn
from adapters.inbound.cli.catalogue.importing import (
    BYTES_AT_ONCE,
    LINES_AT_ONCE,
    SHOWN_MAX,
    Failure,
    Progress,
    import_lines,
)
from adapters.inbound.cli.catalogue.lines import Line
from adapters.inbound.cli.errors import CommandFailed
from tests.adapters.cli.import_shop import ADMIN, PASSWORD, Answer, ImportShop

NOT_NOW = httpx.Response(503, headers={"Retry-After": "3"}, json={"detail": "The store rests."})
LOST = httpx.ReadError("the line was cut")


def line(number: int, *, bad: str = "", fault: str = "", more: str = "") -> Line:
    product = {"sku": f"SKU-{number}", "name": more} | ({"bad": bad} if bad else {})
    return Line(number=number, end=100 * number, product=b"" if fault else json.dumps(product).encode(), fault=fault)


class Import:
    """Of lines into a shop; `said` and `paused` are what a person would have seen of the way."""

    def __init__(self, shop: ImportShop, *, email: str = ADMIN, password: str = PASSWORD) -> None:
        self.progress = Progress()
        self.failures: list[Failure] = []
        self.seen: list[int] = []
        self.said: list[str] = []
        self.paused: list[float] = []
        transport = httpx.MockTransport(shop.answer)
        self.http = httpx.Client(base_url="http://shop.test", transport=transport, auth=SignedIn(email, password))
        self.email = email

    def of(self, lines: Iterable[Line]) -> Progress:
        with self.http:
            deliver = Delivery(self.http, email=self.email, say=self.said.append, pause=self.paused.append)
            import_lines(
                lines,
                deliver,
                progress=self.progress,
                moved=lambda: self.seen.append(self.progress.line),
                failure=self.failures.append,
            )
        return self.progress


def counts(progress: Progress) -> tuple[int, int, int]:
    return progress.created, progress.updated, progress.failed


def test_lines_go_some_hundred_at_a_time() -> None:
    shop = ImportShop()
    it = Import(shop)
    assert counts(it.of(line(number) for number in range(1, 1_001))) == (1_000, 0, 0)
    assert shop.deliveries == [LINES_AT_ONCE, LINES_AT_ONCE, 1_000 - 2 * LINES_AT_ONCE]
    assert it.seen == [LINES_AT_ONCE, 2 * LINES_AT_ONCE, 1_000]
    assert (it.progress.end, it.progress.kept) == (100_000, 1_000)
    assert shop.asked.count("POST /v1/auth/login") == 1


def test_long_lines_go_fewer_at_a_time_and_no_more_are_read_than_go() -> None:
    shop, read = ImportShop(), list[int]()

    def lines() -> Iterable[Line]:
        for number in range(1, 101):
            read.append(number)
            assert number - sum(shop.deliveries) <= 17
            yield line(number, more="x" * (BYTES_AT_ONCE // 16))

    assert Import(shop).of(lines()).created == 100
    assert max(shop.deliveries) == 16


def test_repeating_an_import_doubles_nothing() -> None:
    shop = ImportShop()
    Import(shop).of(line(number) for number in range(1, 501))
    assert counts(Import(shop).of(line(number) for number in range(1, 601))) == (100, 500, 0)


def test_failures_are_told_by_the_lines_of_the_file() -> None:
    lines = [line(2), line(5, fault="Too long."), line(9, bad="name: no."), line(10), line(11, bad="sku: no.")]
    it = Import(ImportShop())
    assert counts(it.of(lines)) == (2, 0, 3)
    assert [failure.row for failure in it.failures] == [
        "5\t\tToo long.",
        "9\tSKU-9\tname: no.",
        "11\tSKU-11\tsku: no.",
    ]
    assert it.progress.first_failures == ["line 5: Too long.", "line 9: name: no.", "line 11: sku: no."]


def test_a_failure_is_one_row_whatever_its_line_says() -> None:
    failure = Failure(line=1, sku="A\tB\ud800" + "x" * 900, message="a\nb\x1b: no")
    assert failure.row == f"1\tA B {'x' * 96}\ta b : no"


def test_of_many_failures_the_first_are_kept_and_all_are_told() -> None:
    it = Import(ImportShop())
    assert it.of(line(number, bad="no") for number in range(1, 1_001)).failed == 1_000
    assert len(it.failures) == 1_000
    assert it.progress.first_failures == [failure.sentence for failure in it.failures[:SHOWN_MAX]]


def test_lines_that_are_all_wrong_bother_nobody() -> None:
    shop = ImportShop()
    assert counts(Import(shop).of([line(1, fault="no")])) == (0, 0, 1)
    assert shop.asked == []


def test_a_token_that_ends_is_followed_by_another() -> None:
    shop = ImportShop(token_lasts=2)
    assert Import(shop).of(line(number) for number in range(1, 5 * LINES_AT_ONCE + 1)).created == 5 * LINES_AT_ONCE
    assert shop.asked.count("POST /v1/auth/login") == 3
    assert len(shop.deliveries) == 5


@pytest.mark.parametrize(
    ("account", "sentence"),
    [
        ({"password": "wrong"}, "does not let admin@example.com in by this password. Set SHOP_PASSWORD"),
        ({"email": "shopper@example.com"}, "no admin of this shop. `shop grant-admin shopper@example.com` changes"),
    ],
)
def test_whoever_may_not_import_is_told_so_at_once(account: dict[str, str], sentence: str) -> None:
    it = Import(ImportShop(), **account)
    with pytest.raises(CommandFailed, match=sentence):
        it.of([line(1)])
    assert it.paused == []


@pytest.mark.parametrize(
    ("answer", "wait", "why"),
    [
        (NOT_NOW, 3, "cannot take them now (503)"),
        (httpx.Response(429, headers={"Retry-After": "7"}), 7, "cannot take them now (429)"),
        (httpx.Response(503, headers={"Retry-After": "86400"}), LONGEST_PAUSE, "cannot take them now (503)"),
        (httpx.Response(503, headers={"Retry-After": "soon"}), 1, "cannot take them now (503)"),
        (httpx.Response(504), 1, "cannot take them now (504)"),
        (LOST, 1, "does not answer (the line was cut)"),
        (httpx.ConnectError("refused"), 1, "does not answer (refused)"),
        (httpx.ReadTimeout("slow"), 1, "does not answer (slow)"),
    ],
)
def test_a_shop_that_cannot_answer_now_is_asked_again(answer: Answer, wait: float, why: str) -> None:
    shop = ImportShop(None, answer)
    it = Import(shop)
    assert it.of(line(number) for number in range(1, 2 * LINES_AT_ONCE + 1)).created == 2 * LINES_AT_ONCE
    assert it.paused == [wait]
    assert it.said == [f"The shop at http://shop.test {why}. Trying again in {wait:g} s."]


def test_the_shops_own_words_are_passed_on() -> None:
    problem = httpx.Response(
        503, json={"detail": "The store rests."}, headers={"Content-Type": "application/problem+json"}
    )
    it = Import(ImportShop(problem))
    it.of([line(1)])
    assert it.said[0].startswith("The shop at http://shop.test cannot take them now (503: The store rests). Trying")


def test_a_shop_that_never_answers_again_is_given_up_in_the_end() -> None:
    shop = ImportShop(None, None, *[LOST] * 100)
    it = Import(shop)
    with pytest.raises(CommandFailed, match=rf"the line was cut.*asked {ATTEMPTS} times"):
        it.of(line(number) for number in count(1))
    assert counts(it.progress) == (2 * LINES_AT_ONCE, 0, 0)
    assert len(it.paused) == ATTEMPTS - 1
    assert it.paused == sorted(it.paused)
    assert sum(it.paused) < 120
    assert it.progress.how_far.startswith(f"Up to line {2 * LINES_AT_ONCE}: created {2 * LINES_AT_ONCE}, updated 0")


def test_a_shop_that_is_not_there_is_told_at_once() -> None:
    it = Import(ImportShop(httpx.ConnectError("refused")))
    with pytest.raises(CommandFailed, match=r"at http://shop\.test \(refused\)\. Start one by `shop up`.* --url"):
        it.of([line(1)])
    assert it.paused == []


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (httpx.Response(404), "No shop that takes imports answers at http://shop.test"),
        (httpx.Response(200, text="<html>"), "POST /v1/products/import answered 200"),
        (httpx.Response(500), "POST /v1/products/import answered 500"),
        (
            httpx.Response(
                413, content=b'{"detail": "Too long."}', headers={"Content-Type": "application/problem+json"}
            ),
            "answered 413: Too long.$",
        ),
    ],
)
def test_any_other_answer_ends_the_import_in_one_sentence(answer: httpx.Response, sentence: str) -> None:
    it = Import(ImportShop(answer))
    with pytest.raises(CommandFailed, match=sentence):
        it.of([line(1)])
    assert it.paused == []


def test_a_delivery_whose_answer_was_lost_is_not_made_twice() -> None:
    class Forgetful(ImportShop):
        def imported(self, body: bytes) -> dict[str, Any]:
            told = super().imported(body)
            if len(self.deliveries) == 1:
                raise LOST
            return told

    shop = Forgetful(httpx.Response(503))
    assert counts(Import(shop).of([line(1), line(2)])) == (0, 2, 0)
    assert len(shop.kept) == 2
