"""The contract of `core.shared.ports.ServiceTokens`: of what a service shows, and what its peers make of it."""

import base64
import json
from abc import abstractmethod
from typing import Any, Protocol

import pytest

from core.shared.context import Caller
from core.shared.errors import Unauthenticated
from core.shared.ports import ServiceTokens, TokenVerifier
from tests.fakes import FixedClock

NAMES = ("product", "user", "cart")


class Neighbourhood(Protocol):
    """The tokens of the service `order`, and its neighbours; all go by one clock."""

    tokens: ServiceTokens
    clock: FixedClock

    @abstractmethod
    def at(self, name: str) -> TokenVerifier:
        """What the service of that name checks service tokens by."""


async def a_token_names_the_service_that_calls(here: Neighbourhood) -> None:
    for name in NAMES:
        assert await here.at(name).verify(here.tokens.issue(name)) == Caller(id="order", kind="service")


async def a_token_is_good_at_one_service_alone(here: Neighbourhood) -> None:
    for name in NAMES:
        token = here.tokens.issue(name)
        for other in {*NAMES, "order", ""} - {name}:
            with pytest.raises(Unauthenticated):
                await here.at(other).verify(token)


async def a_token_is_another_for_each_audience_and_after_each_minute(here: Neighbourhood) -> None:
    told = set()
    for _ in range(5):
        told |= {_claims(here.tokens.issue(name))["jti"] for name in NAMES}
        here.clock.advance(60)
    assert len(told) == 5 * len(NAMES)


async def a_token_is_good_from_now_on_for_half_a_minute_at_least_and_a_minute_at_most(here: Neighbourhood) -> None:
    for wait in (0, 29, 1, 1, 14, 15, 3600):
        here.clock.advance(wait)
        token = here.tokens.issue("product")
        await here.at("product").verify(token)
        here.clock.advance(29)
        await here.at("product").verify(token)
        assert here.tokens.issue("product"), "It may be another by now, or the same."
        here.clock.advance(31)
        with pytest.raises(Unauthenticated):
            await here.at("product").verify(token)


async def however_often_it_asks_a_token_has_half_a_minute_left(here: Neighbourhood) -> None:
    for _ in range(70):
        here.clock.advance(1)
        left = _claims(here.tokens.issue("product"))["exp"] - here.clock.now().timestamp()
        assert 30 <= left <= 60


async def a_clock_that_is_set_back_makes_no_token_from_the_future(here: Neighbourhood) -> None:
    here.tokens.issue("product")
    here.clock.advance(-3600)
    await here.at("product").verify(here.tokens.issue("product"))


def _claims(token: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
