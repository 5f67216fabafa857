"""Signing keys are read from PEM and named by their thumbprint."""

import base64
import hashlib
import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from adapters.outbound.security.keys import new_signing_key, signing_keys
from tests.adapters.security.holders import key

LOCKED = serialization.BestAvailableEncryption(b"a passphrase")


def pem(
    private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
    form: serialization.PrivateFormat,
    encryption: serialization.KeySerializationEncryption | None = None,
) -> str:
    return private.private_bytes(serialization.Encoding.PEM, form, encryption or serialization.NoEncryption()).decode()


def test_a_bundle_holds_keys_in_their_order() -> None:
    one = pem(key(1).private, serialization.PrivateFormat.PKCS8)
    other = pem(key(2).private, serialization.PrivateFormat.TraditionalOpenSSL)
    found = signing_keys(f"the first\n{one}\n\nand the second\n{other}")
    assert [each.kid for each in found] == [key(1).kid, key(2).kid]


def test_a_key_is_named_by_its_thumbprint() -> None:
    required = {name: key().jwk[name] for name in ("e", "kty", "n")}
    digest = hashlib.sha256(json.dumps(required, separators=(",", ":")).encode()).digest()
    assert key().kid == base64.urlsafe_b64encode(digest).decode().rstrip("=")


def test_a_new_key_can_be_read_and_is_never_the_same() -> None:
    one, other = signing_keys(new_signing_key() + new_signing_key())
    assert one.kid != other.kid
    assert one.private.key_size == 2048


def test_a_key_is_not_shown() -> None:
    assert "private" not in repr(key())


def damaged(private: rsa.RSAPrivateKey) -> rsa.RSAPrivateKey:
    """One that looks well, and signs what its public half does not confirm."""
    numbers = private.private_numbers()
    wrong = rsa.RSAPrivateNumbers(
        p=numbers.p,
        q=numbers.q,
        d=numbers.d + 2,
        dmp1=numbers.dmp1 + 2,
        dmq1=numbers.dmq1,
        iqmp=numbers.iqmp,
        public_numbers=numbers.public_numbers,
    )
    return wrong.private_key(unsafe_skip_rsa_key_validation=True)


@pytest.mark.parametrize(
    "bundle",
    [
        "",
        "nonsense",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nMAwCAQAwBQYDKgMEBAA=\n-----END PRIVATE KEY-----",  # of a kind nobody knows
        "-----BEGIN RSA PRIVATE KEY-----\n\ud800\n-----END RSA PRIVATE KEY-----",
        pem(key().private, serialization.PrivateFormat.PKCS8, LOCKED),
        pem(key().private, serialization.PrivateFormat.TraditionalOpenSSL, LOCKED),
        pem(ec.generate_private_key(ec.SECP256R1()), serialization.PrivateFormat.PKCS8),
        pem(rsa.generate_private_key(65537, 1024), serialization.PrivateFormat.PKCS8),  # noqa: S505 - that is the point
        pem(damaged(key().private), serialization.PrivateFormat.PKCS8),
    ],
)
def test_what_cannot_sign_is_refused(bundle: str) -> None:
    with pytest.raises(ValueError, match=r"There is no PEM|^A signing key ") as refused:
        signing_keys(bundle)
    assert not any(line in str(refused.value) for line in bundle.splitlines() if line)
