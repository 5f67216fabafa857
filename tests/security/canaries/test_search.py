"""The search finds what is hidden, and nothing else; or its silence would mean nothing."""

import base64
import json
import secrets
from collections.abc import Callable, Mapping
from urllib.parse import quote

import pytest

from adapters.outbound.security.keys import new_signing_key, signing_keys
from adapters.outbound.security.service_keys import ServiceKey
from tests.security.canaries.search import Canaries

WAYS: Mapping[str, Callable[[str], str]] = {
    "as it is": str,
    "in a URL": lambda secret: f"/v1/x?password={quote(secret)}",
    "in JSON": lambda secret: json.dumps({"password": secret}),
    "in JSON in JSON": lambda secret: json.dumps({"body": json.dumps({"password": secret})}),
    "as Python shows it": repr,
    "as Python shows bytes": lambda secret: repr(secret.encode()),
    "as basic credentials": lambda secret: base64.b64encode(f"me@example.com:{secret}".encode()).decode(),
    "as basic credentials of another length": lambda secret: base64.b64encode(f"m@x.org:{secret}!".encode()).decode(),
    "in hexadecimal": lambda secret: secret.encode().hex(),
    "its first half": lambda secret: secret[: len(secret) // 2],
    "its second half": lambda secret: secret[len(secret) // 2 :],
    "but for its ends": lambda secret: secret[1:-1],
    "backwards": lambda secret: secret[::-1],
}


@pytest.mark.parametrize("way", WAYS)
def test_a_secret_is_found_however_it_is_written(way: str) -> None:
    for _ in range(50):
        canaries = Canaries()
        password, token = canaries.password("password"), canaries.random("token")
        assert canaries.found_in(f"before {WAYS[way](password)} after") == {"password"}
        assert canaries.found_in(f"before {WAYS[way](token)} after") == {"token"}


def test_what_is_like_a_secret_is_none() -> None:
    canaries = Canaries()
    for number in range(200):
        canaries.password(f"password {number}")
    assert not canaries.found_in(" ".join(secrets.token_hex(24) for _ in range(2_000)))


@pytest.mark.parametrize("make", [new_signing_key, lambda: ServiceKey.new().pem])
def test_a_private_key_is_found_in_any_part(make: Callable[[], str]) -> None:
    canaries, pem = Canaries(), make()
    canaries.add_key("key", pem)
    body = "".join(pem.strip().split("\n")[1:-1])
    ways = (pem, json.dumps(pem), body, body[-40:], base64.b64encode(pem.encode()).decode(), repr(pem.encode()))
    for way in ways:
        assert canaries.found_in(way, shapes=False) == {"key"}


def test_the_public_half_of_a_key_is_no_secret() -> None:
    canaries, pem, service = Canaries(), new_signing_key(), ServiceKey.new()
    canaries.add_key("signing key", pem)
    canaries.add_key("service key", service.pem)
    (signing,) = signing_keys(pem)
    assert not canaries.found_in(json.dumps(signing.jwk) + service.public)


def test_shapes_are_told_though_nobody_knows_the_secret() -> None:
    canaries = Canaries()
    assert canaries.found_in("-----BEGIN RSA PRIVATE KEY-----") == {"a private key"}
    assert canaries.found_in(f"eyJ{'a' * 20}.eyJ{'b' * 20}.{'c' * 86}") == {"a signed token"}
    assert canaries.found_in("$2b$12$" + "a" * 53) == {"a password's hash"}
    assert not canaries.found_in("$2b$12$" + "a" * 53, shapes=False)
