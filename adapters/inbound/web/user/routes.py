"""The user service's routes."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from adapters.inbound.web.addresses import AddressIn
from adapters.inbound.web.answers import NO_STORE, empty, json
from adapters.inbound.web.auth import Admin, Customer, CustomerGuard, GuestToken, service
from adapters.inbound.web.bodies import Id
from adapters.inbound.web.client import ClientAddress
from adapters.inbound.web.docs import problems
from adapters.inbound.web.lists import After, Limit, PageOut, page
from adapters.inbound.web.requests import ShopRequest
from adapters.inbound.web.routes import router
from adapters.inbound.web.user.schemas import (
    AcceptedOut,
    DiscoveryOut,
    KeySetOut,
    LoginIn,
    LogoutIn,
    NewPasswordIn,
    PasswordIn,
    PasswordResetIn,
    ProfileOut,
    ProfilePatch,
    RefreshIn,
    RegisterIn,
    RolesIn,
    StatusIn,
    TokensOut,
    UserOut,
    VerifyEmailIn,
)
from adapters.inbound.web.versions import IfMatch, etag, if_match_version
from core.shared.address import AddressInvalid
from core.shared.context import Caller, SignedIn
from core.shared.errors import TooManyRequests, Unauthenticated, VersionStale
from core.shared.paging import DEFAULT_LIMIT, CursorInvalid
from core.user.errors import (
    AccountErased,
    CredentialsWrong,
    EmailTaken,
    PasswordUnacceptable,
    PasswordWrong,
    RefreshTokenInvalid,
    SessionBusy,
    TokenInvalid,
    TooManyAddresses,
    UserInvalid,
)
from core.user.model import Address, RefreshToken, SignIn, User
from core.user.use_cases import UserUseCases

CACHED = {"Cache-Control": "public, max-age=300"}
ME = "/v1/users/me"


class HolderGuard(CustomerGuard):
    """Whoever holds a good access token; one that has expired is no reason against signing out."""

    optional = True

    async def prove(self, request: ShopRequest) -> Caller | GuestToken | None:
        try:
            return await super().prove(request)
        except Unauthenticated:
            return None


Holder = Annotated[Caller | None, Depends(HolderGuard())]
OrderService = Annotated[Caller, service("order")]


def user_router(use_cases: UserUseCases, *, issuer: str) -> APIRouter:
    """Every route of the user service; `issuer` is the address that access tokens name as theirs."""
    routes = router("users")
    _account_routes(routes, use_cases)
    _address_routes(routes, use_cases)
    _administration_routes(routes, use_cases)
    _sign_in_routes(routes, use_cases)
    _mail_routes(routes, use_cases)
    _routes_for_services(routes, use_cases, issuer)
    return routes


def _account_routes(routes: APIRouter, use_cases: UserUseCases) -> None:
    @routes.post(
        "/v1/users",
        status_code=201,
        response_model=ProfileOut,
        responses=problems(EmailTaken, UserInvalid, PasswordUnacceptable, TooManyRequests),
    )
    async def register(body: RegisterIn, client: ClientAddress) -> Response:
        """Open an account."""
        user = await use_cases.register(email=body.email, password=body.password, name=body.name, client=client)
        return _profile(user, 201, {"Location": ME})

    @routes.get(ME, response_model=ProfileOut)
    async def get_profile(caller: Customer) -> Response:
        """One's own account."""
        return _profile(await use_cases.get_user(user_id=caller.id))

    @routes.patch(ME, response_model=ProfileOut, responses=problems(UserInvalid, VersionStale))
    async def change_profile(body: ProfilePatch, caller: Customer, if_match: IfMatch = None) -> Response:
        """Change one's name or telephone number by a JSON merge patch."""
        version = if_match_version(if_match)
        return _profile(
            await use_cases.change_profile(user_id=caller.id, name=body.new_name, phone=body.new_phone, version=version)
        )

    @routes.delete(ME, status_code=204, responses=problems(VersionStale))
    async def delete_account(caller: Customer, if_match: IfMatch = None) -> Response:
        """Leave the shop: everything personal is forgotten, the e-mail address is free again, all sessions end."""
        await use_cases.delete_account(user_id=caller.id, version=if_match_version(if_match))
        return empty()

    @routes.put(
        f"{ME}/password", status_code=204, responses=problems(PasswordWrong, PasswordUnacceptable, TooManyRequests)
    )
    async def change_password(body: PasswordIn, caller: Customer, client: ClientAddress) -> Response:
        """Take another password; all other sessions end."""
        await use_cases.change_password(
            user_id=caller.id,
            session_id=_session_of(caller),
            current_password=body.current_password,
            new_password=body.new_password,
            client=client,
        )
        return empty()


def _address_routes(routes: APIRouter, use_cases: UserUseCases) -> None:
    @routes.get(f"{ME}/addresses", response_model=PageOut[Address], responses=problems(CursorInvalid))
    async def list_addresses(caller: Customer, after: After, limit: Limit = DEFAULT_LIMIT) -> Response:
        """One's address book, in the order of writing."""
        found = await use_cases.list_addresses(user_id=caller.id, limit=limit, after=after)
        return page(found.items, found.next)

    @routes.post(
        f"{ME}/addresses",
        status_code=201,
        response_model=Address,
        responses=problems(TooManyAddresses, AddressInvalid),
    )
    async def add_address(body: AddressIn, caller: Customer) -> Response:
        """Write an address into one's book."""
        address = await use_cases.add_address(user_id=caller.id, address=Address(id="", **body.lines))
        return json(address, 201, headers={**NO_STORE, "Location": f"{ME}/addresses/{address.id}"})

    @routes.get(f"{ME}/addresses/{{address_id}}", response_model=Address)
    async def get_address(address_id: Id, caller: Customer) -> Response:
        """One address of one's book."""
        address = await use_cases.get_address(user_id=caller.id, address_id=address_id)
        return json(address, headers=NO_STORE)

    @routes.put(f"{ME}/addresses/{{address_id}}", response_model=Address, responses=problems(AddressInvalid))
    async def change_address(address_id: Id, body: AddressIn, caller: Customer) -> Response:
        """Correct an address; orders that were sent there keep the old one."""
        address = await use_cases.change_address(user_id=caller.id, address=Address(id=address_id, **body.lines))
        return json(address, headers=NO_STORE)

    @routes.delete(f"{ME}/addresses/{{address_id}}", status_code=204)
    async def remove_address(address_id: Id, caller: Customer) -> Response:
        """Strike an address out of one's book."""
        await use_cases.remove_address(user_id=caller.id, address_id=address_id)
        return empty()


def _administration_routes(routes: APIRouter, use_cases: UserUseCases) -> None:
    @routes.get("/v1/users", response_model=PageOut[UserOut], responses=problems(CursorInvalid))
    async def list_users(caller: Admin, after: After, limit: Limit = DEFAULT_LIMIT) -> Response:
        """All accounts, the newest first."""
        found = await use_cases.list_users(limit=limit, after=after)
        return page(map(UserOut.of, found.items), found.next)

    @routes.get("/v1/users/{id}", response_model=UserOut)
    async def get_user(id: Id, caller: Admin) -> Response:
        """Any account."""
        return _user(await use_cases.get_user(user_id=id))

    @routes.put(
        "/v1/users/{id}/roles", response_model=UserOut, responses=problems(AccountErased, UserInvalid, VersionStale)
    )
    async def set_roles(id: Id, body: RolesIn, caller: Admin, if_match: IfMatch = None) -> Response:
        """Say what an account may do; tokens already out know it once they are renewed."""
        version = if_match_version(if_match)
        return _user(await use_cases.set_roles(user_id=id, roles=frozenset(body.roles), version=version))

    @routes.put("/v1/users/{id}/status", response_model=UserOut, responses=problems(AccountErased, VersionStale))
    async def set_status(id: Id, body: StatusIn, caller: Admin, if_match: IfMatch = None) -> Response:
        """Disable an account, which ends its sessions, or enable it again."""
        version = if_match_version(if_match)
        return _user(await use_cases.set_status(user_id=id, status=body.status, version=version))


def _sign_in_routes(routes: APIRouter, use_cases: UserUseCases) -> None:
    @routes.post("/v1/auth/login", response_model=TokensOut, responses=problems(CredentialsWrong, TooManyRequests))
    async def login(body: LoginIn, client: ClientAddress) -> Response:
        """Sign in."""
        return _tokens(await use_cases.login(email=body.email, password=body.password, client=client))

    @routes.post("/v1/auth/refresh", response_model=TokensOut, responses=problems(RefreshTokenInvalid, SessionBusy))
    async def refresh(body: RefreshIn) -> Response:
        """Exchange a refresh token for new tokens. Each is good once: used again later, it ends the session."""
        return _tokens(await use_cases.refresh(refresh_token=body.refresh_token))

    @routes.post("/v1/auth/logout", status_code=204, responses=problems(RefreshTokenInvalid))
    async def logout(caller: Holder, body: LogoutIn | None = None) -> Response:
        """End the session that the refresh token belongs to; without one, that of the access token."""
        await use_cases.logout(session_id=_ending(body, caller))
        return empty()

    @routes.post("/v1/auth/logout-all", status_code=204, responses=problems(RefreshTokenInvalid))
    async def logout_all(caller: Holder, body: LogoutIn | None = None) -> Response:
        """End all sessions of the owner of the access token; without one, of the refresh token."""
        owner = caller or await use_cases.identify_holder(refresh_token=_refresh_token(body))
        await use_cases.logout_all(user_id=owner.id)
        return empty()


def _mail_routes(routes: APIRouter, use_cases: UserUseCases) -> None:
    @routes.post(
        "/v1/auth/password-reset",
        status_code=202,
        response_model=AcceptedOut,
        responses=problems(UserInvalid, TooManyRequests),
    )
    async def request_password_reset(body: PasswordResetIn, client: ClientAddress) -> Response:
        """Ask for a mail by which to choose a new password; it comes if there is an account with the address."""
        await use_cases.request_password_reset(email=body.email, client=client)
        return json(AcceptedOut(status="accepted"), 202, headers=NO_STORE)

    @routes.post(
        "/v1/auth/password-reset/confirm", status_code=204, responses=problems(TokenInvalid, PasswordUnacceptable)
    )
    async def reset_password(body: NewPasswordIn, client: ClientAddress) -> Response:
        """Choose a new password by the token from the mail, once; all sessions end, and the address is confirmed."""
        await use_cases.reset_password(token=body.token, new_password=body.new_password, client=client)
        return empty()

    @routes.post("/v1/auth/verify-email", status_code=204, responses=problems(TokenInvalid))
    async def verify_email(body: VerifyEmailIn) -> Response:
        """Confirm one's e-mail address by the token from the mail that came after registration, once."""
        await use_cases.verify_email(token=body.token)
        return empty()


def _routes_for_services(routes: APIRouter, use_cases: UserUseCases, issuer: str) -> None:
    @routes.get("/.well-known/jwks.json", response_model=KeySetOut)
    async def get_keys() -> Response:
        """The public keys by which anyone can check an access token."""
        return json(await use_cases.publish_keys(), headers=CACHED)

    @routes.get("/.well-known/openid-configuration", response_model=DiscoveryOut)
    async def get_configuration() -> Response:
        """Where the keys are, for those who look for them as OpenID Connect says."""
        return json(DiscoveryOut.of(issuer), headers=CACHED)

    @routes.get("/internal/v1/users/{id}/addresses/{address_id}", response_model=Address)
    async def get_address_of(id: Id, address_id: Id, caller: OrderService) -> Response:
        """Where an order of this customer is to go."""
        address = await use_cases.get_address(user_id=id, address_id=address_id)
        return json(address, headers=NO_STORE)


def _profile(user: User, status: int = 200, headers: Mapping[str, str] = NO_STORE) -> Response:
    return json(ProfileOut.of(user), status, headers={**NO_STORE, **headers, "ETag": etag(user.version)})


def _user(user: User) -> Response:
    return json(UserOut.of(user), headers={**NO_STORE, "ETag": etag(user.version)})


def _tokens(sign_in: SignIn) -> Response:
    return json(TokensOut.of(sign_in), headers=NO_STORE)


def _session_of(caller: Caller | None) -> str | None:
    return caller.session_id if isinstance(caller, SignedIn) else None


def _ending(body: LogoutIn | None, caller: Caller | None) -> str:
    named = body is not None and body.refresh_token is not None
    session_id = None if named else _session_of(caller)
    return session_id or RefreshToken.of(_refresh_token(body)).session_id


def _refresh_token(body: LogoutIn | None) -> str:
    if body is None or body.refresh_token is None:
        raise Unauthenticated("Send a refresh token, or an access token that is good.")
    return body.refresh_token
