"""Services with a hole in them, as somebody might leave one: the checks have to tell each of these."""

import contextlib
import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any, cast, get_args

from fastapi import APIRouter, Depends
from fastapi.params import Depends as Dependency
from fastapi.routing import APIRoute

from adapters.bootstrap.identities import CALLERS
from adapters.bootstrap.settings import Service
from adapters.inbound.web.auth import AdminGuard, CustomerGuard, Guard, ServiceGuard
from adapters.inbound.web.bodies import Body
from adapters.inbound.web.cart import cart_router
from adapters.inbound.web.order import order_router
from adapters.inbound.web.product import product_router
from adapters.inbound.web.requests import ShopRequest
from adapters.inbound.web.routes import router
from adapters.inbound.web.user import user_router
from core.order.use_cases import OrderUseCases
from core.shared.context import Caller, SignedIn
from core.shared.errors import Forbidden, Unauthenticated
from core.user.errors import AddressNotFound
from core.user.model import Address
from core.user.ports import Users
from core.user.use_cases import UserUseCases
from tests.builders import an_id
from tests.security.shops import Routers

Change = Callable[[inspect.Parameter], inspect.Parameter]
"""What an endpoint asks for instead of one of its parameters."""
Endpoint = Callable[..., Any]

STRANGER = SignedIn(id=an_id(1), kind="customer", roles=frozenset({"customer", "admin"}), session_id=an_id(2))

REAL: Routers = {
    "product": product_router,
    "user": lambda use_cases: user_router(use_cases, issuer="http://shop.test"),
    "cart": cart_router,
    "order": order_router,
}


def with_guards(change: Callable[[Guard], Any]) -> Routers:
    """All services, with something else instead of every guard."""
    return _everywhere(lambda endpoint: _asking(endpoint, _instead_of_guards(change)))


def forgotten(guard: Guard) -> Any:
    """Whoever cannot prove who they are is somebody all the same, and the document does not know of it."""

    async def anybody(request: ShopRequest) -> object:
        with contextlib.suppress(Unauthenticated, Forbidden):
            if found := await guard(request):
                return found
        return STRANGER

    return anybody


def customer_instead_of_admin(guard: Guard) -> Any:
    return CustomerGuard() if isinstance(guard, AdminGuard) else guard


def any_service(guard: Guard) -> Any:
    return ServiceGuard(*CALLERS) if isinstance(guard, ServiceGuard) else guard


def guarded_too_late() -> Routers:
    """Strangers are refused, when all is done."""

    def late(endpoint: Endpoint) -> Endpoint:
        async def twin(**arguments: Any) -> Any:
            done = await endpoint(**arguments)
            if STRANGER in arguments.values():
                raise Unauthenticated("Too late.")
            return done

        return _signed(twin, list(inspect.signature(endpoint).parameters.values()))

    return _everywhere(lambda endpoint: _asking(late(endpoint), _instead_of_guards(forgotten)))


def taking_any_field() -> Routers:
    """Bodies with fields that nobody asked for are taken, without these."""

    def loose(parameter: inspect.Parameter) -> inspect.Parameter:
        model = next(
            (each for each in get_args(parameter.annotation) or (parameter.annotation,) if _is_body(each)), None
        )
        if model is None:
            return parameter
        taking = type(model)(
            f"Loose{model.__name__}", (model,), {"model_config": {"extra": "ignore"}, "__module__": __name__}
        )
        return parameter.replace(annotation=taking if parameter.default is parameter.empty else taking | None)

    return _everywhere(lambda endpoint: _asking(endpoint, loose))


def orders_of_anybody(use_cases: OrderUseCases) -> APIRouter:
    """Whose an order is, nobody asks."""
    return order_router(
        replace(
            use_cases,
            get_order=cast(Any, _AsAnAdmin(use_cases.get_order)),
            cancel_order=cast(Any, _AsAnAdmin(use_cases.cancel_order)),
            list_orders=cast(Any, _AsAnAdmin(use_cases.list_orders)),
        )
    )


def addresses_of_anybody(use_cases: UserUseCases) -> APIRouter:
    """An address is looked up by its own id alone."""
    anyones = _AnyonesAddress(use_cases.get_address.users)
    return REAL["user"](replace(use_cases, get_address=cast(Any, anyones)))


class _AsAnAdmin:
    def __init__(self, use_case: Callable[..., Any]) -> None:
        self._use_case = use_case

    async def __call__(self, *, caller: Caller, **arguments: Any) -> Any:
        return await self._use_case(caller=replace(caller, roles=frozenset({"admin"})), **arguments)


class _AnyonesAddress:
    def __init__(self, users: Users) -> None:
        self._users = users

    async def __call__(self, *, user_id: str, address_id: str) -> Address:
        everybody = await self._users.list(limit=1000, after=None)
        for address in (address for user in everybody.items for address in user.addresses):
            if address.id == address_id:
                return address
        raise AddressNotFound("There is no such address.")


def _everywhere(change: Callable[[Endpoint], Endpoint]) -> Routers:
    def made(service: Service) -> Callable[[Any], APIRouter]:
        return lambda use_cases: _changed(REAL[service](use_cases), change)

    return {service: made(service) for service in REAL}


def _changed(real: APIRouter, change: Callable[[Endpoint], Endpoint]) -> APIRouter:
    """The router again, with what `change` makes of every endpoint."""
    twin = router("twin")
    for route in real.routes:
        assert isinstance(route, APIRoute)
        twin.add_api_route(
            route.path,
            change(route.endpoint),
            methods=sorted(route.methods or ()),
            status_code=route.status_code,
            response_model=route.response_model,
            responses=route.responses,
            openapi_extra=route.openapi_extra,
            name=route.name,
        )
    return twin


def _instead_of_guards(change: Callable[[Guard], Any]) -> Change:
    def changed(parameter: inspect.Parameter) -> inspect.Parameter:
        for each in getattr(parameter.annotation, "__metadata__", ()):
            if isinstance(each, Dependency) and isinstance(each.dependency, Guard):
                return parameter.replace(annotation=Annotated[Any, Depends(change(each.dependency))])
        return parameter

    return changed


def _asking(endpoint: Endpoint, change: Change) -> Endpoint:
    """The endpoint with other parameters."""

    async def twin(**arguments: Any) -> Any:
        return await endpoint(**arguments)

    return _signed(twin, [change(parameter) for parameter in inspect.signature(endpoint).parameters.values()])


def _signed(endpoint: Endpoint, parameters: list[inspect.Parameter]) -> Endpoint:
    """FastAPI reads what an endpoint asks for from its signature."""
    keyword_only = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in parameters]
    setattr(endpoint, "__signature__", inspect.Signature(keyword_only))  # noqa: B010 - functions have no such type
    return endpoint


def _is_body(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Body)
