"""Money as whole minor units of one currency, so that no cent is ever rounded away."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.shared.errors import Invalid

MAX_AMOUNT = 10**15
"""The largest amount in minor units: exact in JSON, where a number is a double (RFC 8259, section 6)."""

_DIGITS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}
"""How many decimals a currency has, by ISO 4217; the others have two."""


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

    def __str__(self) -> str:
        """For people to read, such as "19.99 USD"."""
        digits = _DIGITS.get(self.currency, 2)
        text = f"{self.amount:0{digits + 1}}"
        whole, rest = text[: len(text) - digits], text[len(text) - digits :]
        return f"{whole}.{rest} {self.currency}" if rest else f"{whole} {self.currency}"

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
