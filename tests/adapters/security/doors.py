"""Verifiers with those who come to them: customers of the user service's, and services."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from adapters.outbound.decorators.late import Late
from adapters.outbound.memory.user import MemoryUserStore
from adapters.outbound.security.access_token_verifier import LASTS_MAX
from adapters.outbound.security.active_accounts import ActiveAccounts
from adapters.outbound.security.service_tokens import LASTS, ServiceTokenVerifier
from core.shared.context import Caller
from core.shared.ports import Clock, KeySource, TokenVerifier
from core.user.model import RefreshToken, Session, User
from tests.adapters.contracts.verifiers import Door
from tests.adapters.security.forgeries import access_forgeries, service_forgeries, service_tokens
from tests.adapters.security.holders import Published, callers, issuer, verifier
from tests.builders import an_id
from tests.core.user.people import LASTS as LASTS_DAYS
from tests.core.user.people import a_user
from tests.fakes import START, FixedClock

CUSTOMERS = (
    a_user(1),
    a_user(2, roles=frozenset({"customer", "admin"})),
    a_user(3, roles=frozenset({"admin"})),
    a_user(4, roles=frozenset()),
)
SERVICES = ("order", "cart", "audit")

Verifying = Callable[[KeySource, Clock], TokenVerifier]


def session_of(user: User) -> Session:
    """The one that each customer's tokens come from."""
    token = RefreshToken(session_id=an_id(100 + CUSTOMERS.index(user)), secret="first")
    return Session.begun(user, token, at=START, lasts=LASTS_DAYS)


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
                self._tokens.issue(user=user, session_id=session_of(user).id).text,
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
    """Fetches no keys: those of its peers are known."""
    return ServiceTokenVerifier(name="product", peers=callers(), clock=clock)


def of_customers(keys: KeySource, clock: Clock) -> TokenVerifier:
    return verifier(clock, keys)


def made_late(keys: KeySource, clock: Clock) -> TokenVerifier:
    return Late().of(TokenVerifier, lambda: verifier(clock, keys))


def door(kind: type[CustomersDoor], verifying: Verifying) -> Callable[[], AbstractAsyncContextManager[Door]]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Door]:
        yield kind(verifying)

    return opened


@asynccontextmanager
async def of_accounts() -> AsyncIterator[Door]:
    """Where access tokens are shown to the user service, which has an account and a session of each bearer."""
    store = MemoryUserStore()
    for user in CUSTOMERS:
        await store.users.add(user)
        await store.sessions.add(session_of(user))

    def verifying(keys: KeySource, clock: Clock) -> TokenVerifier:
        inner = verifier(clock, keys)
        return ActiveAccounts(inner, users=store.users, sessions=store.sessions, clock=clock)

    yield CustomersDoor(verifying)
