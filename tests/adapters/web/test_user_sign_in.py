"""Signing in and out over HTTP."""

from typing import Any

import pytest

from tests.adapters.security.holders import ISSUER, key
from tests.adapters.web.sample import bearer
from tests.adapters.web.user_service import ADMIN, Client, Service, user_service
from tests.builders import an_id
from tests.core.user.people import EMAIL, PASSWORD

ME = "/v1/users/me"


async def test_whoever_signs_in_gets_tokens() -> None:
    async with user_service() as call:
        await call.register()
        answer = await call("POST", "/v1/auth/login", {"email": EMAIL.upper(), "password": PASSWORD})
        assert answer.headers["Cache-Control"] == "no-store"
        tokens = answer.json()
        assert set(tokens) == {"access_token", "token_type", "expires_in", "refresh_token"}
        assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 900)
        assert (await call("GET", ME, headers=bearer(tokens["access_token"]))).json()["email"] == EMAIL


async def test_a_refused_sign_in_does_not_tell_whether_there_is_such_an_account() -> None:
    async with user_service() as call:
        await call.register()
        problems = []
        for email in (EMAIL, "nobody@example.com", "not an address"):
            body = {"email": email, "password": "wrong password"}
            answer = await call("POST", "/v1/auth/login", body, status=401)
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            problems.append({name: value for name, value in answer.json().items() if name != "request_id"})
        assert problems[0] == problems[1] == problems[2]
        assert problems[0]["code"] == "credentials_wrong"


@pytest.mark.parametrize("wrong", [{"email": {"$gt": ""}}, {"password": {"$gt": ""}}, {"password": None}, {"extra": 1}])
async def test_a_sign_in_of_the_wrong_shape_is_a_422(wrong: dict[str, Any]) -> None:
    async with user_service() as call:
        await call.register()
        await call("POST", "/v1/auth/login", {"email": EMAIL, "password": PASSWORD, **wrong}, status=422)


async def refreshed(call: Client, token: str, status: int = 200) -> str:
    answer = await call("POST", "/v1/auth/refresh", {"refresh_token": token}, status=status)
    return str(answer.json().get("refresh_token"))


async def test_a_replayed_refresh_token_ends_the_session() -> None:
    service = Service()
    async with service.client() as call:
        await call.register()
        first = (await call.login())["refresh_token"]
        second = await refreshed(call, first)
        await refreshed(call, first)
        service.clock.advance(60)
        third = await refreshed(call, second)
        await refreshed(call, first, status=401)
        await refreshed(call, third, status=401)


@pytest.mark.parametrize("token", ["nonsense", f"{an_id(1)}.secret", "x" * 256, "\u00e9", "a.b.c"])
async def test_a_made_up_refresh_token_is_a_401(token: str) -> None:
    async with user_service() as call:
        assert (await call("POST", "/v1/auth/refresh", {"refresh_token": token}, status=401)).json()["code"] == (
            "refresh_token_invalid"
        )


async def test_an_access_token_refreshes_nothing_and_a_refresh_token_opens_nothing() -> None:
    async with user_service() as call:
        await call.register()
        tokens = await call.login()
        await call("POST", "/v1/auth/refresh", {"refresh_token": tokens["access_token"][:256]}, status=401)
        await call("GET", ME, headers=bearer(tokens["refresh_token"]), status=401)


async def test_signing_out_ends_the_session_of_the_refresh_token() -> None:
    async with user_service() as call:
        await call.register()
        here, elsewhere = await call.login(), await call.login()
        body = {"refresh_token": here["refresh_token"]}
        for headers in ({}, bearer(elsewhere["access_token"]), bearer("expired")):
            await call("POST", "/v1/auth/logout", body, headers, status=204)
        await refreshed(call, here["refresh_token"], status=401)
        await refreshed(call, elsewhere["refresh_token"])


async def test_signing_out_without_a_refresh_token_ends_the_session_of_the_access_token() -> None:
    async with user_service() as call:
        await call.register()
        here, elsewhere = await call.login(), await call.login()
        await call("POST", "/v1/auth/logout", None, bearer(here["access_token"]), status=204)
        await refreshed(call, here["refresh_token"], status=401)
        await refreshed(call, elsewhere["refresh_token"])


@pytest.mark.parametrize("path", ["/v1/auth/logout", "/v1/auth/logout-all"])
async def test_who_holds_nothing_cannot_sign_out(path: str) -> None:
    async with user_service() as call:
        await call.register()
        for body, headers in ((None, {}), ({}, {}), (None, bearer("forged")), ({"refresh_token": "nonsense"}, {})):
            await call("POST", path, body, headers, status=401)
        await call("POST", path, {"refresh_token": 5}, status=422)


async def test_signing_out_everywhere_takes_either_token() -> None:
    async with user_service() as call:
        await call.register()
        for by_refresh_token in (False, True):
            here, elsewhere = await call.login(), await call.login()
            body = {"refresh_token": here["refresh_token"]} if by_refresh_token else None
            headers = {} if by_refresh_token else bearer(here["access_token"])
            await call("POST", "/v1/auth/logout-all", body, headers, status=204)
            for tokens in (here, elsewhere):
                await refreshed(call, tokens["refresh_token"], status=401)
        await call("POST", "/v1/auth/logout-all", {"refresh_token": f"{an_id(1)}.guess"}, status=401)


async def test_an_access_token_expires() -> None:
    service = Service()
    async with service.client() as call:
        headers = await call.signed_in()
        service.clock.advance(899)
        await call("GET", ME, headers=headers)
        service.clock.advance(1)
        answer = await call("GET", ME, headers=headers, status=401)
        assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_the_keys_are_published_for_everyone_to_keep_a_while() -> None:
    async with user_service() as call:
        answer = await call("GET", "/.well-known/jwks.json")
        assert answer.json() == {"keys": [key().jwk]}
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        configuration = await call("GET", "/.well-known/openid-configuration")
        assert configuration.json()["issuer"] == ISSUER
        assert configuration.json()["jwks_uri"] == f"{ISSUER}/.well-known/jwks.json"
        assert configuration.headers["Cache-Control"] == "public, max-age=300"


async def test_too_many_passwords_at_once_are_a_503_with_retry_after() -> None:
    service = Service()
    async with service.client() as call:
        await call.register()
        while service.passwords._room.acquire(blocking=False):
            pass
        for path, body in (
            ("/v1/auth/login", {"email": EMAIL, "password": PASSWORD}),
            ("/v1/users", {"email": ADMIN, "password": PASSWORD, "name": "Admin"}),
        ):
            answer = await call("POST", path, body, status=503)
            assert answer.headers["Retry-After"] == "1"
