"""Offers that are remembered for a moment."""

from collections.abc import Callable

import pytest

from adapters.outbound.decorators.cart import CachedCatalog
from core.cart import OFFERS_AGE_MAX
from tests.adapters.contracts.clauses import Clause, every_clause
from tests.adapters.decorators import caching
from tests.adapters.decorators.broken_catalogs import TWINS
from tests.adapters.decorators.caching import Prices
from tests.adapters.decorators.telling import holds, untrue_of
from tests.fakes import FixedClock


@every_clause(caching)
def test_a_cached_catalogue(clause: Clause) -> None:
    holds(clause, CachedCatalog)


def test_every_broken_one_is_told(figure: Callable[[str], None]) -> None:
    told = {twin.__name__: untrue_of(twin, caching) for twin in TWINS}
    figure(f"cached offers: {sum(map(bool, told.values()))} of {len(TWINS)} broken ones told")
    assert [name for name, facts in told.items() if not facts] == []


@pytest.mark.parametrize("seconds", [0, -1, OFFERS_AGE_MAX + 0.001, float("inf"), float("nan")])
def test_no_offer_may_be_older_than_the_port_says(seconds: float) -> None:
    with pytest.raises(ValueError, match=f"up to {OFFERS_AGE_MAX:.0f}"):
        CachedCatalog(Prices(), clock=FixedClock(), seconds=seconds)
