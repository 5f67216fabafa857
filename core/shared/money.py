"""Money as whole minor units of one currency, so that no cent is ever rounded away."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.shared.errors import Invalid

MAX_AMOUNT = 10**15
"""The largest amount in minor units: exact in JSON, where a number is a double (RFC 8259, section 6)."""


class MoneyInvalid(Invalid):
    """An amount or a currency is not one this shop can use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """`amount` in minor units (1999 is 19.99 USD), `currency` by ISO 4217."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if not 0 <= self.amount <= MAX_AMOUNT:
            raise MoneyInvalid(f"An amount is from 0 to {MAX_AMOUNT} minor units.")
        if not (len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper()):
            raise MoneyInvalid("A currency is three capital letters, as ISO 4217 has them.")

    def times(self, quantity: int) -> "Money":
        return Money(amount=self.amount * quantity, currency=self.currency)

    def plus(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise MoneyInvalid(f"{self.currency} and {other.currency} do not add up.")
        return Money(amount=self.amount + other.amount, currency=self.currency)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum, and zero of `currency` when there is nothing to add."""
    result = Money(amount=0, currency=currency)
    for amount in amounts:
        result = result.plus(amount)
    return result
