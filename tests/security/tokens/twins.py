"""Verifiers as they are often written, each without one of the checks: the corpus has to tell every one of them."""

import json
from collections.abc import Collection
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from core.shared.context import Caller, SignedIn
from core.shared.errors import Unauthenticated
from core.shared.ports import TokenVerifier
from tests.security.shops import Shop
from tests.security.tokens.mint import Mint, bytes_of, hs256

Check = Literal["alg", "typ", "aud", "iss", "exp"]
CHECKS: tuple[Check, ...] = ("alg", "typ", "aud", "iss", "exp")


class NaiveVerifier(TokenVerifier):
    """Checks a signature and, unless they are among those it forgot, five other things."""

    def __init__(self, shop: Shop, forgot: Collection[Check]) -> None:
        self._shop = shop
        self._forgot = forgot
        self._key = Mint(shop).key.private.public_key()

    async def verify(self, token: str) -> Caller:
        try:
            return self._caller(token)
        except (ValueError, KeyError, TypeError, AttributeError, InvalidSignature, RecursionError) as error:
            raise Unauthenticated from error

    def _caller(self, token: str) -> Caller:
        header_text, claims_text, signature = token.split(".")
        header, claims = json.loads(bytes_of(header_text)), json.loads(bytes_of(claims_text))
        self._check_signature(header, f"{header_text}.{claims_text}".encode(), bytes_of(signature))
        settings, now = self._shop.settings, self._shop.clock.now().timestamp()
        right = {
            "alg": True,
            "typ": header.get("typ") == "at+jwt",
            "aud": claims.get("aud") == settings.token_audience,
            "iss": claims.get("iss") == settings.token_issuer,
            "exp": type(claims.get("exp")) is int and now < claims["exp"] <= now + 900,
        }
        if not all(is_right for check, is_right in right.items() if check not in self._forgot):
            raise Unauthenticated
        return SignedIn(
            id=claims["sub"], kind="customer", roles=frozenset(claims["roles"]), session_id=str(claims.get("sid"))
        )

    def _check_signature(self, header: dict[str, object], signed: bytes, signature: bytes) -> None:
        algorithm = str(header["alg"]).upper() if "alg" in self._forgot else "RS256"
        if algorithm == "NONE":
            return
        if algorithm == "HS256":
            form = serialization.PublicFormat.SubjectPublicKeyInfo
            if hs256(self._key.public_bytes(serialization.Encoding.PEM, form))(signed) != signature:
                raise Unauthenticated
            return
        self._key.verify(signature, signed, PKCS1v15(), SHA256())
