"""Forged and wrong tokens fail everywhere (RFC 8725): a corpus of them, shown at every door that asks for a token."""

import pytest

from adapters.bootstrap.common import Caller
from adapters.bootstrap.settings import Service
from tests.figures import Figure
from tests.security.matrix.table import Row
from tests.security.shops import SERVICES, bearer, shop
from tests.security.tokens.check import CUSTOMERS_DOORS, SERVICES_DOORS, check_tokens
from tests.security.tokens.corpus import access_corpus
from tests.security.tokens.mint import Mint
from tests.security.tokens.service_corpus import service_corpus
from tests.security.tokens.twins import CHECKS, Check, NaiveVerifier

TOLD_BY: dict[Check, set[str]] = {
    "alg": {"no algorithm, as none", "no algorithm, as nOnE", "HS256 with the public key as PEM"},
    "typ": {"a typ that is none", "a typ that is JWT", "a typ that is service+jwt"},
    "aud": {"another audience", "no aud", "our audience and another", "a service's audience"},
    "iss": {"another issuer", "no iss"},
    "exp": {"expired", "no exp", "good for years", "exp is text"},
}
"""What has to get in at a verifier without this check."""


async def test_no_wrong_token_is_taken_for_a_customer_s(figure: Figure) -> None:
    async with shop(requests_per_minute=0) as s:
        corpus = await access_corpus(s, await s.admin())
        verdict = await check_tokens(s, CUSTOMERS_DOORS, corpus)
    assert not verdict.faults, "\n".join(verdict.faults)
    assert len(corpus) >= 60
    figure(
        "wrong access tokens: {tokens} x {doors} protected routes = {shown} requests, all of them 401",
        tokens=len(corpus),
        doors=len(CUSTOMERS_DOORS),
        shown=verdict.shown,
    )


@pytest.mark.parametrize("door", SERVICES_DOORS, ids=lambda door: str(door.operation))
async def test_no_wrong_token_is_taken_for_a_service_s(door: Row, figure: Figure) -> None:
    async with shop(requests_per_minute=0) as s:
        corpus = service_corpus(s, await s.admin(), door.let_in, door.operation.service)
        verdict = await check_tokens(s, [door], corpus)
    assert not verdict.faults, "\n".join(verdict.faults)
    assert len(corpus) >= 60
    figure(
        "wrong service tokens at {doors} internal routes: {shown} requests, all of them 401",
        doors=1,
        shown=verdict.shown,
    )


@pytest.mark.parametrize("service", SERVICES)
async def test_what_the_mint_makes_is_good_if_nothing_is_changed(service: Service) -> None:
    """Else the corpus would be refused for another reason than the one it names."""
    places = {"product": "/v1/products/import", "user": "/v1/users/me", "cart": "/v1/cart", "order": "/v1/orders"}
    internal = {
        "product": "/internal/v1/stock",
        "user": "/internal/v1/users/x/addresses/y",
        "cart": "/internal/v1/carts/x",
        "order": "/internal/v1/orders",
    }
    async with shop() as s:
        person, http = await s.admin(), s.client(service)
        method = "POST" if service == "product" else "GET"
        answer = await http.request(method, places[service], headers=bearer(Mint(s).access(person)))
        assert answer.status_code in (200, 403, 415), answer.text
        name: Caller = "audit" if service in ("product", "order") else "order"
        answer = await http.get(internal[service], headers=bearer(Mint(s).service(name, service)))
        assert answer.status_code in (200, 404), answer.text


@pytest.mark.parametrize("forgotten", CHECKS)
async def test_a_verifier_without_one_of_the_checks_is_told(forgotten: Check) -> None:
    (door,) = (row for row in CUSTOMERS_DOORS if str(row.operation) == "order: GET /v1/orders")
    assert not TOLD_BY[forgotten] & await _let_in(door, ())
    assert TOLD_BY[forgotten] <= await _let_in(door, (forgotten,))


async def _let_in(door: Row, forgot: tuple[Check, ...]) -> set[str]:
    """The tokens of the corpus that are not refused by a verifier which forgot these checks."""
    async with shop(requests_per_minute=0) as s:
        s.apps[door.operation.service].state.verifier = NaiveVerifier(s, forgot)
        verdict = await check_tokens(s, [door], await access_corpus(s, await s.admin()))
    return {fault.split(": ")[2] for fault in verdict.faults}
