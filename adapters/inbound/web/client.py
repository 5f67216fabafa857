"""Where a request comes from, as far as those who passed it on can be believed."""

import re
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.types import Scope

UNKNOWN = "unknown"

_FORWARDED_FOR = b"x-forwarded-for"
_ENTRY = re.compile(r"[ \t]*(?:\[(?P<bracketed>[^]]+)\](?::\d+)?|(?P<v4>[\d.]+)(?::\d+)?|(?P<bare>[^][]+?))[ \t]*")
_LONGEST_ENTRY = 80
_NETWORK_BITS = 64


def client_address(scope: Scope, trusted_hops: int) -> str:
    """The caller's address: an IPv4 address, the /64 network of an IPv6 address, or `unknown`. Never raises.

    `trusted_hops` is how many proxies of ours a request passes. Each appends to `X-Forwarded-For` whom it was called
    by, so as many entries are believed, counted from the right; what stands before those the caller may have written.
    An entry that is no address, or one too few, and the nearest address known counts. One customer has a whole /64
    (RFC 6177), so that its addresses are one.
    """
    peer = scope.get("client")
    address = _known(peer[0]) if peer else None
    if trusted_hops:
        for entry in _from_the_right(scope, trusted_hops):
            further = _known(entry)
            if further is None:
                break
            address = further
    return address or UNKNOWN


def is_from_inside(scope: Scope, trusted_hops: int) -> bool:
    """Whether a request passed none of our proxies, each of which would have said so; without any, none can be told."""
    return trusted_hops > 0 and all(name != _FORWARDED_FOR for name, _ in scope["headers"])


async def _of(request: Request) -> str:
    return client_address(request.scope, request.app.state.trusted_hops)


ClientAddress = Annotated[str, Depends(_of)]
"""The caller's address, for a use case's `client`."""


def _from_the_right(scope: Scope, most: int) -> list[str]:
    """The last entries of the list that all the `X-Forwarded-For` lines are together (RFC 9110, section 5.3)."""
    found: list[str] = []
    for name, value in reversed(scope["headers"]):
        left = most - len(found)
        if name == _FORWARDED_FOR and left:
            found += reversed(value.decode("latin-1").rsplit(",", left)[-left:])
    return found


@lru_cache(maxsize=4096)
def _known(entry: str) -> str | None:
    """An entry's address, without port and zone; None if it is none."""
    parts = _ENTRY.fullmatch(entry) if len(entry) <= _LONGEST_ENTRY else None
    if parts is None:
        return None
    try:
        address = ip_address((parts["bracketed"] or parts["v4"] or parts["bare"]).partition("%")[0])
    except ValueError:
        return None
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Network((int(address), _NETWORK_BITS), strict=False))
