"""The keys by which services know each other: each has its own Ed25519 key (RFC 8032), and knows the public ones."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceKey:
    """The private key of a service. `public` is its other half as text: the member `x` of a JWK (RFC 8037)."""

    private: Ed25519PrivateKey = field(repr=False)
    public: str

    @classmethod
    def of(cls, pem: str) -> Self:
        """Raises: ValueError, which echoes nothing, if this is no unencrypted Ed25519 key."""
        try:
            key = serialization.load_pem_private_key(pem.encode(), password=None)
        except (TypeError, ValueError, UnsupportedAlgorithm) as error:
            raise ValueError(
                "The key of a service cannot be read: it has to be an unencrypted Ed25519 key as PEM."
            ) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError("The key of a service is an Ed25519 key.")  # noqa: TRY004 - a wrong value, to whoever set it
        return cls._over(key)

    @classmethod
    def derived(cls, seed: str, name: str) -> Self:
        """Always the same for a seed and a name: no secret to whoever knows the seed."""
        digest = hashlib.sha256(f"{seed}:{name}".encode()).digest()
        return cls._over(Ed25519PrivateKey.from_private_bytes(digest))

    @classmethod
    def new(cls) -> Self:
        return cls._over(Ed25519PrivateKey.generate())

    @property
    def pem(self) -> str:
        """PKCS #8."""
        form = serialization.PrivateFormat.PKCS8
        return self.private.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()

    @classmethod
    def _over(cls, private: Ed25519PrivateKey) -> Self:
        return cls(private=private, public=_text(private.public_key().public_bytes_raw()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Who a public key belongs to."""

    name: str
    key: Ed25519PublicKey


def peers(text: str) -> Mapping[str, Peer]:
    """The peers named in `text` by their public keys: words `name=key`, between them any blanks or lines.

    A name may have several keys, the old one and the new, while it changes them.
    Raises: ValueError for a word of another form, which is not echoed, and for a key that two names share: each could
    speak as the other.
    """
    found: dict[str, Peer] = {}
    for place, word in enumerate(text.split(), 1):
        name, _, public = word.partition("=")
        try:
            raw = base64.b64decode(public + "=", altchars="-_", validate=True)
        except (binascii.Error, ValueError):
            raw = b""
        if not name or len(raw) != KEY_BYTES or _text(raw) != public:
            raise ValueError(f"Word {place} is not name=key, a key having 43 characters of base64url.")
        if public in found and found[public].name != name:
            raise ValueError(f"{name} and {found[public].name} have the same key.")
        found[public] = Peer(name=name, key=Ed25519PublicKey.from_public_bytes(raw))
    return found


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
