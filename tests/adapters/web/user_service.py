"""The user service over HTTP and memory, with real tokens and cheap hashes; answers are held against the document."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from httpx import AsyncClient, Response

from adapters.bootstrap.identities import callers, own_key
from adapters.inbound.web.app import create_app
from adapters.inbound.web.user import user_router
from adapters.outbound.memory.mail import MemoryNotifier
from adapters.outbound.memory.tallies import MemoryTallies
from adapters.outbound.memory.user import MemoryUserStore
from adapters.outbound.security.access_tokens import OwnKeys
from adapters.outbound.security.active_accounts import ActiveAccounts
from adapters.outbound.security.common_passwords import ShippedCommonPasswords
from adapters.outbound.security.passwords import BcryptPasswords
from adapters.outbound.security.service_tokens import Ed25519ServiceTokens, ServiceTokenVerifier
from adapters.outbound.system.secret import UrlSafeSecret
from core.shared.throttle import Throttle
from core.user.use_cases import UserUseCases
from tests.adapters.security.holders import ISSUER, issuer, verifier
from tests.adapters.web.conformity import assert_conforms
from tests.adapters.web.sample import bearer, started
from tests.builders import loose_limits
from tests.core.user.people import EMAIL, LASTS, LINKS, PASSWORD
from tests.fakes import FixedClock, SequentialIds

ADMIN = "admin@example.com"
ADDRESS = {
    "name": "Sam Shopper",
    "line1": "12 Harbour Street",
    "city": "Bristol",
    "postal_code": "BS1 4RW",
    "country": "GB",
}


class Service:
    """The app, and what stands around it."""

    def __init__(self) -> None:
        self.clock = FixedClock()
        self.store = MemoryUserStore()
        self.notifier = MemoryNotifier()
        self.passwords = BcryptPasswords(pepper="pepper", cost=4, threads=2)
        self.new_id = SequentialIds(self.clock)
        access_tokens = issuer(self.clock)
        self.use_cases = UserUseCases.over(
            users=self.store.users,
            sessions=self.store.sessions,
            proofs=self.store.proofs,
            pending_mails=self.store.pending_mails,
            notifier=self.notifier,
            mail_links=LINKS,
            passwords=self.passwords,
            common_passwords=ShippedCommonPasswords(),
            access_tokens=access_tokens,
            throttle=Throttle(tallies=MemoryTallies(self.clock), clock=self.clock),
            limits=loose_limits(),
            clock=self.clock,
            new_id=self.new_id,
            new_secret=UrlSafeSecret(),
            session_lasts=LASTS,
            admin_email=ADMIN,
        )
        self.app: FastAPI = create_app(
            "user",
            [user_router(self.use_cases, issuer=ISSUER)],
            version="test",
            verifier=ActiveAccounts(
                verifier(self.clock, OwnKeys(access_tokens)),
                users=self.store.users,
                sessions=self.store.sessions,
                clock=self.clock,
            ),
            service_verifier=ServiceTokenVerifier(name="user", peers=callers(""), clock=self.clock),
            clock=self.clock,
            new_id=self.new_id,
            resources=[self.passwords],
        )

    @asynccontextmanager
    async def client(self) -> AsyncIterator["Client"]:
        async with started(self.app) as http:
            yield Client(self, http)

    def service_token(self, name: str) -> dict[str, str]:
        tokens = Ed25519ServiceTokens(name=name, key=own_key(name, ""), clock=self.clock, new_id=self.new_id)
        return bearer(tokens.issue("user"))


class Client:
    """Calls the service, and checks that every answer is as documented."""

    def __init__(self, service: Service, http: AsyncClient) -> None:
        self.service = service
        self.http = http

    async def __call__(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None, *, status: int = 200
    ) -> Response:
        options = {} if body is None else {"json": body}
        response = await self.http.request(method, path, headers=headers, **options)
        assert response.status_code == status, response.text
        assert_conforms(self.service.app, response)
        return response

    async def register(self, email: str = EMAIL) -> str:
        """The new account's id."""
        body = {"email": email, "password": PASSWORD, "name": "Sam Shopper"}
        return str((await self("POST", "/v1/users", body, status=201)).json()["id"])

    async def login(self, email: str = EMAIL, password: str = PASSWORD) -> dict[str, Any]:
        tokens: dict[str, Any] = (await self("POST", "/v1/auth/login", {"email": email, "password": password})).json()
        return tokens

    async def signed_in(self, email: str = EMAIL) -> dict[str, str]:
        """The headers of someone who registered and signed in."""
        await self.register(email)
        return bearer((await self.login(email))["access_token"])


@asynccontextmanager
async def user_service() -> AsyncIterator[Client]:
    async with Service().client() as client:
        yield client
