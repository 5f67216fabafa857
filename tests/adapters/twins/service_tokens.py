"""Issuers of service tokens as one could get them wrong."""

from datetime import UTC, datetime

from core.shared.ports import Clock, NewId
from tests.adapters.security.neighbourhood import ByHand, Claims, signed
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


class KeptForItsLife(ByHand):
    """Issues a token again for as long as it is good, which may be over when it arrives."""

    def __init__(self, clock: Clock, new_id: NewId) -> None:
        super().__init__(clock, new_id)
        self._issued: dict[str, tuple[int, str]] = {}

    def issue(self, audience: str) -> str:
        if self._issued.get(audience, (0, ""))[0] <= self.now():
            self._issued[audience] = self.now() + 60, super().issue(audience)
        return self._issued[audience][1]


class KeptForAllAudiences(ByHand):
    """Keeps one token, whoever is to be called."""

    def __init__(self, clock: Clock, new_id: NewId) -> None:
        super().__init__(clock, new_id)
        self._issued: dict[int, str] = {}

    def issue(self, audience: str) -> str:
        return self._issued.setdefault(self.now() // 30, super().issue(audience))


class SameIdForAll(ByHand):
    """Has one `jti`, by which nobody can tell its tokens apart."""

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


class KeyNobodyKnows(ByHand):
    """Signs by a key that was told to no peer."""

    def issue(self, audience: str) -> str:
        return signed(self.claims(audience), key="stranger")


class KeyOfAnother(ByHand):
    """Was given the key of another service by mistake."""

    def issue(self, audience: str) -> str:
        return signed(self.claims(audience), key="cart")


class KeyUnnamed(ByHand):
    """Leaves it to the peers to find out which key it was."""

    def issue(self, audience: str) -> str:
        return signed(self.claims(audience), kid="")


class Untyped(ByHand):
    """Leaves the library's `typ`."""

    def issue(self, audience: str) -> str:
        return signed(self.claims(audience), typ="JWT")
