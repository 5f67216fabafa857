"""The keys that sign access tokens: private ones from PEM, public ones as a JSON Web Key Set."""

import base64
import contextlib
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from jwt import InvalidKeyError
from jwt.algorithms import RSAAlgorithm

from adapters.outbound.security.key_rule import BITS_MIN, is_usable

_PEM = re.compile(r"-----BEGIN ([A-Z ]*PRIVATE KEY)-----.+?-----END \1-----", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """An RSA key with the name under which its public half is published."""

    kid: str
    private: rsa.RSAPrivateKey = field(repr=False)

    @property
    def pem(self) -> str:
        """PKCS #8, without a passphrase."""
        return _pem(self.private)

    @property
    def jwk(self) -> Mapping[str, object]:
        """The public half (RFC 7517, section 4)."""
        return _jwk(self.kid, _numbers(self.private.public_key()))


def signing_keys(bundle: str) -> tuple[SigningKey, ...]:
    """The keys of a text with one or more unencrypted PEM private keys in it, in their order.

    Raises: ValueError, which echoes nothing, if there is none, or one that is no RSA key of at least 2048 bits.
    """
    keys = tuple(_signing_key(block[0]) for block in _PEM.finditer(bundle))
    if not keys:
        raise ValueError("There is no PEM private key.")
    return keys


def new_signing_key() -> str:
    """A new RSA key of 2048 bits as PEM (PKCS #8)."""
    return _pem(rsa.generate_private_key(public_exponent=65537, key_size=BITS_MIN))


def public_keys(jwks: Mapping[str, object]) -> dict[str, rsa.RSAPublicKey]:
    """The RS256 keys of a JSON Web Key Set by their kid. Others are passed over, as RFC 7517, section 5, asks for.

    Raises: ValueError if there is none.
    """
    listed = jwks.get("keys")
    keys = {}
    for jwk in listed if isinstance(listed, list) else []:
        if is_usable(jwk):
            with contextlib.suppress(InvalidKeyError, TypeError, ValueError):
                key = RSAAlgorithm.from_jwk(dict(jwk))
                if isinstance(key, rsa.RSAPublicKey):
                    keys[str(jwk["kid"])] = key
    if not keys:
        raise ValueError("There is no key to check tokens by.")
    return keys


def public_jwk(pem: str) -> Mapping[str, object]:
    """A PEM public key as it would be published. Raises: ValueError, which echoes nothing, if it is no RSA key."""
    try:
        key = serialization.load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError("A public key cannot be read: it has to be an RSA key as PEM.") from error
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("A public key is an RSA key.")  # noqa: TRY004 - a wrong value, to whoever set it
    numbers = _numbers(key)
    return _jwk(_thumbprint(numbers), numbers)


def _signing_key(pem: str) -> SigningKey:
    try:
        # To prove that the factors are prime takes 35 ms of each start; that the key signs, as below, takes one. A key
        # is made by `shop keys` and kept as a secret: what is to be found is damage, and not a forger's cunning.
        key = serialization.load_pem_private_key(pem.encode(), password=None, unsafe_skip_rsa_key_validation=True)
    except (TypeError, ValueError, UnsupportedAlgorithm) as error:
        raise ValueError("A signing key cannot be read: it has to be an unencrypted RSA key as PEM.") from error
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < BITS_MIN:
        raise ValueError(f"A signing key is an RSA key of at least {BITS_MIN} bits.")
    if not _signs(key):
        raise ValueError("A signing key is damaged: what it signs is not what its public half confirms.")
    return SigningKey(kid=_thumbprint(_numbers(key.public_key())), private=key)


def _signs(key: rsa.RSAPrivateKey) -> bool:
    """Whether its numbers belong together."""
    try:
        signature = key.sign(b"probe", padding.PKCS1v15(), hashes.SHA256())
        key.public_key().verify(signature, b"probe", padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def _pem(key: rsa.RSAPrivateKey) -> str:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def _jwk(kid: str, numbers: Mapping[str, str]) -> Mapping[str, object]:
    return {**numbers, "kid": kid, "use": "sig", "alg": "RS256"}


def _numbers(key: rsa.RSAPublicKey) -> dict[str, str]:
    jwk = RSAAlgorithm.to_jwk(key, as_dict=True)
    return {name: jwk[name] for name in ("e", "kty", "n")}


def _thumbprint(numbers: Mapping[str, str]) -> str:
    """RFC 7638: the SHA-256 of the required members, in order and without spaces."""
    canonical = json.dumps(numbers, sort_keys=True, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(canonical.encode()).digest()).rstrip(b"=").decode()
