"""Money as people read it."""

import pytest

from core.shared.money import MAX_AMOUNT, Money


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (0, "USD", "0.00 USD"),
        (5, "USD", "0.05 USD"),
        (1_999, "USD", "19.99 USD"),
        (100, "EUR", "1.00 EUR"),
        (0, "JPY", "0 JPY"),
        (1_999, "JPY", "1999 JPY"),
        (1_999, "KWD", "1.999 KWD"),
        (7, "KWD", "0.007 KWD"),
        (7, "CLF", "0.0007 CLF"),
        (MAX_AMOUNT, "USD", "10000000000000.00 USD"),
    ],
)
def test_an_amount_has_the_decimals_of_its_currency(amount: int, currency: str, text: str) -> None:
    assert str(Money(amount=amount, currency=currency)) == text
