"""The keys that access tokens are checked by, as somebody wrote them into a setting."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

from adapters.outbound.security.key_rule import is_usable
from core.shared.errors import Unavailable
from core.shared.ports import KeySource

_PEM = re.compile(r"-----BEGIN ([A-Z ]+)-----.+?-----END \1-----", re.DOTALL)
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
"""Members that only private and secret keys have (RFC 7518, sections 6.2.2, 6.3.2 and 6.4.1)."""


class ConfiguredKeys(KeySource):
    """The keys of a text: a JSON Web Key Set (RFC 7517, section 5), or PEM public keys, one after the other."""

    def __init__(self, text: Callable[[], str]) -> None:
        """`text` gives it as it is now."""
        self._text = text

    @classmethod
    def of(cls, text: str) -> Self:
        """Of one that stays as it is: who changes it starts other processes.

        Raises: ValueError, which echoes nothing, for a private key, and if there is none to check tokens by.
        """
        if not any(map(is_usable, _key_set(text))):
            raise ValueError("There is no key to check tokens by.")
        return cls(lambda: text)

    async def fetch(self) -> Mapping[str, object]:
        try:
            return {"keys": _key_set(self._text())}
        except ValueError as error:
            raise Unavailable(f"The public keys cannot be read. {error}") from error


def _key_set(text: str) -> Sequence[Mapping[str, object]]:
    """Its keys. Raises: ValueError, which echoes nothing, for a private key or what is no key set."""
    if not text.strip():
        raise ValueError("There is none. Set it to what the user service answers at /.well-known/jwks.json.")
    if "-----BEGIN" in text:
        return [_of_pem(block) for block in _PEM.finditer(text)]
    try:
        keys: Any = json.loads(text)
        listed: list[Mapping[str, object]] = keys["keys"]
        private = any(not _PRIVATE.isdisjoint(key) for key in listed)
    except (ValueError, TypeError, KeyError):
        raise ValueError("This is neither a JSON Web Key Set nor PEM public keys.") from None
    if private:
        raise ValueError(_NOT_PRIVATE)
    return listed


_NOT_PRIVATE = "There is a private key among them, which belongs to the user service alone."


def _of_pem(block: re.Match[str]) -> Mapping[str, object]:
    if "PRIVATE" in block[1]:
        raise ValueError(_NOT_PRIVATE)
    # A key set says what it says without a library, and functions are given one.
    from adapters.outbound.security.keys import public_jwk  # noqa: PLC0415 - as said

    return public_jwk(block[0])
