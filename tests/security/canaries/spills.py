"""What goes wrong in words that nobody should read, and code as it is often written, which lets them out."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from itertools import cycle
from typing import Any

from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse

from adapters.bootstrap.settings import Settings
from adapters.inbound.web.openapi import ShopApp
from adapters.inbound.web.user import user_router
from core.shared.errors import Unavailable
from core.user.use_cases import UserUseCases

_log = logging.getLogger("adapters.naive")


class DriverError(Exception):
    """Any library's own; those of some quote the address that they were given."""

    code = 13


class Spill:
    """A use case over broken ports: raises, and quotes all that it was called with, and `secrets` besides."""

    def __init__(self, secrets: str, ways: Iterator[Callable[[str], Exception]]) -> None:
        self._secrets = secrets
        self._ways = ways

    async def __call__(self, **arguments: object) -> Any:
        raise next(self._ways)(f"{arguments!r} {self._secrets}")


def _from_a_driver(words: str) -> Exception:
    error = Unavailable("The database cannot answer now.")
    error.__cause__ = OSError(111, words)
    return error


def _inside_another(words: str) -> Exception:
    error = RuntimeError(words)
    error.__cause__ = DriverError(words)
    return error


WAYS: tuple[Callable[[str], Exception], ...] = (
    RuntimeError,
    KeyError,
    lambda words: OSError(5, words, words),
    _from_a_driver,
    _inside_another,
    lambda words: ExceptionGroup(words, [ValueError(words), DriverError(words)]),
    lambda words: UnicodeDecodeError("utf-8", words.encode(), 0, 1, words),
)


def spilling(secrets: str, issuer: str) -> Callable[[UserUseCases], APIRouter]:
    """The user service's routes over use cases of which each fails in every way, one after the other."""

    def routes(use_cases: UserUseCases) -> APIRouter:
        ways = cycle(WAYS)
        broken = {field.name: Spill(secrets, ways) for field in fields(UserUseCases)}
        return user_router(replace(use_cases, **broken), issuer=issuer)  # type: ignore[arg-type]  # called alike

    return routes


class ToldLogin:
    """A twin: a login that writes down what it was called with, for whoever looks for a fault."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    async def __call__(self, **arguments: Any) -> Any:
        _log.debug("login %s", arguments)
        return await self._inner(**arguments)


def told_login(use_cases: UserUseCases) -> APIRouter:
    login: Any = ToldLogin(use_cases.login)
    return user_router(replace(use_cases, login=login), issuer="http://shop.test")


class NakedSettings(Settings):
    """A twin: a secret as plain text, which everything that shows the settings shows."""

    password_pepper: str = ""  # type: ignore[assignment]  # the fault


async def _echo(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return JSONResponse({"detail": [str(each) for each in error.errors()]}, 422)


def echoes(app: ShopApp) -> None:
    """A twin: validation errors as FastAPI tells them, with the input. To be called before the app starts."""
    app.add_exception_handler(RequestValidationError, _echo)
