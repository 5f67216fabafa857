"""The published keys as last seen, so that checking a token asks nobody."""

import asyncio
from contextvars import Context

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from adapters.outbound.security.keys import public_keys
from core.shared.errors import Unauthenticated, Unavailable
from core.shared.ports import Clock, KeySource

PAUSE = 10.0
"""Seconds between two fetches, so that tokens with made-up key names are no way to flood the user service."""
FIRST_PAUSE = 1.0
"""The same while there are no keys at all: services start together, and one waits for the other."""
FRESH = 300.0
"""Seconds after which known keys are looked up again, so that one that was withdrawn is not trusted for ever."""


class KeyCache:
    """Fetches when a key is unknown or the set is old, one fetch at a time; without an answer, the last keys stay.

    A fetch is nobody's: it knows no request, and goes on when those who wait for it have gone. So neither the deadline
    nor the hanging up of one caller, who may be a stranger with a made-up token, takes the keys from the others.
    """

    def __init__(self, source: KeySource, clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self._keys: dict[str, RSAPublicKey] = {}
        self._tried_at: float | None = None
        self._fetched_at: float | None = None
        self._answered = False
        self._fetching: asyncio.Task[None] | None = None

    async def get(self, kid: str) -> RSAPublicKey:
        """Raises: Unauthenticated if no such key is published; Unavailable if that cannot be known now."""
        known = self._keys.get(kid)
        fetching = self._under_way()
        if known is not None and (fetching is not None or self.fresh_for() > 0):
            return known
        if fetching is None and self._may_try():
            fetching = self._fetching = asyncio.create_task(self._fetch(), context=Context())
        if fetching is not None:
            await asyncio.shield(fetching)
        if kid in self._keys:
            return self._keys[kid]
        if not self._answered:
            raise Unavailable("The keys to check tokens by cannot be had.")
        raise Unauthenticated("The token is signed by an unknown key.")

    def fresh_for(self) -> float:
        """Seconds for which the known keys need not be looked up again; none while there is no answer."""
        return 0.0 if self._fetched_at is None else max(0.0, self._fetched_at + FRESH - self._clock.monotonic())

    async def _fetch(self) -> None:
        self._answered = False
        try:
            self._keys = public_keys(await self._source.fetch())
            self._answered, self._fetched_at = True, self._clock.monotonic()
        except (Unavailable, ValueError):
            pass  # the keys seen last are good until there are others
        finally:
            self._tried_at = self._clock.monotonic()

    def _under_way(self) -> asyncio.Task[None] | None:
        return None if self._fetching is None or self._fetching.done() else self._fetching

    def _may_try(self) -> bool:
        pause = PAUSE if self._keys else FIRST_PAUSE
        return self._tried_at is None or self._clock.monotonic() - self._tried_at >= pause
