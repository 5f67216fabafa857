"""Accounts and address books over HTTP."""

from typing import Any

import pytest

from tests.adapters.web.sample import bearer
from tests.adapters.web.user_service import ADDRESS, ADMIN, Service, user_service
from tests.builders import an_id
from tests.core.user.people import EMAIL, PASSWORD

ME = "/v1/users/me"


async def test_an_account_is_opened() -> None:
    async with user_service() as call:
        answer = await call(
            "POST", "/v1/users", {"email": " Sam@Example.com ", "password": PASSWORD, "name": "Sam"}, status=201
        )
        assert answer.headers["Location"] == ME
        assert answer.headers["ETag"] == '"1"'
        assert answer.headers["Cache-Control"] == "no-store"
        profile = answer.json()
        assert profile == {
            "id": profile["id"], "email": "sam@example.com", "name": "Sam", "phone": None, "roles": ["customer"],
            "email_verified": False, "created_at": "2036-01-02T03:04:05Z", "version": 1,
        }  # fmt: skip
        headers = bearer((await call.login())["access_token"])
        assert (await call("GET", ME, headers=headers)).json() == profile


async def test_a_taken_address_is_a_409() -> None:
    async with user_service() as call:
        await call.register()
        body = {"email": EMAIL.upper(), "password": PASSWORD, "name": "Other"}
        assert (await call("POST", "/v1/users", body, status=409)).json()["code"] == "email_taken"


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"email": "nobody"}, "user_invalid", "email"),
        ({"email": "x@example.com\r\nBcc: all@example.com"}, "user_invalid", "email"),
        ({"email": {"$gt": ""}}, "validation_failed", "email"),
        ({"email": None}, "validation_failed", "email"),
        ({"email": "x" * 300 + "@example.com"}, "validation_failed", "email"),
        ({"password": "short"}, "password_unacceptable", "password"),
        ({"password": "Password1"}, "password_unacceptable", "password"),
        ({"password": "sam@example"}, "password_unacceptable", "password"),
        ({"password": "x" * 129}, "password_unacceptable", "password"),
        ({"password": "x" * 2000}, "validation_failed", "password"),
        ({"password": 12345678}, "validation_failed", "password"),
        ({"password": "nul\0nul\0"}, "validation_failed", "body"),
        ({"name": " "}, "user_invalid", "name"),
        ({"name": ""}, "validation_failed", "name"),
        ({"roles": ["admin"]}, "validation_failed", "roles"),
        ({"is_admin": True}, "validation_failed", "is_admin"),
    ],
)
async def test_a_wrong_registration_is_a_422_that_names_the_field(wrong: dict[str, Any], code: str, field: str) -> None:
    async with user_service() as call:
        body = {"email": EMAIL, "password": PASSWORD, "name": "Sam", **wrong}
        problem = (await call("POST", "/v1/users", body, status=422)).json()
        assert problem["code"] == code
        assert [error["field"] for error in problem["errors"]] == [field]


async def test_any_password_of_the_right_length_can_be_used() -> None:
    async with user_service() as call:
        for number, password in enumerate(("\u00e9" * 64, "x" * 128, "e\u0301" * 128, "\U0001f600" * 8)):
            email = f"sam{number}@example.com"
            await call("POST", "/v1/users", {"email": email, "password": password, "name": "Sam"}, status=201)
            await call.login(email, password)
            body = {"email": email, "password": password[:-2] + "?"}
            await call("POST", "/v1/auth/login", body, status=401)


async def test_a_profile_is_changed_by_a_merge_patch() -> None:
    async with user_service() as call:
        headers = await call.signed_in()
        patch = {**headers, "Content-Type": "application/merge-patch+json"}
        answer = await call("PATCH", ME, {"name": "Alex", "phone": "+44 20 7946 0958"}, patch)
        assert answer.headers["ETag"] == '"2"'
        changed = answer.json()
        assert (changed["name"], changed["phone"]) == ("Alex", "+44 20 7946 0958")
        assert (await call("PATCH", ME, {"phone": None}, headers)).json()["phone"] is None
        assert (await call("PATCH", ME, {}, headers)).json()["name"] == "Alex"


@pytest.mark.parametrize(
    "wrong", [{"name": None}, {"name": ""}, {"phone": "no"}, {"phone": 5}, {"email": "new@example.com"}]
)
async def test_a_wrong_patch_is_a_422(wrong: dict[str, Any]) -> None:
    async with user_service() as call:
        headers = await call.signed_in()
        await call("PATCH", ME, wrong, headers, status=422)
        assert (await call("GET", ME, headers=headers)).json()["version"] == 1


async def test_a_change_based_on_an_old_version_is_a_412() -> None:
    async with user_service() as call:
        headers = await call.signed_in()
        await call("PATCH", ME, {"name": "Alex"}, {**headers, "If-Match": '"1"'})
        await call("PATCH", ME, {"name": "Kim"}, {**headers, "If-Match": '"1"'}, status=412)
        await call("DELETE", ME, None, {**headers, "If-Match": '"1"'}, status=412)
        await call("PATCH", ME, {"name": "Kim"}, {**headers, "If-Match": "*"})
        await call("PATCH", ME, {"name": "Kim"}, {**headers, "If-Match": "3"}, status=422)


async def test_a_deleted_account_is_gone_at_once_and_its_address_free() -> None:
    async with user_service() as call:
        headers = await call.signed_in()
        tokens = await call.login()
        await call("DELETE", ME, headers=headers, status=204)
        await call("GET", ME, headers=headers, status=401)
        await call("DELETE", ME, headers=headers, status=401)
        await call("POST", "/v1/auth/refresh", {"refresh_token": tokens["refresh_token"]}, status=401)
        await call("POST", "/v1/auth/login", {"email": EMAIL, "password": PASSWORD}, status=401)
        await call.signed_in()


async def test_another_password_ends_the_other_sessions() -> None:
    async with user_service() as call:
        await call.register()
        here, elsewhere = await call.login(), await call.login()
        body = {"current_password": PASSWORD, "new_password": "another password"}
        await call("PUT", f"{ME}/password", body, bearer(here["access_token"]), status=204)
        await call("POST", "/v1/auth/refresh", {"refresh_token": here["refresh_token"]})
        await call("POST", "/v1/auth/refresh", {"refresh_token": elsewhere["refresh_token"]}, status=401)
        await call("POST", "/v1/auth/login", {"email": EMAIL, "password": PASSWORD}, status=401)
        await call.login(password="another password")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"current_password": "wrong password", "new_password": "another password"}, "password_wrong"),
        ({"current_password": PASSWORD, "new_password": "short"}, "password_unacceptable"),
        ({"current_password": PASSWORD, "new_password": "Password123"}, "password_unacceptable"),
        ({"new_password": "another password"}, "validation_failed"),
    ],
)
async def test_a_wrong_password_change_is_a_422(body: dict[str, Any], code: str) -> None:
    async with user_service() as call:
        headers = await call.signed_in()
        problem = (await call("PUT", f"{ME}/password", body, headers, status=422)).json()
        assert problem["code"] == code
        assert PASSWORD not in str(problem)
        await call.login()


async def test_an_address_book_is_kept() -> None:
    async with user_service() as call:
        headers = await call.signed_in()
        answer = await call("POST", f"{ME}/addresses", {**ADDRESS, "region": None}, headers, status=201)
        address = answer.json()
        assert address == {"id": address["id"], **ADDRESS, "line2": "", "region": "", "phone": ""}
        path = f"{ME}/addresses/{address['id']}"
        assert answer.headers["Location"] == path
        assert (await call("GET", path, headers=headers)).json() == address
        moved = (await call("PUT", path, {**ADDRESS, "city": "Bath"}, headers)).json()
        assert moved == {**address, "city": "Bath"}
        assert (await call("GET", f"{ME}/addresses", headers=headers)).json() == {"items": [moved], "next_cursor": None}
        await call("DELETE", path, headers=headers, status=204)
        for method, body in (("GET", None), ("PUT", ADDRESS), ("DELETE", None)):
            problem = (await call(method, path, body, headers, status=404)).json()
            assert problem["code"] == "address_not_found"


async def test_an_address_book_has_20_places_and_pages() -> None:
    async with user_service() as call:
        headers = await call.signed_in()
        for number in range(20):
            await call("POST", f"{ME}/addresses", {**ADDRESS, "line1": f"{number} Street"}, headers, status=201)
        problem = (await call("POST", f"{ME}/addresses", ADDRESS, headers, status=422)).json()
        assert problem["code"] == "too_many_addresses"
        seen, path = [], f"{ME}/addresses?limit=7"
        while True:
            page = (await call("GET", path, headers=headers)).json()
            seen += [item["line1"] for item in page["items"]]
            if page["next_cursor"] is None:
                break
            path = f"{ME}/addresses?limit=7&cursor={page['next_cursor']}"
        assert seen == [f"{number} Street" for number in range(20)]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"country": "UK"}, "country"), ({"country": "gb"}, "country"), ({"country": None}, "country"),
        ({"line1": " "}, "line1"), ({"city": ""}, "city"), ({"phone": "no"}, "phone"), ({"id": an_id(1)}, "id"),
        ({"postal_code": "x" * 201}, "postal_code"), ({"name": "two\nlines"}, "name"),
    ],
)  # fmt: skip
async def test_a_wrong_address_is_a_422_that_names_the_field(wrong: dict[str, Any], field: str) -> None:
    async with user_service() as call:
        headers = await call.signed_in()
        problem = (await call("POST", f"{ME}/addresses", {**ADDRESS, **wrong}, headers, status=422)).json()
        assert [error["field"] for error in problem["errors"]] == [field]


async def test_another_customers_address_does_not_exist() -> None:
    async with user_service() as call:
        sam, kim = await call.signed_in(), await call.signed_in("kim@example.com")
        address = (await call("POST", f"{ME}/addresses", ADDRESS, sam, status=201)).json()
        path = f"{ME}/addresses/{address['id']}"
        for method, body in (("GET", None), ("PUT", ADDRESS), ("DELETE", None)):
            await call(method, path, body, kim, status=404)
        await call("GET", path, headers=sam)


async def test_the_order_service_alone_reads_addresses_of_others() -> None:
    service = Service()
    async with service.client() as call:
        headers = await call.signed_in()
        user_id = (await call("GET", ME, headers=headers)).json()["id"]
        address = (await call("POST", f"{ME}/addresses", ADDRESS, headers, status=201)).json()
        path = f"/internal/v1/users/{user_id}/addresses/{address['id']}"
        assert (await call("GET", path, headers=service.service_token("order"))).json() == address
        await call("GET", path, headers=service.service_token("cart"), status=403)
        await call("GET", path, headers=headers, status=401)
        await call("GET", path, headers=await call.signed_in(ADMIN), status=401)
        await call("GET", path, status=401)
        for missing in (f"{an_id(9)}/addresses/{address['id']}", f"{user_id}/addresses/{an_id(9)}", "x/addresses/y"):
            await call("GET", f"/internal/v1/users/{missing}", headers=service.service_token("order"), status=404)
