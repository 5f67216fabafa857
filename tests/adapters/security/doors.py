"""Verifiers with those who come to them: customers of the user service's, and services."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from adapters.outbound.memory.user import MemoryUsers
from adapters.outbound.security.access_tokens import LASTS_MAX
from adapters.outbound.security.active_accounts import ActiveAccounts
from adapters.outbound.security.service_tokens import LASTS, ServiceTokenVerifier
from core.shared.context import Caller
from core.shared.ports import Clock, KeySource, TokenVerifier
from tests.adapters.contracts.verifiers import Door
from tests.adapters.security.forgeries import SECRET, access_forgeries, service_forgeries, service_tokens
from tests.adapters.security.holders import Published, issuer, verifier
from tests.builders import an_id
from tests.core.user.people import a_user
from tests.fakes import FixedClock

CUSTOMERS = (
    a_user(1),
    a_user(2, roles=frozenset({"customer", "admin"})),
    a_user(3, roles=frozenset({"admin"})),
    a_user(4, roles=frozenset()),
)
SERVICES = ("order", "cart", "user")

Verifying = Callable[[KeySource, Clock], TokenVerifier]


class CustomersDoor(Door):
    """Where access tokens are shown."""

    lasts = LASTS_MAX

    def __init__(self, verifying: Verifying) -> None:
        self.clock = FixedClock()
        self.verifier = verifying(Published(1), self.clock)
        self._verifying = verifying
        self._tokens = issuer(self.clock)

    def good(self) -> Sequence[tuple[str, Caller]]:
        return [
            (
                self._tokens.issue(user=user, session_id=an_id(9)).text,
                Caller(id=user.id, kind="customer", roles=frozenset(user.roles)),
            )
            for user in CUSTOMERS
        ]

    def forged(self) -> Mapping[str, str]:
        return access_forgeries(self.clock)

    def without_keys(self) -> TokenVerifier:
        away = Published()
        away.is_down = True
        return self._verifying(away, self.clock)


class ServicesDoor(CustomersDoor):
    """Where service tokens are shown to the service `product`."""

    lasts = LASTS

    def good(self) -> Sequence[tuple[str, Caller]]:
        return [
            (service_tokens(self.clock, name).issue("product"), Caller(id=name, kind="service")) for name in SERVICES
        ]

    def forged(self) -> Mapping[str, str]:
        return service_forgeries(self.clock)


def at_product(keys: KeySource, clock: Clock) -> ServiceTokenVerifier:
    """Needs no keys: the secret is known."""
    return ServiceTokenVerifier(name="product", secret=SECRET, clock=clock)


def of_customers(keys: KeySource, clock: Clock) -> TokenVerifier:
    return verifier(clock, keys)


def door(kind: type[CustomersDoor], verifying: Verifying) -> Callable[[], AbstractAsyncContextManager[Door]]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Door]:
        yield kind(verifying)

    return opened


@asynccontextmanager
async def of_accounts() -> AsyncIterator[Door]:
    """Where access tokens are shown to the user service, which has an account of each bearer."""
    users = MemoryUsers()
    for user in CUSTOMERS:
        await users.add(user)
    yield CustomersDoor(lambda keys, clock: ActiveAccounts(verifier(clock, keys), users))
