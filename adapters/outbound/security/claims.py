"""What every token of ours is held to, whatever it is for (RFC 8725)."""

import re
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from core.shared.errors import Unauthenticated
from core.shared.ports import Clock

TOKEN_MAX = 4096
"""The longest token we read; ours have less than 1,000 characters."""
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
"""The one spelling of a signed token: no padding (RFC 7515, section 2), which would make another text of the same."""
AHEAD_MAX = 60
"""Seconds by which the clock of who issued a token may be ahead of ours."""


def header_of(token: str, *, algorithm: str, typ: str) -> Mapping[str, object]:
    """The header of a token that says it is of our kind; nothing is proven yet. Raises: Unauthenticated."""
    if len(token) > TOKEN_MAX or not _COMPACT.fullmatch(token):
        raise Unauthenticated("The token is malformed.")
    try:
        header = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError as error:
        raise Unauthenticated("The token is malformed.") from error
    if header.get("alg") != algorithm or header.get("typ") != typ:
        raise Unauthenticated("The token is of another kind.")
    return header


def claims_of(
    token: str,
    *,
    key: RSAPublicKey | Ed25519PublicKey,
    algorithm: str,
    audience: str,
    issuer: str,
    required: tuple[str, ...],
    clock: Clock,
) -> dict[str, Any]:
    """The claims of a token that `issuer` signed by `key` for `audience` (RFC 7519, section 4.1), and that is good now.

    Raises: Unauthenticated.
    """
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=audience,
            issuer=issuer,
            # The times are checked below, against our own clock.
            options={
                "require": [*required],
                "strict_aud": True,
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except jwt.InvalidTokenError as error:
        raise Unauthenticated("The token is not valid here.") from error
    texts = [claims[name] for name in required if name not in ("exp", "iat")]
    times = [claims["exp"], claims["iat"], claims.get("nbf", 0)]
    if not all(isinstance(text, str) and text for text in texts) or not all(type(time) is int for time in times):
        raise Unauthenticated("The token's claims are malformed.")
    now = clock.now().timestamp()
    if now >= claims["exp"]:
        raise Unauthenticated("The token has expired.")
    if max(claims["iat"], claims.get("nbf", 0)) > now + AHEAD_MAX:
        raise Unauthenticated("The token is from the future.")
    return claims
