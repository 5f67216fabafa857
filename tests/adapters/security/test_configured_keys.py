"""Public keys out of a setting: as the user service publishes them or as PEM, and never a private one."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from adapters.bootstrap.in_process.keys import public_keys
from adapters.bootstrap.keys import new_signing_keys, public_signing_keys
from adapters.bootstrap.settings import FunctionSettings, checked
from adapters.outbound.security.configured_keys import ConfiguredKeys
from adapters.outbound.security.keys import signing_keys
from core.shared.errors import Unavailable

BUNDLE = new_signing_keys()
KEYS = signing_keys(BUNDLE)
PUBLIC = public_signing_keys(BUNDLE)


def pem(key: Any) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return str(key.public_bytes(serialization.Encoding.PEM, form).decode())


def jwks(**members: str) -> str:
    return json.dumps({"keys": [{**KEYS[0].jwk, **members}]})


async def fetched(text: str) -> Mapping[str, object]:
    return await ConfiguredKeys.of(text).fetch()


async def test_what_the_user_service_publishes_is_taken_as_it_is() -> None:
    assert await fetched(PUBLIC) == {"keys": [key.jwk for key in KEYS]} == await fetched(f"\n{PUBLIC}\n")


async def test_public_keys_as_pem_have_the_names_that_the_user_service_gives_them() -> None:
    text = "".join(pem(key.private.public_key()) for key in KEYS)
    assert await fetched(text) == await fetched(PUBLIC)


@pytest.mark.parametrize(
    "text",
    [
        BUNDLE,
        pem(KEYS[0].private.public_key()) + BUNDLE,
        jwks(d="secret-d"),
        jwks(p="secret-p"),
        jwks(k="secret-k"),
    ],
)
async def test_a_private_key_is_refused_and_not_echoed(text: str) -> None:
    with pytest.raises(ValueError, match="There is a private key among them") as refused:
        ConfiguredKeys.of(text)
    assert "secret-" not in str(refused.value)
    assert refused.value.__context__ is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "There is none"),
        (" \n", "There is none"),
        ("changeme", "neither a JSON Web Key Set nor PEM"),
        ("{}", "neither a JSON Web Key Set nor PEM"),
        ('{"keys": [5]}', "neither a JSON Web Key Set nor PEM"),
        ("[]", "neither a JSON Web Key Set nor PEM"),
        ('{"keys": []}', "no key to check tokens by"),
        (jwks(alg="HS256"), "no key to check tokens by"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "cannot be read"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA", "no key to check tokens by"),
        (pem(ec.generate_private_key(ec.SECP256R1()).public_key()), "A public key is an RSA key"),
    ],
)
def test_what_is_no_key_is_refused_by_the_settings_name(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=f"^PUBLIC_KEYS: .*{why}"):
        public_keys(checked(FunctionSettings, {"public_keys": text}))


async def test_a_text_that_goes_bad_later_is_no_reason_to_call_tokens_forged() -> None:
    with pytest.raises(Unavailable):
        await ConfiguredKeys(lambda: "gone").fetch()
