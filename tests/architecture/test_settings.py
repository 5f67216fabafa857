"""The table of settings says what the code says."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel, SecretStr, ValidationError

from adapters.bootstrap.settings import FunctionSettings, GatewaySettings, Settings

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
ROW = re.compile(r"\| `([A-Z_]+)` \| (.*?) \| (.*?) \|")


def rows(settings: type[BaseModel]) -> list[tuple[str, str, str]]:
    """Variable, default and description of each field, as the table writes them."""
    found = []
    for name, field in settings.model_fields.items():
        default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
        shown = "" if default in ("", None) else f"`{str(default).lower() if isinstance(default, bool) else default}`"
        found.append((name.upper(), shown, field.description or ""))
    return found


def own_rows(settings: type[BaseModel], parent: type[BaseModel]) -> list[tuple[str, str, str]]:
    """Those that the parent has not."""
    return [row for row in rows(settings) if row[0].lower() not in parent.model_fields]


def test_the_table_lists_every_setting_with_its_default_and_nothing_else() -> None:
    told = ROW.findall(PAGE.read_text("utf-8"))
    assert told == rows(Settings) + own_rows(FunctionSettings, Settings) + rows(GatewaySettings)


@pytest.mark.parametrize("settings", [Settings, FunctionSettings, GatewaySettings])
def test_every_setting_has_a_description(settings: type[BaseModel]) -> None:
    assert [name for name, field in settings.model_fields.items() if not field.description] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("bootstrap_admin_email", "admin@localhost"),
        ("checkout_seconds", "1801"),
        ("request_seconds", "inf"),
        ("worker_seconds", "nan"),
    ],
)
def test_a_setting_that_could_not_work_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate({name: value})
    assert [error["loc"] for error in refused.value.errors()] == [(name,)]


@pytest.mark.parametrize(("given", "read"), [("", ""), (" Sam@Example.COM ", "sam@example.com")])
def test_an_administrators_address_is_read_as_accounts_are_found(given: str, read: str) -> None:
    assert Settings.model_validate({"bootstrap_admin_email": given}).bootstrap_admin_email == read


def test_a_store_is_a_secret_since_its_address_may_hold_one() -> None:
    stores = ["store", "product_store", "user_store", "cart_store", "order_store"]
    settings = Settings.model_validate(dict.fromkeys(stores, "postgres://me:hush@there"))
    assert "hush" not in f"{settings!r} {settings}"
