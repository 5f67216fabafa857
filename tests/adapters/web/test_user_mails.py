"""Confirming an address and choosing a new password over HTTP, by tokens that come by mail."""

import pytest

from tests.adapters.web.sample import bearer
from tests.adapters.web.user_service import Client, user_service
from tests.core.user.mailbox import token_in
from tests.core.user.people import EMAIL, PASSWORD

RESET, CONFIRM, VERIFY = "/v1/auth/password-reset", "/v1/auth/password-reset/confirm", "/v1/auth/verify-email"
NEW = "another password"


async def mailed(call: Client) -> str:
    """The token in the last mail, once all are sent."""
    await call.service.use_cases.send_mails()
    return token_in(call.service.notifier.sent[-1])


async def test_an_address_is_confirmed_by_the_token_that_was_mailed_there() -> None:
    async with user_service() as call:
        me = await call.signed_in()
        assert (await call("GET", "/v1/users/me", headers=me)).json()["email_verified"] is False
        token = await mailed(call)
        answer = await call("POST", VERIFY, {"token": token}, status=204)
        assert answer.content == b""
        assert (await call("GET", "/v1/users/me", headers=me)).json()["email_verified"] is True
        used = await call("POST", VERIFY, {"token": token}, status=422)
        assert used.json()["code"] == "token_invalid"


async def test_a_new_password_ends_what_the_old_one_began() -> None:
    async with user_service() as call:
        await call.register()
        tokens = await call.login()
        await call("POST", RESET, {"email": EMAIL}, status=202)
        await call("POST", CONFIRM, {"token": await mailed(call), "new_password": NEW}, status=204)
        await call("POST", "/v1/auth/refresh", {"refresh_token": tokens["refresh_token"]}, status=401)
        await call("GET", "/v1/users/me", headers=bearer(tokens["access_token"]), status=401)
        await call("POST", "/v1/auth/login", {"email": EMAIL, "password": PASSWORD}, status=401)
        assert (await call.login(password=NEW))["token_type"] == "Bearer"


async def test_the_answer_is_the_same_whether_there_is_an_account_or_not() -> None:
    async with user_service() as call:
        await call.register()
        hit = await call("POST", RESET, {"email": EMAIL}, status=202)
        miss = await call("POST", RESET, {"email": "nobody@example.com"}, status=202)
        assert hit.json() == miss.json() == {"status": "accepted"}
        assert _but_ids(hit.headers) == _but_ids(miss.headers)
        assert hit.headers["Cache-Control"] == "no-store"


def _but_ids(headers: object) -> dict[str, str]:
    return {name: value for name, value in dict(headers).items() if name != "x-request-id"}  # type: ignore[call-overload]


@pytest.mark.parametrize("email", ["sam", "sam@localhost", "a@b@example.com", "sam@example.com\r\nBcc: x@example.com"])
async def test_what_is_no_address_is_refused_as_at_registration(email: str) -> None:
    async with user_service() as call:
        refused = await call("POST", RESET, {"email": email}, status=422)
        new = {"email": email, "password": PASSWORD, "name": "Sam"}
        registration = await call("POST", "/v1/users", new, status=422)
        assert refused.json()["code"] == registration.json()["code"] == "user_invalid"
        assert refused.json()["errors"] == registration.json()["errors"]


@pytest.mark.parametrize("token", ["x", "a" * 256, "\u00fc" * 43, " ", '{"$gt": ""}'])
async def test_what_is_no_token_is_refused_in_one_way(token: str) -> None:
    async with user_service() as call:
        for path, body in ((VERIFY, {"token": token}), (CONFIRM, {"token": token, "new_password": NEW})):
            refused = await call("POST", path, body, status=422)
            assert refused.json()["code"] == "token_invalid"
            assert token not in refused.json()["detail"] or len(token) < 3


async def test_a_password_that_is_refused_leaves_the_token_good() -> None:
    async with user_service() as call:
        await call.register()
        await call("POST", RESET, {"email": EMAIL}, status=202)
        token = await mailed(call)
        refused = await call("POST", CONFIRM, {"token": token, "new_password": "short"}, status=422)
        assert (refused.json()["code"], refused.json()["errors"][0]["field"]) == (
            "password_unacceptable",
            "new_password",
        )
        await call("POST", CONFIRM, {"token": token, "new_password": NEW}, status=204)


async def test_the_shape_is_checked_first() -> None:
    async with user_service() as call:
        for path in (RESET, CONFIRM, VERIFY):
            for body in ({}, {"email": 1, "token": 1, "new_password": 1}, {"email": {"$gt": ""}, "token": {"$gt": ""}}):
                assert (await call("POST", path, body, status=422)).json()["code"] == "validation_failed"
