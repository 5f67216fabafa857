"""While nobody can count, nobody is let in: the answer is that it cannot be done now, and no password is tried."""

from collections.abc import Callable

import pytest

from adapters.outbound.memory.tallies import MemoryTallies
from core.shared.errors import Unavailable
from core.shared.throttle import Throttle
from core.shared.throttling import Tally
from core.user.use_cases.guessing import Guessing
from tests.core.user.people import EMAIL, HERE, PASSWORD
from tests.security.guessing.attack import Guarded, guarded
from tests.security.shops import shop as whole_shop


class Away(MemoryTallies):
    """Fails at its `at`th call."""

    at = 0

    def _call(self) -> None:
        self.at -= 1
        if self.at == -1:
            raise Unavailable("The tallies are away.")

    async def get(self, key: str) -> Tally | None:
        self._call()
        return await super().get(key)

    async def change(self, key: str, step: Callable[[Tally | None], Tally]) -> Tally:
        self._call()
        return await super().change(key, step)

    async def remove(self, key: str) -> None:
        self._call()
        await super().remove(key)


async def away_at(call: int, email: str) -> Guarded:
    shop = await guarded()
    tallies = Away(shop.clock)
    tallies.at = call
    shop.by(Guessing(throttle=Throttle(tallies=tallies, clock=shop.clock), limits=shop.limits))
    with pytest.raises(Unavailable):
        await shop.use.login(email=email, password=PASSWORD, client=HERE)
    return shop


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.com"])
@pytest.mark.parametrize("call", range(4))
async def test_a_login_that_cannot_be_counted_is_unavailable_before_any_password_is_tried(
    call: int, email: str
) -> None:
    shop = await away_at(call, email)
    assert [name for name in shop.calls if not name.startswith("tallies")] == []


@pytest.mark.parametrize("call", [4, 5, 6])
async def test_a_login_that_cannot_be_given_back_forgiven_or_remembered_begins_no_session(call: int) -> None:
    shop = await away_at(call, EMAIL)
    assert "passwords.verify" in shop.calls
    assert "sessions.add" not in shop.calls


async def test_over_http_it_is_a_503() -> None:
    async with whole_shop(throttle="mongo", mongo_url="mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100") as shop:
        body = {"email": EMAIL, "password": PASSWORD}
        answer = await shop.client("user").post("/v1/auth/login", json=body)
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
