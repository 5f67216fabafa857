"""How the operations of the user service are called."""

from collections.abc import Mapping

from tests.security.matrix.scene import ADDRESS, Call, Prepare, Scene
from tests.security.shops import PASSWORD, address_of

ME = "/v1/users/me"
ANOTHER_PASSWORD = "another password for tests"


async def register(scene: Scene) -> Call:
    email = f"new-{scene.new_id()}@example.com"
    return Call(path="/v1/users", body={"email": email, "password": PASSWORD, "name": "New"}, names=email)


async def get_profile(scene: Scene) -> Call:
    return Call(path=ME, names=scene.account.id)


async def change_profile(scene: Scene) -> Call:
    return Call(path=ME, body={"name": "Renamed"}, names="Renamed")


async def delete_account(scene: Scene) -> Call:
    return Call(path=ME)


async def change_password(scene: Scene) -> Call:
    return Call(path=f"{ME}/password", body={"current_password": PASSWORD, "new_password": ANOTHER_PASSWORD})


async def list_addresses(scene: Scene) -> Call:
    await scene.address()
    return Call(path=f"{ME}/addresses", names='"items"')


async def add_address(scene: Scene) -> Call:
    return Call(path=f"{ME}/addresses", body=ADDRESS, names="12 Harbour Street")


async def get_address(scene: Scene) -> Call:
    id = await scene.address()
    return Call(path=f"{ME}/addresses/{id}", names=id)


async def change_address(scene: Scene) -> Call:
    id = await scene.address()
    return Call(path=f"{ME}/addresses/{id}", body={**ADDRESS, "city": "Bath"}, names="Bath")


async def remove_address(scene: Scene) -> Call:
    return Call(path=f"{ME}/addresses/{await scene.address()}")


async def list_users(scene: Scene) -> Call:
    return Call(path="/v1/users", names=scene.account.id)


async def get_user(scene: Scene) -> Call:
    return Call(path=f"/v1/users/{scene.owner.id}", names=scene.owner.email)


async def set_roles(scene: Scene) -> Call:
    return Call(path=f"/v1/users/{scene.owner.id}/roles", body={"roles": ["customer", "admin"]}, names='"admin"')


async def set_status(scene: Scene) -> Call:
    return Call(path=f"/v1/users/{scene.owner.id}/status", body={"status": "disabled"}, names='"disabled"')


async def login(scene: Scene) -> Call:
    body = {"email": scene.owner.email, "password": PASSWORD}
    return Call(path="/v1/auth/login", body=body, names="refresh_token")


async def refresh(scene: Scene) -> Call:
    body = {"refresh_token": scene.owner.refresh_token}
    return Call(path="/v1/auth/refresh", body=body, names="refresh_token")


async def logout(scene: Scene) -> Call:
    return Call(path="/v1/auth/logout")


async def logout_all(scene: Scene) -> Call:
    return Call(path="/v1/auth/logout-all")


async def request_password_reset(scene: Scene) -> Call:
    return Call(path="/v1/auth/password-reset", body={"email": scene.owner.email}, names='"accepted"')


async def reset_password(scene: Scene) -> Call:
    http = scene.shop.client("user", address=address_of(scene.owner.email))
    asked = await http.post("/v1/auth/password-reset", json={"email": scene.owner.email})
    assert asked.status_code == 202, asked.text
    token = await scene.shop.mailed_token(scene.owner.email)
    return Call(path="/v1/auth/password-reset/confirm", body={"token": token, "new_password": ANOTHER_PASSWORD})


async def verify_email(scene: Scene) -> Call:
    return Call(path="/v1/auth/verify-email", body={"token": await scene.shop.mailed_token(scene.owner.email)})


async def get_keys(scene: Scene) -> Call:
    return Call(path="/.well-known/jwks.json", names='"RS256"')


async def get_configuration(scene: Scene) -> Call:
    return Call(path="/.well-known/openid-configuration", names="/.well-known/jwks.json")


async def get_address_of(scene: Scene) -> Call:
    id = await scene.address()
    return Call(path=f"/internal/v1/users/{scene.owner.id}/addresses/{id}", names=id)


CALLS: Mapping[str, Prepare] = {
    "POST /v1/users": register,
    f"GET {ME}": get_profile,
    f"PATCH {ME}": change_profile,
    f"DELETE {ME}": delete_account,
    f"PUT {ME}/password": change_password,
    f"GET {ME}/addresses": list_addresses,
    f"POST {ME}/addresses": add_address,
    f"GET {ME}/addresses/{{address_id}}": get_address,
    f"PUT {ME}/addresses/{{address_id}}": change_address,
    f"DELETE {ME}/addresses/{{address_id}}": remove_address,
    "GET /v1/users": list_users,
    "GET /v1/users/{id}": get_user,
    "PUT /v1/users/{id}/roles": set_roles,
    "PUT /v1/users/{id}/status": set_status,
    "POST /v1/auth/login": login,
    "POST /v1/auth/refresh": refresh,
    "POST /v1/auth/logout": logout,
    "POST /v1/auth/logout-all": logout_all,
    "POST /v1/auth/password-reset": request_password_reset,
    "POST /v1/auth/password-reset/confirm": reset_password,
    "POST /v1/auth/verify-email": verify_email,
    "GET /.well-known/jwks.json": get_keys,
    "GET /.well-known/openid-configuration": get_configuration,
    "GET /internal/v1/users/{id}/addresses/{address_id}": get_address_of,
}
