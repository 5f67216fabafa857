"""150 logins at once keep nobody else waiting (guarantee 21).

How long that takes is told and not asserted. What is asserted is the cause: bcrypt never runs on the event loop's
thread, which the interpreter itself is asked to tell.
"""

import asyncio
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType
from typing import Any, TypeVar

import httpx

from adapters.inbound.web.user import user_router
from adapters.outbound.security.passwords import BcryptPasswords
from core.user.use_cases import UserUseCases
from tests.figures import Figure
from tests.security.shops import shop as whole_shop

T = TypeVar("T")

LOGINS = 150
COST = 8
BCRYPT = ("hashpw", "checkpw")


class OnTheLoop(BcryptPasswords):
    """The naive twin: hashes where it is called."""

    async def _work(self, job: Callable[[], T]) -> T:
        return job()


@contextmanager
def seen_on_this_thread() -> Iterator[list[str]]:
    """Every call of bcrypt from this thread on, however it came about."""
    found: list[str] = []
    before = sys.getprofile()

    def watch(_: FrameType, event: str, called: Any) -> None:
        if event == "c_call" and getattr(called, "__name__", "") in BCRYPT:
            found.append(called.__name__)

    sys.setprofile(watch)
    try:
        yield found
    finally:
        sys.setprofile(before)


async def logins(http: httpx.AsyncClient) -> tuple[Counter[int], list[float]]:
    """150 logins to as many accounts at once: their answers, and how long each look at `/livez` meanwhile took."""

    async def login(number: int) -> int:
        body = {"email": f"{number}@example.com", "password": "a wrong guess"}
        return (await http.post("/v1/auth/login", json=body)).status_code

    crowd = asyncio.gather(*(login(number) for number in range(LOGINS)))
    seconds = []
    while not crowd.done():
        began = time.perf_counter()
        assert (await http.get("/livez")).status_code == 200
        seconds.append(time.perf_counter() - began)
        await asyncio.sleep(0.002)
    return Counter(await crowd), seconds


def on_the_loop(use_cases: UserUseCases) -> Any:
    naive = OnTheLoop(pepper="pepper", cost=COST)
    return user_router(replace(use_cases, login=replace(use_cases.login, passwords=naive)), issuer="http://shop.test")


async def test_a_hundred_and_fifty_logins_at_once_hash_nothing_on_the_event_loop(figure: Figure) -> None:
    async with whole_shop(bcrypt_cost=COST) as shop:
        with seen_on_this_thread() as hashed:
            answers, seconds = await logins(shop.client("user"))
    assert hashed == []
    assert set(answers) <= {401, 503}  # the rest is told to come again
    assert answers[401] > LOGINS // 3
    figure(
        "guarantee 21: of {all} logins at once {tried} were tried, {later} told to come again, none hashed on the event"
        " loop; the slowest hundredth of {looks} looks at /livez took {p99} ms",
        all=LOGINS,
        tried=answers[401],
        later=answers[503],
        looks=len(seconds),
        p99=round(statistics.quantiles(seconds, n=100)[-1] * 1000),
    )


async def test_hashing_on_the_event_loop_is_told() -> None:
    async with whole_shop(routers={"user": on_the_loop}, bcrypt_cost=COST) as shop:
        with seen_on_this_thread() as hashed:
            await logins(shop.client("user"))
    assert len(hashed) == LOGINS
