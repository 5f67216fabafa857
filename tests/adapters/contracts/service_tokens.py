"""The contract of `core.shared.ports.ServiceTokens`: of what a service shows, and what its peers make of it."""

from abc import abstractmethod
from typing import Protocol

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


async def a_token_is_new_each_time(here: Neighbourhood) -> None:
    tokens = [here.tokens.issue(name) for _ in range(20) for name in NAMES]
    assert len(set(tokens)) == len(tokens)


async def a_token_is_good_for_a_minute_from_now(here: Neighbourhood) -> None:
    for wait in (0, 59, 1, 30, 3600):
        here.clock.advance(wait)
        token = here.tokens.issue("product")
        await here.at("product").verify(token)
        here.clock.advance(59)
        await here.at("product").verify(token)
        here.clock.advance(1)
        with pytest.raises(Unauthenticated):
            await here.at("product").verify(token)
