"""Calls made all at once, of which not all may have their way."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from core.shared.errors import ShopError

T = TypeVar("T")

MANY = 16


async def kept(rivals: Sequence[T], keep: Callable[[T], Awaitable[None]], refusal: type[ShopError]) -> list[T]:
    """Those of the rivals that were kept when all were to be at once; every other met the refusal."""
    results = await asyncio.gather(*(keep(rival) for rival in rivals), return_exceptions=True)
    assert all(result is None or isinstance(result, refusal) for result in results), results
    return [rival for rival, result in zip(rivals, results, strict=True) if result is None]


async def until_kept(change: Callable[[], Awaitable[None]], refusal: type[ShopError]) -> None:
    """Does it, and does it anew each time that somebody else was first."""
    for _ in range(10 * MANY):
        try:
            return await change()
        except refusal:
            continue
    raise AssertionError("somebody else was always first")
