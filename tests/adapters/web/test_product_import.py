"""Products come in as NDJSON: what is kept, and what is told of lines that cannot be."""

import gzip

import pytest

from adapters.inbound.web.product.imports import LINE_MAX, MEDIA_TYPES
from core.product.use_cases import FAILURES_MAX
from core.shared.errors import Unavailable
from tests.adapters.web.importing import PATH, imported, line, pieces, sent, skus
from tests.adapters.web.shop_service import shop_app, usd_json
from tests.core.order.shop import Shop


async def test_it_answers_with_counts_and_with_the_lines_that_failed() -> None:
    shop = Shop()
    body = b"\n".join([line("BOOT"), line("HAT", stock=...), b'{"sku": "COAT"', line("SOCK", price=usd_json(-1))])
    told = await imported(body, shop)
    assert told == {
        "created": 2,
        "updated": 0,
        "failed": [
            {"line": 3, "message": "This is not valid JSON in UTF-8."},
            {"line": 4, "message": "price.amount: Input should be greater than or equal to 0"},
        ],
    }
    assert await skus(shop) == {"BOOT": 3, "HAT": 0}
    again = await imported(line("BOOT", stock=9, name="New") + b"\n" + line("COAT") + b"\n", shop)
    assert again == {"created": 1, "updated": 1, "failed": []}
    assert await skus(shop) == {"BOOT": 3, "HAT": 0, "COAT": 3}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (b"[]", "A product is a JSON object: {...}."),
        (b"5", "A product is a JSON object: {...}."),
        (b"\xff{}", "This is not valid JSON in UTF-8."),
        (line() + line(), "This is not valid JSON in UTF-8."),
        (b'{"sku": "A", "sku": "A"}', "An object in this JSON has the same name twice."),
        (line(name="\0"), "Text must not hold a NUL character."),
        (b'{"stock": 99999999999999999999}', "A number does not fit 64 bits."),
        (line(name=...), "name: Field required"),
        (line(color="red"), "color: There is no such field, put it into attributes"),
        (line(price={"amount": "5", "currency": "USD"}), "price.amount: Input should be a valid integer"),
        (line(tags=["a", 1]), "tags.1: Input should be a valid string"),
        (line(stock=None), "stock: Input should be a valid integer"),
        (line("no spaces"), "sku: letters, digits and . _ / -."),
        (line(price={"amount": 1, "currency": "EUR"}), "price.currency: this shop's currency, USD."),
        (line(name=..., sku=..., stock=-1, category=5, tags=5), "sku: Field required; name: Field required; category"),
        (line(**{"x" * 900: 1}), f"{'x' * 100}: There is no such field, put it into attributes"),
        (line(price={**usd_json(1), "tax": 1}), "price.tax: There is no such field"),
        (line(price=12), 'price: Input should be an object with amount and currency, such as {"amount": 1299, "curr'),
        (line(attributes=[]), "attributes: Input should be an object"),
        (line(images=[{"url": "javascript:alert(1)"}]), "images: addresses that are a path, such as "),
        (b'{"sku": "A", "name": "Caf\xe9"}', "This is not valid JSON in UTF-8."),
    ],
)
async def test_a_bad_line_stops_nothing_and_is_told_in_words(wrong: bytes, message: str) -> None:
    told = await imported(b"\n".join([line("A"), wrong, line("B")]))
    assert (told["created"], [failure["line"] for failure in told["failed"]]) == (2, [2])
    assert told["failed"][0]["message"].startswith(message)
    assert len(told["failed"][0]["message"]) < 200


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("length", [1, 2, 3, 7, 64, 10_000])
async def test_lines_are_what_they_are_however_the_body_is_cut(end: bytes, length: int) -> None:
    body = b"\xef\xbb\xbf" + end.join([line("A", name="Bööt"), b"", b" \t", line("B"), b"bad", b"", line("C")])
    parts = [body[start : start + length] for start in range(0, len(body), length)]
    told = await imported(pieces(*parts))
    assert (told["created"], [failure["line"] for failure in told["failed"]]) == (3, [5])


@pytest.mark.parametrize("body", [b"", b"\n\r\n \n", b"\xef\xbb\xbf"])
async def test_nothing_is_nothing(body: bytes) -> None:
    assert await imported(body) == {"created": 0, "updated": 0, "failed": []}


async def test_a_byte_order_mark_belongs_to_the_first_line_alone() -> None:
    told = await imported(line("A") + b"\n\xef\xbb\xbf" + line("B"))
    assert [failure["line"] for failure in told["failed"]] == [2]


@pytest.mark.parametrize("length", [1_000, 65_536, 1_000_000])
async def test_a_line_may_be_64_kib_long_and_a_longer_one_is_passed_over(length: int) -> None:
    whole = line("A") + b" " * (LINE_MAX - len(line("A")))
    body = b"\r\n".join([whole, whole + b" ", b"x" * 300_000, line("B"), b"y" * 70_000])
    told = await imported(pieces(*(body[start : start + length] for start in range(0, len(body), length))))
    assert (told["created"], [failure["line"] for failure in told["failed"]]) == (2, [2, 3, 5])
    assert {failure["message"] for failure in told["failed"]} == {"The line is longer than 65536 bytes."}


@pytest.mark.parametrize(("more", "told_lines"), [(0, FAILURES_MAX), (1, FAILURES_MAX + 1), (500, FAILURES_MAX + 1)])
async def test_beyond_a_thousand_failures_one_entry_counts_the_others(more: int, told_lines: int) -> None:
    told = await imported(b"x\n" * (FAILURES_MAX + more))
    assert len(told["failed"]) == told_lines
    assert told["failed"][FAILURES_MAX - 1]["line"] == FAILURES_MAX
    if more:
        assert told["failed"][-1]["line"] == FAILURES_MAX + more
        assert told["failed"][-1]["message"].startswith(f"And {more} more, up to this line")


@pytest.mark.parametrize("media_type", [*MEDIA_TYPES, "Application/X-NDJSON; charset=utf-8"])
async def test_ndjson_has_several_names(media_type: str) -> None:
    response = await sent(shop_app("product", Shop()), line(), **{"Content-Type": media_type})
    assert (response.status_code, response.json()["created"]) == (200, 1)


@pytest.mark.parametrize("media_type", ["", "application/json", "text/csv", "application/x-ndjson2"])
async def test_any_other_type_is_a_415(media_type: str) -> None:
    response = await sent(shop_app("product", Shop()), line(), **{"Content-Type": media_type})
    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")


async def test_a_compressed_body_is_a_415() -> None:
    app = shop_app("product", Shop())
    response = await sent(app, gzip.compress(line()), **{"Content-Encoding": "gzip"})
    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")
    assert (await sent(app, line(), **{"Content-Encoding": "identity"})).status_code == 200


async def test_a_store_that_goes_away_is_a_503_that_says_when_to_come_back() -> None:
    async def hook(where: str) -> None:
        if where == "product.products.add_many:before":
            raise Unavailable("The store does not answer.", retry_after=3)

    response = await sent(shop_app("product", Shop(), hook), line())
    assert (response.status_code, response.headers["Retry-After"]) == (503, "3")


def test_the_document_tells_the_body_and_the_answer() -> None:
    document = shop_app("product", Shop()).openapi()
    operation = document["paths"][PATH]["post"]
    assert set(operation["requestBody"]["content"]) == set(MEDIA_TYPES)
    assert operation["requestBody"]["required"]
    assert operation["security"] == [{"access_token": []}]
    assert {int(status) for status in operation["responses"]} == {200, 401, 403, 408, 413, 415, 422, 429, 503}
    answer = document["components"]["schemas"]["ImportedOut"]
    assert set(answer["required"]) == {"created", "updated", "failed"}
    assert answer["additionalProperties"] is False
