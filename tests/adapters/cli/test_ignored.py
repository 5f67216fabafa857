"""What `shop up` does not follow is named, with what to use instead."""

from dataclasses import replace

import pytest

from adapters.inbound.cli.errors import CommandFailed
from adapters.inbound.cli.ignored import ignored, require_development
from adapters.inbound.cli.plan import Store
from tests.adapters.cli.test_plan import OPTIONS


def test_what_agrees_or_is_followed_is_not_named() -> None:
    followed = {"MONGO_URL": "mongodb://there", "LOG_LEVEL": "DEBUG", "PASSWORD_PEPPER": "mine"}
    agreeing = {"STORE": "mongo", "HOST": "127.0.0.1", "GATEWAY_PORT": "9090", "CART_URL": "http://127.0.0.1:4003"}
    assert ignored(OPTIONS, {**followed, **agreeing, "PORT": ""}) is None


@pytest.mark.parametrize(
    ("name", "value", "instead"),
    [
        ("STORE", "memory", "use --store"),
        ("HOST", "0.0.0.0", "it is always 127.0.0.1"),  # noqa: S104 - what it is not
        ("PORT", "80", "use --base-port"),
        ("GATEWAY_PORT", "80", "use --gateway-port"),
        ("PRODUCT_URL", "http://elsewhere", "use --base-port"),
        ("ORDER_URL", "http://elsewhere", "use --base-port"),
    ],
)
def test_each_that_is_overridden_is_named(name: str, value: str, instead: str) -> None:
    sentence = f"Set in the environment, and not followed by `shop up`: {name} ({instead})."
    assert ignored(OPTIONS, {name: value}) == sentence


def test_a_shop_in_memory_does_not_follow_the_database_and_all_are_told_at_once() -> None:
    told = ignored(replace(OPTIONS, store=Store.memory), {"MONGO_URL": "mongodb://me:hush@there", "PORT": "80"})
    assert told is not None
    assert told.endswith(": PORT (use --base-port), MONGO_URL (use --store mongo).")
    followed = {"MONGO_URL": "mongodb://there", "CART_STORE": "mongo"}
    assert ignored(replace(OPTIONS, store=Store.memory), followed) is None


def test_only_a_development_shop_is_run() -> None:
    require_development({})
    require_development({"ENVIRONMENT": "development"})
    with pytest.raises(CommandFailed, match="is for development; with ENVIRONMENT=production"):
        require_development({"ENVIRONMENT": "production"})
