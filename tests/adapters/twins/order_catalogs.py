"""Ways for orders to see the catalogue that remember at all."""

from tests.adapters.twins.offers import RememberedFor


class Remembered(RememberedFor):
    """The cache of carts, put where money is at stake."""

    seconds = 1.0
