"""The contract of `core.shared.ports.TokenVerifier`, at the door at which tokens of one kind are shown."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Protocol

from core.shared.context import Caller
from core.shared.errors import ShopError, Unauthenticated, Unavailable
from core.shared.ports import TokenVerifier
from tests.adapters.security.forgeries import malformed
from tests.fakes import FixedClock


class Door(Protocol):
    """A verifier, and who comes to it."""

    verifier: TokenVerifier
    clock: FixedClock
    lasts: int
    """Seconds that a token is good for."""

    @abstractmethod
    def good(self) -> Sequence[tuple[str, Caller]]:
        """New tokens of several bearers."""

    @abstractmethod
    def forged(self) -> Mapping[str, str]:
        """Tokens of others, and of nobody, by what is wrong with them."""

    @abstractmethod
    def without_keys(self) -> TokenVerifier:
        """Another such verifier, in the same time, that has never seen a key and cannot have one."""


async def a_good_token_names_its_bearer(door: Door) -> None:
    good = door.good()
    for token, bearer in [*good, *good, *reversed(good)]:
        assert _known(await door.verifier.verify(token)) == _known(bearer)


async def a_new_token_is_as_good_as_the_last(door: Door) -> None:
    for _ in range(5):
        for token, bearer in door.good():
            assert _known(await door.verifier.verify(token)) == _known(bearer)
        door.clock.advance(door.lasts)


async def a_forged_token_is_refused(door: Door) -> None:
    await door.verifier.verify(door.good()[0][0])
    for fault, token in door.forged().items():
        assert await _outcome(door.verifier, token) is Unauthenticated, fault


async def a_malformed_token_is_refused(door: Door) -> None:
    good = door.good()[0][0]
    await door.verifier.verify(good)
    for token in malformed(good):
        assert await _outcome(door.verifier, token) is Unauthenticated, token[:80]


async def a_token_is_good_until_it_expires_seen_before_or_not(door: Door) -> None:
    (seen, _), (new, _), (last, _), *_ = door.good()
    for token in (seen, last):
        await door.verifier.verify(token)
    door.clock.advance(door.lasts - 1)
    for token in (seen, last):
        await door.verifier.verify(token)
    door.clock.advance(1)
    for token in (seen, new, last):
        assert await _outcome(door.verifier, token) is Unauthenticated


async def a_good_token_is_never_refused_for_want_of_keys(door: Door) -> None:
    keyless = door.without_keys()
    for token, bearer in door.good():
        outcome = await _outcome(keyless, token)
        assert outcome is Unavailable or outcome == _known(bearer)


async def nobody_is_let_in_for_want_of_keys(door: Door) -> None:
    keyless = door.without_keys()
    for fault, token in door.forged().items():
        assert await _outcome(keyless, token) in (Unauthenticated, Unavailable), fault


Known = tuple[str, str, frozenset[str]]


async def _outcome(verifier: TokenVerifier, token: str) -> type[ShopError] | Known:
    try:
        return _known(await verifier.verify(token))
    except Unauthenticated:
        return Unauthenticated
    except Unavailable:
        return Unavailable


def _known(caller: Caller) -> Known:
    return caller.id, caller.kind, caller.roles
