"""Every suite there is; a port without one fails the build."""

from collections.abc import Sequence

from tests.adapters.suites import cart, mails, neighbours, order, product, security, system, user
from tests.adapters.suites.suite import Suite

SUITES: Sequence[Suite] = (
    *product.SUITES,
    *user.SUITES,
    *mails.SUITES,
    *cart.SUITES,
    *order.SUITES,
    *neighbours.SUITES,
    *security.SUITES,
    *system.SUITES,
)
