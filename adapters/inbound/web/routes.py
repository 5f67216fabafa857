"""Routes that check in the contract's order: who calls, then the shape, and only then what the endpoint looks up."""

from collections.abc import Callable, Coroutine
from functools import cached_property
from typing import Any

from fastapi import APIRouter
from fastapi._compat import ModelField
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.utils import create_model_field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from adapters.inbound.web.auth import Guard, ServiceGuard
from adapters.inbound.web.docs import Responses, merged, problems
from adapters.inbound.web.errors import BodyTooLarge, MalformedJson, UnsupportedMediaType, ValidationFailed
from adapters.inbound.web.rate_limit import RequestLimit
from adapters.inbound.web.requests import ShopRequest
from core.shared.context import Caller
from core.shared.errors import Forbidden, NotFound, ShopError, TooManyRequests, Unauthenticated, Unavailable


def router(tag: str) -> APIRouter:
    """A router for one service's routes; operation ids are the names of its functions."""
    return APIRouter(
        route_class=ShopRoute,
        tags=[tag],
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )


def for_services(route: BaseRoute) -> bool:
    """Whether this route is for our services alone, by its path."""
    return isinstance(route, APIRoute) and route.path.startswith("/internal/")


class ShopRoute(APIRoute):
    """A route that runs its guards, then reads its body strictly, and documents the refusals this leads to.

    The load balancer serves the OpenAPI document to everyone, so it is silent on what is for our services alone.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        answer = options.pop("response_model", None)
        super().__init__(path, endpoint, response_model=None, **options)
        self.response_model, self._told = answer or None, self.responses
        self.include_in_schema = self.include_in_schema and not for_services(self)
        del self.response_field, self.responses  # made when the document is: a function may never be asked for it

    @cached_property
    def response_field(self) -> ModelField | None:  # type: ignore[override]  # FastAPI's is made at once
        """What the endpoint answers with: it makes its answers itself, so this is for the document alone."""
        if self.response_model is None:
            return None
        return create_model_field(f"Response_{self.unique_id}", self.response_model, mode="serialization")

    @cached_property
    def responses(self) -> Responses:  # type: ignore[override]  # likewise
        """What else may be answered."""
        return merged(problems(*self._own_refusals()), self._told)

    @property
    def guards(self) -> list[Guard]:
        return list(_guards(self.dependant))

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()
        guards = self.guards
        counted = self._is_counted
        takes_body = self.body_field is not None

        async def handle(received: Request) -> Response:
            request = ShopRequest(received.scope, received.receive)
            await _let_in(request, guards, request.app.state.request_limit if counted else None)
            if b"%00" in request.scope["query_string"]:
                raise ValidationFailed(("query", "Text must not hold a NUL character."))
            if takes_body and await request.body():
                await request.json()
            if "\0" in request.scope["path"]:
                raise NotFound("There is nothing at this path.")
            answered = await answer(request)
            if guards:  # what is for one caller alone is for no cache
                answered.headers.setdefault("cache-control", "no-store")
            return answered

        return handle

    @property
    def _is_counted(self) -> bool:
        """Our own services may call as often as they need to."""
        return not any(isinstance(guard, ServiceGuard) for guard in self.guards)

    def _own_refusals(self) -> list[type[ShopError]]:
        refusals: list[type[ShopError]] = [Unavailable]
        if self._is_counted:
            refusals.append(TooManyRequests)
        if self.guards:
            refusals.append(Unauthenticated)
        if any(guard.roles for guard in self.guards):
            refusals.append(Forbidden)
        if self.body_field is not None:
            refusals += [MalformedJson, BodyTooLarge, UnsupportedMediaType]
        if self.dependant.path_params:
            refusals.append(NotFound)
        return [*refusals, ValidationFailed]


async def _let_in(request: ShopRequest, guards: list[Guard], limit: RequestLimit | None) -> None:
    """Raises: what guards raise; or TooManyRequests, before anything is done for whoever it is."""
    caller = None
    try:
        for guard in guards:
            proof = await guard(request)
            caller = proof if isinstance(proof, Caller) else caller
    finally:
        if limit is not None:
            await limit.count(request.scope, caller)


def _guards(dependant: Dependant) -> list[Guard]:
    found = [dependant.call] if isinstance(dependant.call, Guard) else []
    return found + [guard for below in dependant.dependencies for guard in _guards(below)]
