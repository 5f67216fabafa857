"""A service that nobody would know says so when it starts, and not by failing calls."""

import pytest

from adapters.bootstrap.apps import new_app
from adapters.bootstrap.settings import Settings, checked
from adapters.outbound.security.service_keys import ServiceKey

KEYS = {name: ServiceKey.new() for name in ("product", "user", "cart", "order", "audit")}
PEERS = " ".join(f"{name}={key.public}" for name, key in KEYS.items())


def settings(service: str, key: ServiceKey, peers: str = PEERS) -> Settings:
    return checked(Settings, {"service": service, "service_key": key.pem, "peer_keys": peers})


@pytest.mark.parametrize("service", ["product", "user", "cart", "order"])
def test_a_service_starts_with_its_own_key(service: str) -> None:
    new_app(settings(service, KEYS[service]))


@pytest.mark.parametrize("service", ["product", "user", "order"])
def test_the_key_of_another_is_refused_at_the_start(service: str) -> None:
    with pytest.raises(ValueError, match=f"SERVICE_KEY: this is the key of cart, by PEER_KEYS, and not of {service}"):
        new_app(settings(service, KEYS["cart"]))


def test_a_key_that_nobody_knows_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="SERVICE_KEY: its public half is not among PEER_KEYS"):
        new_app(settings("cart", ServiceKey.new()))


def test_a_key_that_is_being_changed_may_be_the_old_one_or_the_new() -> None:
    new = ServiceKey.new()
    for key in (KEYS["cart"], new):
        new_app(settings("cart", key, f"{PEERS} cart={new.public}"))
