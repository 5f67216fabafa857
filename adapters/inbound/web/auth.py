"""Who may call: guards, declared as parameters of an endpoint and run before anything else of the request is read."""

import re
from abc import abstractmethod
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from fastapi import Depends
from fastapi.openapi.models import APIKey, HTTPBearer
from fastapi.openapi.models import SecurityBase as Scheme
from fastapi.security.base import SecurityBase

from adapters.inbound.web.observed import USER_KIND
from adapters.inbound.web.requests import ShopRequest
from core.shared.context import Caller
from core.shared.errors import Forbidden, Unauthenticated
from core.shared.ports import TokenVerifier

CART_TOKEN = "X-Cart-Token"  # noqa: S105 - a header's name

_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/-]+=*)", re.IGNORECASE | re.ASCII)
_LONGEST_TOKEN = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestToken:
    """What a guest presents instead of an access token: the secret of a guest cart, not yet checked."""

    value: str = field(repr=False)


class Guard(SecurityBase):
    """Finds out who calls; its schemes, any one of which will do, are shown in the OpenAPI document."""

    scheme_name: str
    model: Scheme
    alternatives: ClassVar[dict[str, Scheme]] = {}
    roles: ClassVar[bool] = False

    async def __call__(self, request: ShopRequest) -> Any:
        """What the guard found out; found out once. Raises: Unauthenticated, Forbidden, Unavailable."""
        if self not in request.proofs:
            request.proofs[self] = await self.prove(request)
        return request.proofs[self]

    @abstractmethod
    async def prove(self, request: ShopRequest) -> object: ...


class CustomerGuard(Guard):
    """A customer, by access token."""

    scheme_name = "access_token"
    model = HTTPBearer(bearerFormat="JWT", description="An access token from `POST /v1/auth/login`.")

    async def prove(self, request: ShopRequest) -> Caller | GuestToken | None:
        caller = await _verified(request, request.app.state.verifier)
        if caller.kind != "customer":
            raise Unauthenticated("This token is not a customer's.")
        return caller


class AdminGuard(CustomerGuard):
    """A customer with the role `admin`."""

    roles = True

    async def prove(self, request: ShopRequest) -> Caller:
        caller = await super().prove(request)
        if not (isinstance(caller, Caller) and caller.is_admin):
            raise Forbidden("This needs the role admin.")
        return caller


class ShopperGuard(CustomerGuard):
    """A customer by access token, or else a guest by the token of a cart."""

    alternatives: ClassVar[dict[str, Scheme]] = {
        "cart_token": APIKey.model_validate(
            {"in": "header", "name": CART_TOKEN, "description": "A guest's token from `POST /v1/cart/guest`."}
        )
    }

    async def prove(self, request: ShopRequest) -> Caller | GuestToken | None:
        tokens = request.headers.getlist(CART_TOKEN)
        if "authorization" in request.headers or not tokens:
            return await super().prove(request)
        if len(tokens) > 1 or not 0 < len(tokens[0]) <= _LONGEST_TOKEN:
            raise Unauthenticated("The cart token is malformed.")
        request.scope[USER_KIND] = "guest"
        return GuestToken(value=tokens[0])


class ServiceGuard(Guard):
    """One of our own services, by service token."""

    scheme_name = "service_token"
    model = HTTPBearer(bearerFormat="JWT", description="A token by which one of our services proves itself.")
    roles = True

    def __init__(self, *names: str) -> None:
        self.names = frozenset(names)

    async def prove(self, request: ShopRequest) -> Caller:
        caller = await _verified(request, request.app.state.service_verifier)
        if caller.kind != "service":
            raise Unauthenticated("This token is not a service's.")
        if caller.id not in self.names:
            raise Forbidden("This is for other services.")
        return caller


Customer = Annotated[Caller, Depends(CustomerGuard())]
Admin = Annotated[Caller, Depends(AdminGuard())]
Shopper = Annotated[Caller | GuestToken, Depends(ShopperGuard())]


def service(*names: str) -> Any:
    """A guard that lets the named services in and nobody else; use it in `Annotated[Caller, ...]`."""
    return Depends(ServiceGuard(*names))


async def _verified(request: ShopRequest, verifier: TokenVerifier) -> Caller:
    """Who the request's one bearer token names, of which the scope is told. Raises: Unauthenticated, Unavailable."""
    sent = request.headers.getlist("authorization")
    if not sent:
        raise Unauthenticated("This needs a bearer token.")
    token = _BEARER.fullmatch(sent[0]) if len(sent) == 1 and len(sent[0]) <= _LONGEST_TOKEN + len("Bearer ") else None
    if token is None:
        raise Unauthenticated("Send exactly one well-formed bearer token.")
    caller = await verifier.verify(token[1])
    request.scope[USER_KIND] = caller.kind
    return caller
