"""The general limit: who is counted as whom, what is not counted, and what answers tell of it."""

from typing import Any

from httpx import AsyncClient

from adapters.inbound.web.routes import ShopRoute
from core.shared.context import Caller
from core.shared.errors import TooManyRequests
from core.shared.ports import TokenVerifier
from tests.adapters.web.conformity import assert_conforms
from tests.adapters.web.limited import by, limited_app
from tests.adapters.web.sample import KNOWN, bearer, sample_app, started
from tests.fakes import FixedClock

HERE, THERE = by("203.0.113.1"), by("203.0.113.2")
GADGET = f"/v1/gadgets/{KNOWN}"


async def statuses(client: AsyncClient, times: int, path: str = GADGET, **headers: str) -> list[int]:
    return [(await client.get(path, headers=headers)).status_code for _ in range(times)]


async def test_who_asks_too_often_is_told_when_to_come_back_and_let_in_then() -> None:
    clock = FixedClock()
    app = limited_app(3, clock)
    async with started(app) as client:
        assert await statuses(client, 3, **HERE) == [200] * 3
        refused = await client.get(GADGET, headers=HERE)
        assert_conforms(app, refused)
        assert refused.status_code == 429
        assert refused.headers["retry-after"] == "20"
        assert refused.headers["cache-control"] == "no-store"
        assert (refused.json()["code"], refused.json()["limit"]) == ("too_many_requests", "requests")
        clock.advance(19.9)
        assert await statuses(client, 1, **HERE) == [429]
        clock.advance(0.1)
        assert await statuses(client, 2, **HERE) == [200, 429]


async def test_every_counted_answer_tells_the_policy_and_what_is_left() -> None:
    clock = FixedClock()
    async with started(limited_app(3, clock)) as client:
        told = [(await client.get(GADGET, headers=HERE)).headers for _ in range(4)]
        assert {each["ratelimit-policy"] for each in told} == {'"requests";q=3;w=60'}
        assert [each.get_list("ratelimit") for each in told] == [
            ['"requests";r=2;t=20'],
            ['"requests";r=1;t=20'],
            ['"requests";r=0;t=20'],
            ['"requests";r=0;t=20'],
        ]
        clock.advance(25)
        assert (await client.get(GADGET, headers=HERE)).headers["ratelimit"] == '"requests";r=0;t=15'
        assert "ratelimit" in (await client.get("/v1/gadgets/none", headers=HERE)).headers
        assert "ratelimit" in (await client.post("/v1/notes", headers=HERE)).headers


async def test_a_customer_counts_by_id_wherever_they_are_and_others_by_address() -> None:
    async with started(limited_app(2)) as client:
        joe = bearer("joe")
        assert await statuses(client, 1, "/v1/me", **HERE, **joe) == [200]
        assert await statuses(client, 2, "/v1/me", **THERE, **joe) == [200, 429]
        assert await statuses(client, 1, "/v1/me", **HERE, **bearer("admin")) == [200]
        assert await statuses(client, 3, **HERE) == [200, 200, 429]
        assert await statuses(client, 1, **THERE) == [200]


async def test_a_refused_token_counts_to_the_address_and_never_to_a_customer() -> None:
    async with started(limited_app(2)) as client:
        assert await statuses(client, 3, "/v1/me", **HERE, **bearer("forged")) == [401, 401, 429]
        assert await statuses(client, 1, "/v1/me", **HERE) == [429]
        assert await statuses(client, 2, "/v1/me", **HERE, **bearer("joe")) == [200, 200]
        dropped = await client.delete(GADGET, headers=THERE | bearer("joe"))
        assert dropped.status_code == 403
        assert dropped.headers["ratelimit"] == '"requests";r=1;t=30', "A customer who may not counts by address, too."
        assert (await client.get("/v1/me", headers=THERE | bearer("keyless"))).status_code == 503


async def test_a_guest_s_token_is_not_checked_yet_and_makes_nobody_another() -> None:
    async with started(limited_app(2)) as client:
        tried = [await statuses(client, 1, "/v1/shopper", **HERE, **{"X-Cart-Token": str(n)}) for n in range(3)]
    assert tried == [[200], [200], [429]]


async def test_our_own_services_are_not_counted() -> None:
    async with started(limited_app(1)) as client:
        assert await statuses(client, 5, "/internal/v1/peer", **bearer("order")) == [200] * 5
        assert await statuses(client, 5, "/internal/v1/peer", **bearer("joe")) == [401] * 5
        assert await statuses(client, 5) == [200] * 5, "Who passed no proxy is one of us."
        told = await client.get("/internal/v1/peer", headers=bearer("order"))
        assert not {"ratelimit", "ratelimit-policy"} & set(told.headers)


async def test_without_proxies_nobody_is_told_from_a_service_by_the_way_they_came() -> None:
    async with started(limited_app(1, trusted_hops=0)) as client:
        assert await statuses(client, 2) == [200, 429]


async def test_health_and_documents_and_what_is_nowhere_are_not_counted() -> None:
    async with started(limited_app(1)) as client:
        for path in ("/livez", "/readyz", "/health", "/docs/sample", "/openapi/sample.json"):
            assert await statuses(client, 3, path, **HERE) == [200] * 3
        assert await statuses(client, 3, "/nowhere", **HERE) == [404] * 3
        assert (await client.put("/v1/gadgets", headers=HERE)).status_code == 405
        assert await statuses(client, 2, **HERE) == [200, 429]


async def test_without_a_limit_everything_is_let_in_and_nothing_told() -> None:
    async with started(sample_app()) as client:
        answers = [await client.get(GADGET) for _ in range(50)]
    assert {answer.status_code for answer in answers} == {200}
    assert not any("ratelimit" in answer.headers for answer in answers)


async def test_one_who_is_refused_is_not_read() -> None:
    read: list[str] = []

    async def body() -> Any:
        read.append("a piece")
        yield b"{}"

    async with started(limited_app(1)) as client:
        await statuses(client, 1, **HERE)
        answer = await client.post("/v1/gadgets", content=body(), headers=HERE | bearer("forged"))
        unshaped = await client.get("/v1/gadgets?limit=0&cursor=%00", headers=HERE)
    assert answer.status_code == unshaped.status_code == 429


async def test_a_refusal_by_another_limit_is_told_beside_the_general_one() -> None:
    async with started(limited_app(9, verifier=_Throttled())) as client:
        answer = await client.post("/v1/notes", headers=HERE | bearer("joe"))
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "31")
    assert sorted(answer.headers.get_list("ratelimit")) == ['"logins";r=0;t=31', '"requests";r=8;t=7']
    assert answer.headers["ratelimit-policy"] == '"requests";q=9;w=60'


class _Throttled(TokenVerifier):
    async def verify(self, token: str) -> Caller:
        raise TooManyRequests("Too often.", retry_after=31, limit="logins")


def test_a_429_and_its_headers_are_documented_where_callers_are_counted() -> None:
    routes = [route for route in sample_app().routes if isinstance(route, ShopRoute)]
    counted = [route for route in routes if 429 in route.responses]
    assert [route.path for route in routes if route not in counted] == ["/internal/v1/peer"]
    for route in counted:
        assert set(route.responses[429]["headers"]) == {"Retry-After", "RateLimit", "RateLimit-Policy"}
