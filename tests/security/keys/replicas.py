"""Two replicas of the user service that read one bundle at different times, and the services that check its tokens."""

from collections import deque
from collections.abc import Callable, Mapping
from functools import partial

from adapters.outbound.security.access_token_verifier import AccessTokenVerifier
from adapters.outbound.security.access_tokens import RsaAccessTokens
from adapters.outbound.security.bundle import Bundle
from adapters.outbound.security.key_cache import KeyCache
from adapters.outbound.security.keys import SigningKey, signing_keys
from core.shared.errors import ShopError, Unavailable
from core.shared.ports import Clock, KeySource
from tests.adapters.security.holders import AUDIENCE, ISSUER, forged, issued_by
from tests.builders import an_id
from tests.core.user.people import a_user
from tests.fakes import FixedClock

LIFE = 900
STEP = 5
"""Seconds between two looks at everything."""
LATE = 90
"""Seconds by which the second replica reads a changed bundle after the first."""

Rotate = Callable[[Bundle, FixedClock], str]
"""The text of the bundle after a rotation."""


def badly(signed: bytes) -> bytes:
    """As long as a signature, and none."""
    return bytes(256)


class Service(AccessTokenVerifier):
    """Another service, which keeps keys in a cache of that kind."""

    def __init__(self, keys: KeySource, clock: Clock, cache: type[KeyCache] = KeyCache) -> None:
        super().__init__(keys=keys, issuer=ISSUER, audience=AUDIENCE, clock=clock, remembered=50)
        self._keys = cache(keys, clock)


class UserService(KeySource):
    """Replicas behind a load balancer: whoever comes, a request goes to the next of them."""

    def __init__(self, bundle: Bundle, clock: FixedClock) -> None:
        self.clock = clock
        self.bundle = bundle
        self.asked = 0
        self.is_down = False
        self._turn = 0
        self._keys: list[tuple[SigningKey, ...]] = [signing_keys(bundle.text)] * 2
        self._due: deque[tuple[float, int, tuple[SigningKey, ...]]] = deque()
        self._issuers: list[RsaAccessTokens] = [
            issued_by(partial(self._keys.__getitem__, replica), clock) for replica in range(2)
        ]

    def rotate(self, rotate: Rotate) -> None:
        text = rotate(self.bundle, self.clock)
        self.bundle = Bundle.of(text)
        for replica, late in enumerate((0, LATE)):
            self._due.append((self.clock.monotonic() + late, replica, signing_keys(text)))

    def issue(self) -> str:
        return self._next().issue(user=a_user(), session_id=an_id(5)).text

    async def fetch(self) -> Mapping[str, object]:
        self.asked += 1
        if self.is_down:
            raise Unavailable("Down.")
        return self._next().jwks()

    def _next(self) -> RsaAccessTokens:
        for due in [due for due in self._due if due[0] <= self.clock.monotonic()]:
            self._due.remove(due)
            self._keys[due[1]] = due[2]
        self._turn += 1
        return self._issuers[self._turn % 2]


class Load:
    """Customers whose tokens are of all ages, and strangers who make key names up, at three services."""

    def __init__(self, user: UserService, clock: FixedClock) -> None:
        self.user = user
        self.clock = clock
        self.services = [Service(user, clock) for _ in range(3)]
        self.checked = self.failed = 0
        self._tokens: deque[tuple[float, str]] = deque()

    async def goes_on(self, seconds: int) -> None:
        for _ in range(0, seconds, STEP):
            self.clock.advance(STEP)
            now = self.clock.monotonic()
            self._tokens.append((now, self.user.issue()))
            while self._tokens[0][0] <= now - LIFE:
                self._tokens.popleft()
            for number, service in enumerate(self.services):
                await self._is_let_in(service, forged(self.clock, header={"kid": f"{now}-{number}"}, sign=badly))
                for token in {self._tokens[0][1], self._tokens[len(self._tokens) // 2][1], self._tokens[-1][1]}:
                    self.checked += 1
                    self.failed += not await self._is_let_in(service, token)

    async def _is_let_in(self, service: Service, token: str) -> bool:
        try:
            await service.verify(token)
        except ShopError:
            return False
        return True
