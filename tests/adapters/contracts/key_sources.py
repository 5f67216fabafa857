"""The contract of `core.shared.ports.KeySource`: where services get the keys to check customers' tokens by."""

import copy

import pytest

from core.shared.errors import Unavailable
from core.shared.ports import KeySource
from tests.adapters.neighbours.shop import KEY
from tests.adapters.neighbours.ways import Stage

SECOND = {**KEY, "kid": "two", "n": "sXchDaQebHnPiGvyDOAT4saGEUetSyo9MKLOoWFsueri23bOdgWp4Dy1Wl"}
ODD = {"kty": "EC", "kid": "three", "crv": "P-256", "x": "x", "y": "y", "x5c": ["a", "b"], "ext": True}


async def keys_are_told_as_they_are_published(stage: Stage[KeySource]) -> None:
    assert await stage.adapter.fetch() == {"keys": [KEY]}


async def every_key_is_told_with_every_member_in_the_order_of_publishing(stage: Stage[KeySource]) -> None:
    stage.shop.keys.published = [SECOND, ODD, KEY]
    assert await stage.adapter.fetch() == {"keys": [SECOND, ODD, KEY]}


async def keys_that_come_and_go_do_so_at_once(stage: Stage[KeySource]) -> None:
    for published in ([KEY], [SECOND, KEY], [SECOND], []):
        stage.shop.keys.published = [*published]
        assert await stage.adapter.fetch() == {"keys": published}


async def an_answer_stays_as_it_was_told(stage: Stage[KeySource]) -> None:
    answer = await stage.adapter.fetch()
    before = copy.deepcopy(answer)
    stage.shop.keys.published = [SECOND]
    await stage.adapter.fetch()
    assert answer == before


async def keys_that_cannot_be_had_are_unavailable(stage: Stage[KeySource]) -> None:
    for _ in range(2):
        with stage.shop.away(), pytest.raises(Unavailable):
            await stage.adapter.fetch()
        assert await stage.adapter.fetch() == {"keys": [KEY]}
