"""Whose address a request is counted to: that of the nearest hop which nobody but a proxy of ours can have written."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.inbound.web.client import UNKNOWN, client_address, is_from_inside

PEER = "192.0.2.9"


def scope(*forwarded: str | bytes, peer: str | None = PEER) -> dict[str, Any]:
    lines = [line.encode("latin-1") if isinstance(line, str) else line for line in forwarded]
    headers = [(b"host", b"shop"), *((b"x-forwarded-for", line) for line in lines), (b"x-real-ip", b"6.6.6.6")]
    return {"type": "http", "client": (peer, 4711) if peer is not None else None, "headers": headers}


@pytest.mark.parametrize(
    ("hops", "forwarded", "address"),
    [
        (0, [], PEER),
        (0, ["203.0.113.1"], PEER),
        (1, [], PEER),
        (1, ["203.0.113.1"], "203.0.113.1"),
        (1, ["6.6.6.6, 203.0.113.1"], "203.0.113.1"),
        (1, ["6.6.6.6", "203.0.113.1"], "203.0.113.1"),
        (2, ["6.6.6.6, 203.0.113.1, 10.0.0.1"], "203.0.113.1"),
        (2, ["6.6.6.6", "203.0.113.1", "10.0.0.1"], "203.0.113.1"),
        (2, ["6.6.6.6, 203.0.113.1", "10.0.0.1"], "203.0.113.1"),
        (2, ["10.0.0.1"], "10.0.0.1"),
        (3, ["6.6.6.6, nonsense, 10.0.0.1"], "10.0.0.1"),
    ],
)
def test_as_many_entries_are_believed_as_there_are_proxies(hops: int, forwarded: Sequence[str], address: str) -> None:
    assert client_address(scope(*forwarded), hops) == address


@pytest.mark.parametrize(
    ("entry", "address"),
    [
        ("203.0.113.1:4711", "203.0.113.1"),
        (" \t203.0.113.1\t ", "203.0.113.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::7]", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::7]:443", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("[fe80::1%25eth0]:80", "fe80::/64"),
        ("::ffff:203.0.113.1", "203.0.113.1"),
        ("[::ffff:cb00:7101]:443", "203.0.113.1"),
        ("::1", "::/64"),
    ],
)
def test_an_address_is_read_in_every_way_that_proxies_write_it(entry: str, address: str) -> None:
    assert client_address(scope(entry), 1) == address
    assert client_address(scope(peer=entry.strip()), 0) == address


@pytest.mark.parametrize(
    "entry",
    [
        *(
            "",
            " ",
            "unknown",
            "_hidden",
            "shop.example",
            "localhost",
            "-",
            "203.0.113",
            "203.0.113.1.1",
            "203.0.113.256",
        ),
        *("0203.0.113.1", "203.0.113.1:", "203.0.113.1:http", "[203.0.113.1", "2001:db8::1]:80", "[2001:db8::1]80"),
        *("1:2:3", ":::", "2001:db8::g", "[]", "%eth0", "203.0.113.1 203.0.113.2", "'203.0.113.1'", "\u00b2.3.4.5"),
        *("1" * 81, "9" * 50_000, ":" * 80, "[" * 50_000, "\xff\xfe"),
    ],
    ids=lambda entry: repr(entry)[:30],
)
def test_what_is_no_address_leaves_the_nearest_that_is_known(entry: str) -> None:
    assert client_address(scope(entry), 1) == PEER
    assert client_address(scope(entry, peer=None), 1) == UNKNOWN
    assert client_address(scope(f"6.6.6.6, {entry}, 10.0.0.1"), 3) == "10.0.0.1"


def test_a_peer_without_an_address_is_unknown_unless_a_proxy_says_more() -> None:
    assert client_address(scope(peer=None), 0) == client_address(scope(peer=""), 0) == UNKNOWN
    assert client_address({"type": "http", "headers": []}, 0) == UNKNOWN
    assert client_address(scope("203.0.113.1", peer=None), 1) == "203.0.113.1"


def test_all_addresses_of_one_network_of_64_bits_are_one_caller() -> None:
    neighbours = {client_address(scope(f"2001:db8:1:2:{number:x}::{number:x}"), 1) for number in range(1_000)}
    assert neighbours == {"2001:db8:1:2::/64"}
    assert client_address(scope("2001:db8:1:3::"), 1) == "2001:db8:1:3::/64"


@given(lines=st.lists(st.binary(max_size=200), max_size=5), hops=st.integers(0, 10))
def test_whatever_is_sent_it_is_an_address_and_no_exception(lines: list[bytes], hops: int) -> None:
    assert client_address(scope(*lines), hops)


@given(forged=st.lists(st.text(alphabet="0123456789abcdef:.,[]% \t", max_size=60), max_size=4), hops=st.integers(1, 3))
def test_what_a_caller_writes_themselves_changes_nothing(forged: list[str], hops: int) -> None:
    appended = ", ".join(["203.0.113.1", "10.0.0.1", "10.0.0.2"][:hops])
    assert client_address(scope(*forged, appended), hops) == "203.0.113.1"
    assert client_address(scope(", ".join([*forged, appended])), hops) == "203.0.113.1"


def test_only_where_there_are_proxies_can_one_tell_who_passed_none() -> None:
    assert is_from_inside(scope(), 1)
    assert not is_from_inside(scope(""), 1)
    assert not is_from_inside(scope("203.0.113.1"), 1)
    assert not is_from_inside(scope(), 0)
