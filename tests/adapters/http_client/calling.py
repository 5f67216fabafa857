"""A channel for tests, and calls over it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest

from adapters.outbound.http_client.channel import Channel
from core.shared.context import REQUEST, RequestContext
from core.shared.errors import Unavailable
from core.shared.ports import ServiceTokens
from tests.virtual_time import LoopClock

NEARLY_ONE = 0.999999


class NumberedTokens(ServiceTokens):
    """Tokens that tell one from the next."""

    def __init__(self) -> None:
        self._issued = 0

    def issue(self, audience: str) -> str:
        self._issued += 1
        return f"{audience}-token-{self._issued}"


@asynccontextmanager
async def channel_to(url: str, *, chance: float = 0.5, **changes: Any) -> AsyncIterator[Channel]:
    tokens = NumberedTokens()
    async with Channel(
        url, audience="product", tokens=tokens, clock=LoopClock(), chance=lambda: chance, **changes
    ) as channel:
        yield channel


async def asked(channel: Channel, **options: Any) -> object:
    """What a peer answers to a GET, as JSON."""
    return await channel.ask("/things", lambda answer: answer, **options)


async def refused(channel: Channel, **options: Any) -> Unavailable:
    """The error of a GET that cannot be answered."""
    with pytest.raises(Unavailable) as caught:
        await asked(channel, **options)
    return caught.value


@contextmanager
def within_a_request(**context: Any) -> Any:
    token = REQUEST.set(RequestContext(**context))
    try:
        yield
    finally:
        REQUEST.reset(token)
