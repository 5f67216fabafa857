"""Issuers of service tokens as one could get them wrong."""

from datetime import UTC, datetime

import jwt

from core.shared.ports import Clock, NewId
from tests.adapters.security.forgeries import SECRET
from tests.adapters.security.neighbourhood import ByHand, Claims
from tests.builders import an_id


class GoodEverywhere(ByHand):
    """Leaves out for whom the token is."""

    def claims(self, audience: str) -> Claims:
        return {**super().claims(audience), "aud": None}


class GoodAtAll(ByHand):
    """Names every service, so that one token will do."""

    def claims(self, audience: str) -> Claims:
        return {**super().claims(audience), "aud": ["product", "user", "cart", "order"]}


class OneAudience(ByHand):
    """Was made with one neighbour in mind."""

    def claims(self, audience: str) -> Claims:
        return super().claims("product")


class NeverExpires(ByHand):
    """Leaves out the end."""

    def claims(self, audience: str) -> Claims:
        claims = super().claims(audience)
        del claims["exp"]
        return claims


class GoodForYears(ByHand):
    """Is issued for good."""

    def claims(self, audience: str) -> Claims:
        return {**super().claims(audience), "exp": self.now() + 10**9}


class GoodForMinutes(ByHand):
    """Is good for as long as an access token."""

    def claims(self, audience: str) -> Claims:
        return {**super().claims(audience), "exp": self.now() + 900}


class OverAtOnce(ByHand):
    """Is good for a second, and not for a call that is slow."""

    def claims(self, audience: str) -> Claims:
        return {**super().claims(audience), "exp": self.now() + 1}


class IssuedOnce(ByHand):
    """Keeps the first token of each audience, and goes on with it when it has expired."""

    def __init__(self, clock: Clock, new_id: NewId) -> None:
        super().__init__(clock, new_id)
        self._issued: dict[str, str] = {}

    def issue(self, audience: str) -> str:
        return self._issued.setdefault(audience, super().issue(audience))


class KeptForHalfItsLife(ByHand):
    """Issues a token again for half a minute: what went over one wire is good on another."""

    def __init__(self, clock: Clock, new_id: NewId) -> None:
        super().__init__(clock, new_id)
        self._issued: dict[tuple[str, int], str] = {}

    def issue(self, audience: str) -> str:
        return self._issued.setdefault((audience, self.now() // 30), super().issue(audience))


class SameIdForAll(ByHand):
    """Has one `jti`, so that the tokens of one second are the same."""

    def claims(self, audience: str) -> Claims:
        return {**super().claims(audience), "jti": an_id(1)}


class ByTheMachine(ByHand):
    """Asks the machine for the time, and not the clock."""

    def now(self) -> int:
        return int(datetime.now(UTC).timestamp())


class InMilliseconds(ByHand):
    """Counts time as our events do, and not as a JWT."""

    def now(self) -> int:
        return super().now() * 1000


class NamesTheAudience(ByHand):
    """Names the one who is called as the one who calls."""

    def claims(self, audience: str) -> Claims:
        return {**super().claims(audience), "iss": audience}


class NamesTheShop(ByHand):
    """Names the whole shop, and no service of it."""

    def claims(self, audience: str) -> Claims:
        return {**super().claims(audience), "iss": "portico"}


class SecretOfItsOwn(ByHand):
    """Has a secret of its own, which no peer knows."""

    def issue(self, audience: str) -> str:
        return jwt.encode(self.claims(audience), SECRET[::-1], "HS256", headers={"typ": "service+jwt"})


class Untyped(ByHand):
    """Leaves the library's `typ`."""

    def issue(self, audience: str) -> str:
        return jwt.encode(self.claims(audience), SECRET, "HS256")
