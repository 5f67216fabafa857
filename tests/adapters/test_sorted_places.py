"""The sorted list in blocks that memory's index is made of: whatever is done to it, it is as a sorted list would be."""

import random
from bisect import bisect_left, insort

import pytest

from adapters.outbound.memory.sorted_places import BLOCK, Place, SortedPlaces


def a_place(number: int) -> Place:
    return (f"name {number % 7}", f"{number:06}")


def sizes(places: SortedPlaces) -> list[int]:
    return [len(block) for block in places._blocks]


def test_an_empty_one_has_nothing_to_walk() -> None:
    assert list(SortedPlaces().walk()) == list(SortedPlaces([]).walk(("a",), ("b",), descending=True)) == []
    assert len(SortedPlaces()) == 0


def test_it_is_walked_from_one_place_on_and_before_another() -> None:
    places = SortedPlaces([("c", 1), ("a", 1), ("b", 2), ("b", 1)])
    assert list(places.walk()) == [("a", 1), ("b", 1), ("b", 2), ("c", 1)]
    assert list(places.walk(("b", 1), ("c", 1))) == [("b", 1), ("b", 2)]
    assert list(places.walk(("b",), ("b", 2), descending=True)) == [("b", 1)]
    assert list(places.walk(("b", 1, ""))) == [("b", 2), ("c", 1)]
    assert list(places.walk(("c",), ("b",))) == list(places.walk(("d",))) == list(places.walk((), ("a",))) == []


@pytest.mark.parametrize("start", [0, 1, BLOCK, 3 * BLOCK + 1])
def test_after_any_changes_it_is_as_a_sorted_list_would_be(start: int) -> None:
    choose = random.Random(start)
    expected = sorted(map(a_place, range(start)))
    places = SortedPlaces(expected)
    for step in range(8_000):
        if step % 4_000 < 2_500 or not expected:
            place = a_place(10_000 + step if choose.random() < 0.5 else 200_000 - step)
            insort(expected, place)
            places.add(place)
        else:
            places.remove(expected.pop(choose.randrange(len(expected))))
        if step % 400 == 0:
            low, high = sorted(a_place(choose.randrange(200_000)) for _ in range(2))
            between = expected[bisect_left(expected, low) : bisect_left(expected, high)]
            assert list(places.walk(low, high)) == between
            assert list(places.walk(low, high, descending=True)) == between[::-1]
            assert (list(places.walk()), len(places)) == (expected, len(expected))
    assert max(sizes(places)) <= 2 * BLOCK
    assert min(sizes(places)) > 0


def test_blocks_stay_small_and_go_when_they_are_empty() -> None:
    places = SortedPlaces()
    for number in range(10 * BLOCK):
        places.add((number,))
    assert max(sizes(places)) <= 2 * BLOCK
    assert len(sizes(places)) <= 10
    for number in reversed(range(10 * BLOCK)):
        places.remove((number,))
    assert sizes(places) == []
    places.add((1,))
    assert list(places.walk()) == [(1,)]
