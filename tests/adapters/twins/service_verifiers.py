"""Verifiers of service tokens that leave out a step, or take it wrong."""

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from core.shared.context import Caller
from core.shared.errors import Unauthenticated
from core.shared.ports import Clock, KeySource, TokenVerifier
from tests.adapters.security.doors import at_product, of_customers
from tests.adapters.security.step_by_step import Claims, ServiceStepByStep, decoded


class ServiceWithoutSecret(ServiceStepByStep):
    """Checks no signature: services are on our own network, after all."""

    def signed(self, token: str, header: Claims, key: RSAPublicKey | bytes) -> Claims:
        return decoded(token, key, "HS256", signed=False)


class ServiceOfAnyHash(ServiceStepByStep):
    """Takes every algorithm of the family."""

    def is_of_kind(self, header: Claims) -> bool:
        return header.get("alg") in ("HS256", "HS512") and header.get("typ") == self.typ

    def signed(self, token: str, header: Claims, key: RSAPublicKey | bytes) -> Claims:
        return decoded(token, key, "HS256", "HS512")


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
