"""The callers of the matrix: each comes with the headers that it sends, by an account or a key of its own."""

from dataclasses import dataclass

from adapters.bootstrap.common import Caller as ServiceName
from adapters.bootstrap.settings import Service
from tests.security.shops import Person, Shop, bearer
from tests.security.tokens.mint import Mint

SERVICE_NAMES: tuple[ServiceName, ...] = ("product", "user", "cart", "order", "audit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who calls: with these headers, and by this account, if any."""

    headers: dict[str, str]
    person: Person | None = None


class Cast:
    """Makes callers by their names in the table; those with an account get a new one each time."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def visitor(self, caller: str, service: Service, owner: Person, let_in: ServiceName) -> Visitor:
        """Who is to call `service`, whose route lets the service `let_in` in, about a thing of `owner`'s."""
        if caller == "owner":
            return Visitor(headers=owner.headers, person=owner)
        if caller in ("nobody", "guest", "garbage"):
            return await self._stranger(caller)
        if caller.endswith("-service") or caller.startswith("service-"):
            return self._service(caller, service, let_in)
        return await self._account(caller)

    async def new_customer(self) -> Person:
        return await self._shop.sign_up(f"{self._shop.new_id()}@example.com")

    async def _stranger(self, caller: str) -> Visitor:
        if caller == "guest":
            return Visitor(headers=await self._shop.guest())
        return Visitor(headers={} if caller == "nobody" else bearer("gar.ba.ge"))

    async def _account(self, caller: str) -> Visitor:
        shop, person = self._shop, await self.new_customer()
        match caller:
            case "other":
                pass
            case "admin":
                person = await self._with_roles(person, "admin", "customer")
            case "former-admin":
                person = await self._with_roles(person, "admin", "customer")
                await self._administrate(person, "roles", {"roles": ["customer"]})
            case "disabled":
                await self._administrate(person, "status", {"status": "disabled"})
            case "erased":
                gone = await shop.client("user").delete("/v1/users/me", headers=person.headers)
                assert gone.status_code == 204, gone.text
            case "signed-out":
                gone = await shop.client("user").post("/v1/auth/logout", headers=person.headers)
                assert gone.status_code == 204, gone.text
            case "expired" | "wrong-audience" | "wrong-issuer":
                return Visitor(headers=bearer(self._misfit(caller, person)), person=person)
            case _:
                raise AssertionError(f"Nobody knows how to be {caller}.")
        return Visitor(headers=person.headers, person=person)

    def _misfit(self, caller: str, person: Person) -> str:
        mint = Mint(self._shop)
        now = mint.now()
        changes: dict[str, dict[str, object]] = {
            "expired": {"iat": now - 901, "exp": now - 1},
            "wrong-audience": {"aud": "another-shop"},
            "wrong-issuer": {"iss": "https://another.example"},
        }
        return mint.access(person, claims=changes[caller])

    def _service(self, caller: str, service: Service, let_in: ServiceName) -> Visitor:
        if caller == "service-elsewhere":
            elsewhere = "cart" if service != "cart" else "product"
            return Visitor(headers=bearer(self._shop.service_token(let_in, elsewhere)))
        if caller == "service-forged":
            return Visitor(headers=bearer(Mint(self._shop).service_by_another(let_in, service)))
        name = next(each for each in SERVICE_NAMES if caller == f"{each}-service")
        return Visitor(headers=bearer(self._shop.service_token(name, service)))

    async def _with_roles(self, person: Person, *roles: str) -> Person:
        """Signed in again, so that the token says it too."""
        await self._administrate(person, "roles", {"roles": list(roles)})
        return await self._shop.sign_in(person.email, person.id)

    async def _administrate(self, person: Person, what: str, body: dict[str, object]) -> None:
        admin = await self._shop.admin()
        path = f"/v1/users/{person.id}/{what}"
        done = await self._shop.client("user").put(path, json=body, headers=admin.headers)
        assert done.status_code == 200, done.text
