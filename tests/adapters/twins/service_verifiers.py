"""Verifiers of service tokens that leave out a step, or take it wrong."""

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from core.shared.context import Caller
from core.shared.errors import Unauthenticated
from core.shared.ports import Clock, KeySource, TokenVerifier
from tests.adapters.security.doors import at_product, of_customers
from tests.adapters.security.holders import callers, service_key
from tests.adapters.security.step_by_step import CheckedOnce, Claims, Key, ServiceStepByStep, decoded


class ServiceUnsigned(ServiceStepByStep):
    """Checks no signature: services are on our own network, after all."""

    def signed(self, token: str, header: Claims, key: Key) -> Claims:
        return decoded(token, key, "EdDSA", signed=False)


class ServiceByAnyKey(ServiceStepByStep):
    """Knows the keys of all services, and does not ask whose one is: with the cart's, one can speak as the order."""

    def is_of(self, caller: Caller, kid: str) -> bool:
        return True


class ServiceByTheKeyItBrings(ServiceStepByStep):
    """Takes a key name that is a key for the key."""

    async def key(self, header: Claims) -> Key:
        kid = header.get("kid")
        if not isinstance(kid, str):
            raise Unauthenticated("Of no key.")
        return Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(kid + "="))

    def is_of(self, caller: Caller, kid: str) -> bool:
        return kid not in callers() or super().is_of(caller, kid)


class ServiceByOneKey(ServiceStepByStep):
    """Has the key of one caller for all."""

    async def key(self, header: Claims) -> Key:
        await super().key(header)
        return callers()[service_key("order").public].key


class ServiceForAsLongAsItSays(ServiceStepByStep):
    """Lets the token say for how long it is good."""

    def is_in_time(self, claims: Claims) -> bool:
        return bool(self.clock.now().timestamp() < claims["exp"] and claims["iat"] <= self.clock.now().timestamp() + 60)


class ServiceRememberedForEver(CheckedOnce, ServiceStepByStep):
    """Checks a token once."""


class ServiceRememberedByClaims(ServiceStepByStep):
    """Knows a token again by what it says, and leaves the signature out then."""

    def __init__(self, keys: KeySource, clock: Clock) -> None:
        super().__init__(keys, clock)
        self._seen: dict[str, Caller] = {}

    async def verify(self, token: str) -> Caller:
        said = token.rpartition(".")[0]
        if said not in self._seen:
            self._seen[said] = await super().verify(token)
        elif not self.is_in_time(decoded(token, "", "EdDSA", signed=False)):
            raise Unauthenticated("Expired.")
        return self._seen[said]


class ServiceOfAnyType(ServiceStepByStep):
    """Reads no `typ`."""

    def is_of_kind(self, header: Claims) -> bool:
        return bool(header.get("alg") == self.algorithm)


class ServiceForAnyAudience(ServiceStepByStep):
    """Takes tokens that were meant for another service."""

    def is_for_us(self, claims: Claims) -> bool:
        return True


class ServiceAmongAudiences(ServiceStepByStep):
    """Takes tokens that are good at several."""

    def is_whole(self, claims: Claims) -> bool:
        return super().is_whole({**claims, "aud": "product"})

    def is_for_us(self, claims: Claims) -> bool:
        return "product" in (claims.get("aud") or ())


class ServiceNeverExpires(ServiceStepByStep):
    """Never asks for the time."""

    def is_in_time(self, claims: Claims) -> bool:
        return True


class ServiceNamedByAudience(ServiceStepByStep):
    """Takes the one who is called for the one who calls."""

    def bearer(self, claims: Claims) -> Caller:
        return Caller(id=claims["aud"], kind="service")


class ServiceIsACustomer(ServiceStepByStep):
    """Names the right one, of the wrong kind."""

    def bearer(self, claims: Claims) -> Caller:
        return Caller(id=claims["iss"], kind="customer")


class ServiceIsAnAdmin(ServiceStepByStep):
    """Gives services a role that no token names."""

    def bearer(self, claims: Claims) -> Caller:
        return Caller(id=claims["iss"], kind="service", roles=frozenset({"admin"}))


class CustomersAsServices(TokenVerifier):
    """Lets a customer in as if they were a service."""

    def __init__(self, keys: KeySource, clock: Clock) -> None:
        self._doors = at_product(keys, clock), of_customers(keys, clock)

    async def verify(self, token: str) -> Caller:
        ours, customers = self._doors
        try:
            return await ours.verify(token)
        except Unauthenticated:
            return await customers.verify(token)
