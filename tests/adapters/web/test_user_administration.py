"""What administrators do with accounts over HTTP, and what nobody else does."""

import re
from typing import Any

import pytest

from tests.adapters.web.conformity import operations
from tests.adapters.web.sample import bearer
from tests.adapters.web.user_service import ADMIN, Service, user_service
from tests.builders import an_id
from tests.core.user.people import EMAIL, PASSWORD


async def test_an_administrator_sees_an_account() -> None:
    async with user_service() as call:
        admin = await call.signed_in(ADMIN)
        sam = await call.register()
        answer = await call("GET", f"/v1/users/{sam}", headers=admin)
        assert answer.headers["ETag"] == '"1"'
        assert answer.json() == {
            "id": sam, "email": EMAIL, "name": "Sam Shopper", "phone": None, "roles": ["customer"], "status": "active",
            "email_verified": False, "created_at": "2036-01-02T03:04:05Z", "version": 1,
        }  # fmt: skip


async def test_accounts_are_listed_the_newest_first_page_by_page() -> None:
    async with user_service() as call:
        admin = await call.signed_in(ADMIN)
        made = [await call.register(f"sam{number}@example.com") for number in range(6)]
        first = (await call("GET", "/v1/users?limit=4", headers=admin)).json()
        rest = (await call("GET", f"/v1/users?limit=4&cursor={first['next_cursor']}", headers=admin)).json()
        listed = [item["id"] for item in first["items"] + rest["items"]]
        assert listed[:6] == made[::-1]
        assert (len(listed), rest["next_cursor"]) == (7, None)
        for query in ("limit=0", "limit=101", "cursor=nonsense", "cursor="):
            await call("GET", f"/v1/users?{query}", headers=admin, status=422)


async def test_roles_are_set_and_hold_here_at_once() -> None:
    async with user_service() as call:
        admin = await call.signed_in(ADMIN)
        sam = await call.signed_in()
        id = (await call("GET", "/v1/users/me", headers=sam)).json()["id"]
        await call("GET", "/v1/users", headers=sam, status=403)
        path = f"/v1/users/{id}/roles"
        answer = await call("PUT", path, {"roles": ["customer", "admin", "admin"]}, {**admin, "If-Match": '"1"'})
        assert (answer.json()["roles"], answer.headers["ETag"]) == (["admin", "customer"], '"2"')
        await call("GET", "/v1/users", headers=sam)
        await call("PUT", path, {"roles": ["customer"]}, {**admin, "If-Match": '"1"'}, status=412)
        await call("PUT", path, {"roles": ["customer"]}, admin)
        await call("GET", "/v1/users", headers=sam, status=403)


@pytest.mark.parametrize("body", [{"roles": []}, {"roles": ["root"]}, {"roles": "admin"}, {"roles": None}, {}])
async def test_unknown_roles_are_a_422(body: dict[str, Any]) -> None:
    async with user_service() as call:
        admin = await call.signed_in(ADMIN)
        sam = await call.register()
        await call("PUT", f"/v1/users/{sam}/roles", body, admin, status=422)


async def test_a_disabled_account_is_out_at_once_until_it_is_enabled() -> None:
    async with user_service() as call:
        admin = await call.signed_in(ADMIN)
        id = await call.register()
        tokens = await call.login()
        path = f"/v1/users/{id}/status"
        assert (await call("PUT", path, {"status": "disabled"}, admin)).json()["status"] == "disabled"
        problem = (await call("GET", "/v1/users/me", headers=bearer(tokens["access_token"]), status=401)).json()
        assert problem["code"] == "account_inactive"
        await call("POST", "/v1/auth/refresh", {"refresh_token": tokens["refresh_token"]}, status=401)
        await call("POST", "/v1/auth/login", {"email": EMAIL, "password": PASSWORD}, status=401)
        await call("PUT", path, {"status": "active"}, admin)
        await call("GET", "/v1/users/me", headers=bearer((await call.login())["access_token"]))
        await call("PUT", path, {"status": "erased"}, admin, status=422)


async def test_a_disabled_administrator_is_none() -> None:
    service = Service()
    async with service.client() as call:
        admin = await call.signed_in(ADMIN)
        user = await service.store.users.by_email(ADMIN)
        await service.store.users.save(user.disabled())
        await call("GET", "/v1/users", headers=admin, status=401)


async def test_nothing_is_done_to_an_erased_account() -> None:
    async with user_service() as call:
        admin = await call.signed_in(ADMIN)
        sam = await call.signed_in()
        id = (await call("GET", "/v1/users/me", headers=sam)).json()["id"]
        await call("DELETE", "/v1/users/me", headers=sam, status=204)
        left = (await call("GET", f"/v1/users/{id}", headers=admin)).json()
        assert (left["status"], left["name"], left["phone"]) == ("erased", "", None)
        assert EMAIL not in left["email"]
        for path, body in (("status", {"status": "active"}), ("roles", {"roles": ["admin"]})):
            problem = (await call("PUT", f"/v1/users/{id}/{path}", body, admin, status=409)).json()
            assert problem["code"] == "account_erased"


async def test_an_unknown_account_is_a_404() -> None:
    async with user_service() as call:
        admin = await call.signed_in(ADMIN)
        for id in (an_id(9), "nonsense", "$gt", an_id(10).upper()):
            await call("GET", f"/v1/users/{id}", headers=admin, status=404)
            await call("PUT", f"/v1/users/{id}/roles", {"roles": ["admin"]}, admin, status=404)
            await call("PUT", f"/v1/users/{id}/status", {"status": "active"}, {**admin, "If-Match": '"1"'}, status=404)


OPEN = {
    ("POST", "/v1/users"),
    ("POST", "/v1/auth/login"),
    ("POST", "/v1/auth/refresh"),
    ("POST", "/v1/auth/password-reset"),
    ("POST", "/v1/auth/password-reset/confirm"),
    ("POST", "/v1/auth/verify-email"),
    ("GET", "/.well-known/jwks.json"),
    ("GET", "/.well-known/openid-configuration"),
}


async def test_every_route_has_its_callers() -> None:
    service = Service()
    async with service.client() as call:
        customer, admin = await call.signed_in(), await call.signed_in(ADMIN)
        callers: dict[str, dict[str, str]] = {"nobody": {}, "forged": bearer("a.b.c"), "customer": customer}
        callers |= {"admin": admin, "order": service.service_token("order"), "cart": service.service_token("cart")}
        cells = 0
        for method, path in sorted(operations(service.app)):
            concrete = re.sub(r"\{\w+\}", an_id(9), path)
            for name, headers in callers.items():
                if "logout" in path:
                    continue  # a body counts as well, and it ends the session; tested on its own
                harmless = {**headers, "If-Match": '"99"'}
                status = (await call.http.request(method, concrete, headers=harmless)).status_code
                cells += 1
                if (method, path) in OPEN:
                    assert status not in (401, 403) or path.startswith("/v1/auth"), (name, method, path)
                elif path.startswith("/internal"):
                    expected = {"order": 404, "cart": 403}.get(name, 401)
                    assert status == expected, (name, method, path)
                elif name in ("nobody", "forged", "order", "cart"):
                    assert status == 401, (name, method, path)
                elif not path.startswith("/v1/users/me"):
                    assert (status == 403) == (name == "customer"), (name, method, path)
                else:
                    assert status not in (401, 403), (name, method, path)
        print("operations x callers:", cells)


def test_the_service_has_every_row_of_the_contract() -> None:
    me = "/v1/users/me"
    assert operations(Service().app) == {
        *OPEN,
        *((method, me) for method in ("GET", "PATCH", "DELETE")),
        ("PUT", f"{me}/password"),
        *((method, f"{me}/addresses") for method in ("GET", "POST")),
        *((method, f"{me}/addresses/{{address_id}}") for method in ("GET", "PUT", "DELETE")),
        ("GET", "/v1/users"),
        ("GET", "/v1/users/{id}"),
        ("PUT", "/v1/users/{id}/roles"),
        ("PUT", "/v1/users/{id}/status"),
        ("POST", "/v1/auth/logout"),
        ("POST", "/v1/auth/logout-all"),
        ("GET", "/internal/v1/users/{id}/addresses/{address_id}"),
    }
