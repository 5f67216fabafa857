"""A caller is who the proxy says, whatever they write into `X-Forwarded-For` themselves (OWASP API4:2023)."""

import random

import pytest

from adapters.inbound.web.rate_limit import RequestLimit
from tests.figures import Figure
from tests.security.edge.workshop import PER_MINUTE, ByPeer, ByRawHeader, ByWholeAddress, Leftmost, Workshop

FORGERIES = 600
MALLORY = "198.51.100.66"
ODD = (b"", b" ", b",", b",,,,", b"unknown", b"_hidden", b"\xff\xfe", b"::1", b"[::1]:80", b"127.0.0.1", b"1" * 5_000)


def forgery(number: int) -> list[bytes]:
    """Header lines that Mallory sends, hardly ever the same twice."""
    chance = random.Random(number)

    def entry() -> bytes:
        kinds = (
            chance.randbytes(4).hex(".").encode(),
            ".".join(str(chance.randrange(256)) for _ in range(4)).encode(),
            f"[2001:db8:{chance.randrange(65_536):x}::1]:{chance.randrange(65_536)}".encode(),
            chance.choice(ODD),
        )
        return chance.choice(kinds)

    return [b", ".join(entry() for _ in range(chance.randrange(1, 40))) for _ in range(chance.randrange(1, 4))]


async def work_done_for_mallory(limit: type[RequestLimit]) -> int:
    workshop = Workshop(limit)
    for number in range(FORGERIES):
        await workshop.ask(MALLORY, *forgery(number))
    return workshop.done


async def work_done_for_one_customer_with_many_addresses(limit: type[RequestLimit]) -> int:
    workshop = Workshop(limit)
    for number in range(FORGERIES):
        await workshop.ask(f"2001:db8:0:1::{number:x}")
    return workshop.done


async def strangers_served_beside_mallory(limit: type[RequestLimit], strangers: int = 50) -> int:
    workshop = Workshop(limit)
    for _ in range(PER_MINUTE * 2):
        await workshop.ask(MALLORY)
    return sum([await workshop.ask(f"203.0.113.{number}") == 204 for number in range(strangers)])


async def test_forged_addresses_give_nobody_a_request_more(figure: Figure) -> None:
    assert await work_done_for_mallory(RequestLimit) == PER_MINUTE
    figure("{forged} requests with forged forwarding headers: all counted to who sent them.", forged=FORGERIES)


@pytest.mark.parametrize("twin", [Leftmost, ByRawHeader])
async def test_who_believes_what_callers_write_is_found_out(twin: type[RequestLimit]) -> None:
    assert await work_done_for_mallory(twin) > FORGERIES / 2


async def test_the_addresses_of_one_network_are_no_more_than_one() -> None:
    assert await work_done_for_one_customer_with_many_addresses(RequestLimit) == PER_MINUTE


async def test_who_counts_each_of_them_is_found_out() -> None:
    assert await work_done_for_one_customer_with_many_addresses(ByWholeAddress) == FORGERIES


async def test_nobody_is_held_up_because_somebody_else_asks_too_often() -> None:
    assert await strangers_served_beside_mallory(RequestLimit) == 50


async def test_who_takes_all_behind_a_proxy_for_one_is_found_out() -> None:
    assert await strangers_served_beside_mallory(ByPeer) == 0
