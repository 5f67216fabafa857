"""The rules of `Stock`: units are never lost, sold twice or given back twice, whatever arrives in whatever order."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product as combinations

import pytest

from core.product.errors import HoldClosed, HoldUnknown, OutOfStock, ProductInvalid, Shortage
from core.product.model import ADJUSTMENT_REMEMBERED, HOLD_REMEMBERED, UNITS_MAX, Hold, Line, Stock, summed
from core.shared.errors import IdempotencyKeyReused, ShopError
from tests.builders import NOW, a_stock, an_id

ORDER = an_id(100)
MOMENT = timedelta(milliseconds=1)
VERBS: dict[str, Callable[[Stock], Stock]] = {
    "take": lambda stock: stock.take(ORDER, 2),
    "release": lambda stock: stock.release(ORDER, at=NOW),
    "settle": lambda stock: stock.settle(ORDER, at=NOW),
}


def test_taking_sets_units_aside() -> None:
    taken = a_stock(10).take(ORDER, 3)
    assert (taken.available, taken.held, taken.sold, taken.revision) == (7, 3, 0, 2)
    assert taken.holds == {ORDER: Hold(quantity=3, state="held")}


def test_no_more_is_taken_than_there_is() -> None:
    with pytest.raises(OutOfStock) as refusal:
        a_stock(2).take(ORDER, 3)
    assert refusal.value.lines == (Shortage(product_id=an_id(1), quantity=3, available=2),)


def test_taking_again_changes_nothing_and_other_quantities_are_refused() -> None:
    taken = a_stock(10).take(ORDER, 3)
    assert taken.take(ORDER, 3) is taken
    with pytest.raises(HoldClosed):
        taken.take(ORDER, 2)


def test_a_release_gives_back_once() -> None:
    taken = a_stock(10).take(ORDER, 3)
    released = taken.release(ORDER, at=NOW)
    assert (released.available, released.held, released.revision) == (10, 0, 3)
    assert released.release(ORDER, at=NOW) is released


def test_a_release_that_comes_first_refuses_the_take() -> None:
    released = a_stock(10).release(ORDER, at=NOW)
    assert (released.available, released.revision) == (10, 2)
    with pytest.raises(HoldClosed):
        released.take(ORDER, 1)


def test_settling_counts_as_sold_once_and_for_good() -> None:
    settled = a_stock(10).take(ORDER, 3).settle(ORDER, at=NOW)
    assert (settled.available, settled.held, settled.sold, settled.revision) == (7, 0, 3, 3)
    assert settled.settle(ORDER, at=NOW) is settled
    with pytest.raises(HoldClosed):
        settled.release(ORDER, at=NOW)
    with pytest.raises(HoldClosed):
        settled.take(ORDER, 3)


def test_what_was_given_back_cannot_be_settled() -> None:
    with pytest.raises(HoldClosed):
        a_stock(10).take(ORDER, 3).release(ORDER, at=NOW).settle(ORDER, at=NOW)


def test_what_was_never_held_cannot_be_settled_unless_it_is_long_forgotten() -> None:
    stock = a_stock(10)
    with pytest.raises(HoldUnknown):
        stock.settle(ORDER, at=NOW + HOLD_REMEMBERED)
    assert stock.settle(ORDER, at=NOW + HOLD_REMEMBERED + MOMENT) is stock


def test_closed_holds_are_forgotten_when_no_message_can_concern_them() -> None:
    stock = a_stock(10).take(ORDER, 1).settle(ORDER, at=NOW)
    stock = stock.take(an_id(101), 1)
    assert ORDER in stock.release(an_id(102), at=NOW + HOLD_REMEMBERED).holds
    later = NOW + HOLD_REMEMBERED + MOMENT
    assert set(stock.release(an_id(102, at=later), at=later).holds) == {an_id(101), an_id(102, at=later)}


@pytest.mark.parametrize("length", range(1, 7))
def test_units_add_up_and_change_hands_once_in_any_order_of_verbs(length: int) -> None:
    """All sequences with repetitions, against what is to be expected of the first verb that closes the hold."""
    for verbs in combinations(VERBS, repeat=length):
        stock = a_stock(10)
        for verb in verbs:
            revision = stock.revision
            try:
                stock = VERBS[verb](stock)
            except ShopError:
                assert stock.revision == revision
            assert stock.available + stock.held + stock.sold == stock.received == 10
            assert stock.revision - revision in (0, 1)
        taken = "take" in verbs and "release" not in verbs[: verbs.index("take")]
        after = [verb for verb in verbs[verbs.index("take") :] if verb != "take"] if taken else []
        assert stock.sold == (2 if after[:1] == ["settle"] else 0)
        assert stock.held == (2 if taken and not after else 0)


def test_an_adjustment_counts_in_and_out() -> None:
    stock = a_stock(10).adjust(-4, key="a", fingerprint="out", at=NOW).adjust(1, key="b", fingerprint="in", at=NOW)
    assert (stock.received, stock.available, stock.revision) == (7, 7, 3)


def test_units_that_are_held_cannot_be_counted_out() -> None:
    with pytest.raises(OutOfStock):
        a_stock(10).take(ORDER, 8).adjust(-3, key="a", fingerprint="out", at=NOW)


def test_there_are_never_more_units_than_a_product_may_have() -> None:
    with pytest.raises(ProductInvalid):
        a_stock(UNITS_MAX).adjust(1, key="a", fingerprint="in", at=NOW)


def adjusted(at: datetime, *, fingerprint: str = "in") -> Stock:
    return a_stock(10).adjust(1, key="a", fingerprint="in", at=NOW).adjust(1, key="a", fingerprint=fingerprint, at=at)


def test_an_adjustment_is_made_once_a_key_for_a_day() -> None:
    assert adjusted(NOW + ADJUSTMENT_REMEMBERED - MOMENT).available == 11
    assert adjusted(NOW + ADJUSTMENT_REMEMBERED).available == 12
    with pytest.raises(IdempotencyKeyReused):
        adjusted(NOW, fingerprint="other")


def test_old_adjustments_are_forgotten() -> None:
    stock = a_stock(10).adjust(1, key="a", fingerprint="in", at=NOW)
    assert set(stock.adjust(1, key="b", fingerprint="in", at=NOW + ADJUSTMENT_REMEMBERED).adjustments) == {"b"}


def test_lines_are_summed_by_product_in_the_order_of_ids() -> None:
    lines = [Line(product_id=id, quantity=quantity) for id, quantity in (("b", 1), ("a", 2), ("b", 3))]
    assert summed(lines) == (Line(product_id="a", quantity=2), Line(product_id="b", quantity=4))
