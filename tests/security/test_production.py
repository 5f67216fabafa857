"""Where `ENVIRONMENT=production`, no process starts with anything of development, and what it says tells no value."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, get_args

import pytest
from pydantic import BaseModel, Field, SecretStr

from adapters.bootstrap.identities import CALLERS, own_key
from adapters.bootstrap.settings import DEVELOPMENT_SECRET, Settings, WrongSettings, checked
from adapters.bootstrap.settings.production import RULES, is_stand_in
from adapters.outbound.security.service_keys import ServiceKey
from tests.figures import Figure

SERVICES = ("product", "user", "cart", "order")
RANDOM = "Kq0mPq8v+3J2yT6rXc5nZb7dLw1sHf4gUe9aRi0oVtY="
KEY = "-----BEGIN PRIVATE KEY-----"
DATABASE = "mongodb://shop:b7Xk2pQ9@database.internal/"
GOOD = {
    "environment": "production",
    "service_key": ServiceKey.new().pem,
    "peer_keys": f"order={ServiceKey.new().public} audit={ServiceKey.new().public}",
    "password_pepper": RANDOM[::-1],
    "signing_keys": KEY,
    "store": "mongo",
    **{f"{service}_store": "" for service in SERVICES},
    "mongo_url": DATABASE,
    "token_issuer": "https://shop.invalid",
    "trusted_hops": "1",
    "cors_origins": "https://shop.invalid, https://admin.shop.invalid:8443",
    "docs": "false",
    "bcrypt_cost": "12",
    "bootstrap_admin_email": "",
    "event_publisher": "log",
    "throttle": "mongo",
    "notifier": "ses",
    "mail_from": "The shop <shop@shop.invalid>",
    "verify_email_link": "https://shop.invalid/verify#{token}",
    "password_reset_link": "https://shop.invalid/reset#{token}",
}
NOT_RANDOM = (
    DEVELOPMENT_SECRET,
    "x" * 64,
    "abab" * 16,
    "0123456789abcdef" * 2,
    "changeme-changeme-changeme-0123456789",
    "CHANGE_ME-" + RANDOM,
    "replace-with-32-random-bytes-please-do",
    "my super secret key that nobody will guess",
    "this is the password pepper of the shop!!",
    f"{RANDOM[:-1]}example",
)
WEAK_ADDRESSES = (
    "mongodb://shop:changeme@database.internal/",
    "mongodb+srv://shop:Passw0rd-Password@database.internal/?tls=true",
    "mongodb://shop:%63hangeme1234@database.internal/",
    "mongodb://shop:@database.internal/",
    "mongodb://shop:aaaa1111@database.internal/",
)
REFUSED: Mapping[str, Sequence[str]] = {
    "service_key": ("", *(own_key(name, "").pem for name in CALLERS), "changeme", ServiceKey.new().pem[:-40]),
    "peer_keys": (
        "",
        f"{GOOD['peer_keys']} audit={own_key('audit', '').public}",
        "order=changeme",
        f"ordre={ServiceKey.new().public}",
        f"{GOOD['peer_keys']} cart={str(GOOD['peer_keys'])[-43:]}",
    ),
    "password_pepper": NOT_RANDOM,
    "password_peppers_retired": (DEVELOPMENT_SECRET, f"{RANDOM},{DEVELOPMENT_SECRET}"),
    "signing_keys": ("",),
    "store": ("memory", *(f"mongo:{address}" for address in WEAK_ADDRESSES)),
    **{f"{service}_store": ("memory", f"mongo:{WEAK_ADDRESSES[0]}") for service in SERVICES},
    "mongo_url": ("", "mongodb://127.0.0.1:27017", *WEAK_ADDRESSES),
    "token_issuer": ("http://shop.invalid", "https://localhost", "https://127.0.0.1:8080", "https://", "shop.invalid"),
    "trusted_hops": (),  # any number that is set
    "cors_origins": ("http://shop.invalid", "https://shop.invalid,http://localhost:3000"),
    "docs": ("true",),
    "bcrypt_cost": ("4", "9"),
    "event_publisher": ("memory",),
    "events_queue_url": ("http://sqs.eu-central-1.amazonaws.com/123456789012/events.fifo",),
    "throttle": ("memory",),
    "notifier": ("console", "memory"),
    "mail_from": ("",),
    "verify_email_link": ("", "http://shop.invalid/verify#{token}"),
    "password_reset_link": ("", "http://shop.invalid/reset#{token}"),
    "bootstrap_admin_email": ("admin@shop.example",),
}
"""For every rule the values that it does not let pass."""


def made(service: str = "user", **changes: Any) -> Settings:
    return checked(Settings, {**GOOD, "service": service, **changes})


def secret_fields(settings: type[BaseModel]) -> set[str]:
    """Those of which pydantic shows no value, whether or not they may be absent."""
    fields = settings.model_fields.items()
    return {name for name, field in fields if SecretStr in (field.annotation, *get_args(field.annotation))}


@pytest.mark.parametrize("service", SERVICES)
def test_good_settings_are_accepted(service: str) -> None:
    assert made(service).environment == "production"


def test_who_is_believed_about_addresses_is_said_and_not_guessed() -> None:
    unset = {name: value for name, value in GOOD.items() if name != "trusted_hops"}
    with pytest.raises(WrongSettings, match=r"^TRUSTED_HOPS: It is not set"):
        checked(Settings, unset)
    assert made(trusted_hops="0").trusted_hops == 0


def test_every_secret_has_a_rule_and_every_rule_is_tried() -> None:
    assert secret_fields(Settings) <= RULES.keys()
    assert RULES.keys() == REFUSED.keys()


def test_a_secret_without_a_rule_is_found() -> None:
    class WithOneMore(Settings):
        api_key: SecretStr | None = Field(None, description="A secret that somebody adds.")

    assert secret_fields(WithOneMore) - RULES.keys() == {"api_key"}


def test_what_is_of_development_is_refused_by_its_name_and_never_told(figure: Figure) -> None:
    for name, values in REFUSED.items():
        service = name.removesuffix("_store") if name.endswith("_store") else "user"
        for value in values:
            with pytest.raises(WrongSettings) as refused:
                made(service, **{name: value})
            (fault,) = refused.value.faults
            assert fault.startswith(f"{name.upper()}: "), fault
            assert len(fault) > len(name) + 20, "It says the way out."
            for secret in (value, "changeme1", "Passw0rd-", "aaaa1111@"):
                assert len(secret) < 9 or secret not in fault
    tried = sum(map(len, REFUSED.values()))
    figure("{values} values of {settings} settings are refused in production.", values=tried, settings=len(REFUSED))


def test_the_defaults_are_refused_all_at_once() -> None:
    defaults = {name: field.default for name, field in Settings.model_fields.items()}
    with pytest.raises(WrongSettings) as refused:
        checked(Settings, {**defaults, "environment": "production", "service": "user"})
    named = {fault.partition(":")[0].lower() for fault in refused.value.faults}
    of_keys = {"service_key", "peer_keys", "password_pepper", "signing_keys"}
    of_mails = {"notifier", "verify_email_link", "password_reset_link"}
    assert named == {*of_keys, *of_mails, "store", "token_issuer", "throttle"}


@pytest.mark.parametrize("name", ["password_pepper", "signing_keys", "bcrypt_cost"])
def test_a_secret_that_a_service_does_not_need_is_not_asked_of_it(name: str) -> None:
    for service in ("product", "cart", "order"):
        made(service, **{name: Settings.model_fields[name].default})


def test_only_the_store_of_the_service_at_hand_is_looked_at() -> None:
    made("cart", store="memory", cart_store="mongo")
    made("cart", order_store="memory")


def test_what_a_random_generator_makes_is_no_stand_in() -> None:
    for _ in range(2_000):
        assert not is_stand_in(secrets.token_urlsafe(32))
        assert not is_stand_in(secrets.token_hex(32))
        assert is_stand_in(secrets.token_hex(8))


def test_development_takes_all_that_production_refuses() -> None:
    for name, values in REFUSED.items():
        for value in values:
            made(**{"environment": "development", name: value})
