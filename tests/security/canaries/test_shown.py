"""No object shows a secret that it holds when it is printed: in a log, an error, or a debugger somebody shares."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from types import ModuleType

import pytest
from pydantic import BaseModel

import adapters
import core
from adapters.bootstrap.settings import Settings
from adapters.inbound.cli.key_files import ServiceKeys
from adapters.inbound.cli.process import Program
from adapters.inbound.web.auth import GuestToken
from adapters.inbound.web.user.schemas import LoginIn, RegisterIn
from adapters.outbound.security.bundle import Bundle
from core.shared.mail import Mail
from core.user.model import AccessToken, RefreshToken
from tests.architecture.import_everything import ACT
from tests.figures import Figure
from tests.security.canaries.search import Canaries

SECRET = re.compile(r"passw|secret|token|pepper|private|pem|digest|live|credential", re.IGNORECASE)
"""What a field is called that holds one, or what one can be recognised by."""
NONE = {
    "access_tokens",  # makers and checkers of tokens, not tokens
    "service_tokens",
    "tokens",
    "passwords",
    "common_passwords",
    "password_rule",
    "new_secret",
    "request_password_reset",
    "reset_password",
    "change_password",
    "password_reset_link",
    "settings_secret",  # the name of one
    "token_type",
    "access_token_seconds",
    "check_password",
    "token_issuer",
    "token_audience",
    "refresh_token_days",
    "id_token_signing_alg_values_supported",
}
"""Fields whose names only sound like it."""


def modules(*packages: ModuleType) -> Iterator[ModuleType]:
    """All of them, but for those that begin to work when they are imported."""
    for package in packages:
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name not in ACT:
                yield importlib.import_module(found.name)


def shown(kind: type) -> Iterator[str]:
    """The fields that an object of this class shows, and should not."""
    if is_dataclass(kind) and kind.__dataclass_params__.repr:  # type: ignore[attr-defined]  # every dataclass has it
        for field in fields(kind):
            if field.repr and SECRET.search(field.name) and field.name not in NONE and not is_dataclass(field.type):
                yield f"{kind.__module__}.{kind.__name__}.{field.name}"
    elif issubclass(kind, BaseModel):
        for name, info in kind.model_fields.items():
            if info.repr and SECRET.search(name) and name not in NONE and "Secret" not in str(info.annotation):
                yield f"{kind.__module__}.{kind.__name__}.{name}"


def test_every_field_that_holds_a_secret_stays_out_of_what_is_shown(figure: Figure) -> None:
    kinds = {
        kind
        for module in modules(core, adapters)
        for kind in vars(module).values()
        if isinstance(kind, type) and kind.__module__ == module.__name__
    }
    assert sorted(name for kind in kinds for name in shown(kind)) == []
    figure("{kinds} classes whose objects show no secret.", kinds=len(kinds))


def test_a_class_that_shows_one_is_found() -> None:
    @dataclass
    class Person:
        name: str
        password: str

    class PersonIn(BaseModel):
        refresh_token: str

    assert [name.rpartition(".")[2] for kind in (Person, PersonIn) for name in shown(kind)] == [
        "password",
        "refresh_token",
    ]


@pytest.mark.parametrize("written", [repr, str, lambda thing: f"{[thing]!r}"])
def test_none_shows_the_canary_that_it_holds(written: type[str]) -> None:
    canaries = Canaries()
    secret = canaries.password("a secret")
    for holder in (
        RefreshToken(session_id="1", secret=secret),
        AccessToken(text=secret, expires_in=1),
        GuestToken(value=secret),
        Mail(to="a@example.com", subject="S", text=secret),
        LoginIn(email="a@example.com", password=secret),
        RegisterIn(email="a@example.com", password=secret, name="A"),
        Bundle(text=secret, changed_at=None),
        ServiceKeys(own={"cart": secret}, made=(), peers=""),
        Program(name="cart", command=(), environment={"PASSWORD_PEPPER": secret}, ready=_ready),
        Settings.model_validate({"password_pepper": secret, "mongo_url": secret}),
    ):
        assert canaries.found_in(written(holder)) == set(), type(holder)


async def _ready() -> bool:
    return True
