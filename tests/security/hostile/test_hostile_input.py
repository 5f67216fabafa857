"""Whatever is sent to whichever operation is taken or refused as documented, and does nothing else (guarantee 23).

OWASP API Security Top 10 (2023), API4 and API8; ASVS 5.0, chapters 1, 2 and 4. The operations are those of the OpenAPI
documents and the ones these are silent about, so that a new route is attacked without a line here.
"""

import os
import re
from urllib.parse import quote

import pytest

from adapters.bootstrap.settings import Service
from tests.figures import Figure
from tests.security.hostile import corpus
from tests.security.hostile.asking import Ask, asked
from tests.security.hostile.run import Found, attack
from tests.security.hostile.stage import stage, stage_in_mongo
from tests.security.shops import SERVICES, product_json

DEEP = os.environ.get("DEEP") == "1"
PLACES = ("path", "query", "header", "method", "text", "value", "member", "body", "media", "length")
STRIDES = {"memory": 1 if DEEP else 4, "mongo": 20 if DEEP else 97}
NOT_TAKEN = 4
"""Operations, at most, whose right request takes a secret out of a mail."""


@pytest.mark.parametrize("service", SERVICES)
async def test_nothing_that_is_sent_breaks_or_tricks_a_service(service: Service, figure: Figure) -> None:
    async with stage() as opened:
        found = await attack(opened, service, stride=STRIDES["memory"])
    found.check()
    _tell(found, figure)


async def test_nothing_that_is_sent_does_so_over_mongo(figure: Figure) -> None:
    found = Found()
    async with stage_in_mongo() as opened:
        for service in SERVICES:
            found.add(await attack(opened, service, stride=STRIDES["mongo"]))
    found.check()
    figure("Hostile input over Mongo: {requests} requests, 0 faults", requests=found.tried.total())


def _tell(found: Found, figure: Figure) -> None:
    assert found.taken >= found.operations - NOT_TAKEN, (
        "Most operations take what is right, or little is tried of them."
    )
    figure(
        "Hostile input on {operations} operations, {taken} of which took their right request: {requests} requests,"
        " 0 faults",
        operations=found.operations,
        taken=found.taken,
        requests=found.tried.total(),
    )
    sentence = ", ".join(f"{place} {{{place}}}" for place in PLACES)
    figure(f"Hostile input by its place: {sentence}", **{place: found.tried[place] for place in PLACES})


async def test_a_pattern_finds_what_its_words_find() -> None:
    kinds = ("pattern", "slow pattern", "operator", "query language")
    texts = [text[:200] for kind in kinds for text in corpus.TEXTS[kind]]
    async with stage() as opened:
        http = opened.shop.client("product")
        await opened.shop.product("SKU-2")
        for text in [*texts, "bo+ts", "boot[s]", "b..ts", "leather|nothing", "^leather", "LEATHER.*"]:
            words = re.sub(r"\W|_", " ", text)
            found, meant = [
                (await http.get(f"/v1/products?limit=100&q={quote(each)}")).json() for each in (text, words)
            ]
            assert found["items"] == (meant["items"] if words.strip() else []), text


async def test_names_of_operators_are_kept_as_what_they_are_names_only() -> None:
    attributes = {"$gt": "", "a.b": "c", "$where": "1", "__proto__": "x", "constructor": "y"}
    async with stage_in_mongo() as opened:
        admin = await opened.shop.admin()
        body = product_json("SKU-3", name="$where", tags=["$in", "a.b"], attributes=attributes)
        made = await opened.shop.client("product").post("/v1/products", json=body, headers=admin.headers)
        assert made.status_code == 201
        read = (await opened.shop.client("product").get(f"/v1/products/{made.json()['id']}")).json()
        assert (read["attributes"], read["tags"], read["name"]) == (attributes, ["$in", "a.b"], "$where")
        assert await opened.kept.operators() == []


async def test_a_length_of_thousands_of_digits_is_a_long_one() -> None:
    async with stage() as opened:
        headers = [(b"Content-Type", b"application/json"), (b"Content-Length", b"9" * 5_000)]
        ask = Ask(kind="", method="POST", target="/v1/auth/login", headers=headers, body=b"{}")
        answer = await asked(opened.shop.apps["user"], ask)
    assert (answer.status, answer.taken) == (413, 0)


async def test_what_is_refused_is_not_given_back_at_length() -> None:
    async with stage() as opened:
        answer = await opened.shop.client("product").get(f"/v1/products?facets={'x' * 60_000}")
    assert answer.status_code == 422
    assert len(answer.content) < 1_000


async def test_a_path_that_is_written_out_is_not_said_to_take_what_a_pattern_takes() -> None:
    async with stage() as opened:
        answer = await opened.shop.client("product").options("/v1/products/import")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
