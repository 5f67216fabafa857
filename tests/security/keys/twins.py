"""Rotations and caches of keys as one could get them wrong."""

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from adapters.outbound.security.bundle import Bundle
from adapters.outbound.security.key_cache import KeyCache
from adapters.outbound.security.keys import new_signing_key, public_keys, signing_keys
from core.shared.errors import Unauthenticated
from tests.fakes import FixedClock


def rightly(bundle: Bundle, clock: FixedClock) -> str:
    return bundle.rotated(at=clock.now()).text


def signing_at_once(bundle: Bundle, clock: FixedClock) -> str:
    """The naive twin: a brand-new key signs, of which nobody has heard yet."""
    return new_signing_key() + signing_keys(bundle.text)[0].pem


def dropping_the_last(bundle: Bundle, clock: FixedClock) -> str:
    """The naive twin: the key that signed until now is taken away, with its tokens."""
    return signing_keys(bundle.text)[1].pem + new_signing_key()


class FetchesForEach(KeyCache):
    """The naive twin: whatever key is not known is asked for."""

    async def get(self, kid: str) -> RSAPublicKey:
        if kid not in self._keys:
            self._keys = public_keys(await self._source.fetch())
        if kid not in self._keys:
            raise Unauthenticated("Of an unknown key.")
        return self._keys[kid]


class ClearedOnOutage(KeyCache):
    """The naive twin: what cannot be looked up again is forgotten."""

    async def _fetch(self) -> None:
        await super()._fetch()
        if not self._answered:
            self._keys = {}


class NeverLooksAgain(KeyCache):
    """The naive twin: a key that was good once is good."""

    async def get(self, kid: str) -> RSAPublicKey:
        return self._keys[kid] if kid in self._keys else await super().get(kid)
