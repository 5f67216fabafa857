"""Which published keys access tokens are checked by: a rule that needs none of what checking one does."""

import base64
import binascii
from collections.abc import Mapping

BITS_MIN = 2048
EXPONENT_MIN = 3


def is_usable(jwk: object) -> bool:
    """Whether it is an RSA public key that is long enough, says that it is for RS256, and has a name."""
    if not isinstance(jwk, Mapping) or (jwk.get("kty"), jwk.get("alg")) != ("RSA", "RS256"):
        return False
    modulus, exponent = _number(jwk.get("n")), _number(jwk.get("e"))
    odd = modulus % 2 == exponent % 2 == 1
    return isinstance(jwk.get("kid"), str) and odd and modulus.bit_length() >= BITS_MIN and exponent >= EXPONENT_MIN


def _number(text: object) -> int:
    """As RFC 7518, section 2, writes one; 0 for what is none."""
    try:
        return int.from_bytes(base64.urlsafe_b64decode(f"{text}=="), "big") if isinstance(text, str) else 0
    except (binascii.Error, ValueError):
        return 0
