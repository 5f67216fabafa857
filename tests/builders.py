"""Values for tests: believable, valid, and changed by naming only what a test is about."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from core.product.model import Details, Entry, Image, Product, Stock, indexed
from core.shared.money import Money
from core.shared.throttling import GrowingDelay, Rate
from core.user.model.limits import AccountLimits
from tests.fakes import START, PlainStemmer

NOW = START
"""The moment at which tests happen, unless they say otherwise."""


def an_id(number: int, *, at: datetime = NOW) -> str:
    """A UUIDv7 made at that moment; of one moment's ids the higher number sorts later."""
    time = f"{int(at.timestamp() * 1000):012x}"
    digits = f"{number:015x}"
    return f"{time[:8]}-{time[8:]}-7{digits[:3]}-8000-{digits[3:]}"


def loose_limits() -> AccountLimits:
    """So that nobody is held, for tests about something else."""

    def rate(name: str) -> Rate:
        return Rate(name=name, quota=1_000_000, window=timedelta(hours=1))

    second = timedelta(seconds=1)
    return AccountLimits(
        login_by_address=rate("login_by_address"),
        login_by_pair=GrowingDelay(
            name="login_by_pair", free=1_000_000, first=second, longest=second, forgotten=second
        ),
        login_by_account=rate("login_by_account"),
        registration_by_address=rate("registration_by_address"),
        registration_by_account=rate("registration_by_account"),
        reset_by_address=rate("reset_by_address"),
        reset_by_account=rate("reset_by_account"),
        known_for=timedelta(days=30),
    )


def usd(amount: int) -> Money:
    return Money(amount=amount, currency="USD")


def details(*, price: int = 4_900, **changes: Any) -> Details:
    boots = Details(
        sku="BOOT-1",
        name="Leather boots",
        description="Sturdy boots for wet paths.",
        category="Shoes",
        tags=("winter", "leather"),
        price=usd(price),
        attributes={"colour": "brown"},
        images=(Image(url="https://example.com/boots.jpg", alt="A pair of brown boots"),),
    )
    return replace(boots, **changes)


def a_product(number: int = 1, *, at: datetime = NOW, price: int = 4_900, **changes: Any) -> Product:
    """An active product, new at that moment; each number has its own id and sku. `changes` are its details."""
    return Product(
        id=an_id(number, at=at),
        details=details(**{"sku": f"SKU-{number}", **changes}, price=price),
        status="active",
        version=1,
        created_at=at,
        updated_at=at,
    )


def kept(product: Product) -> Entry:
    """The product as the catalogue keeps it, found by the words that `PlainStemmer` makes of its own."""
    return indexed(product, PlainStemmer().stem)


def an_entry(number: int = 1, *, at: datetime = NOW, price: int = 4_900, **changes: Any) -> Entry:
    """`a_product` as the catalogue keeps it."""
    return kept(a_product(number, at=at, price=price, **changes))


def a_stock(units: int = 10, **changes: Any) -> Stock:
    return replace(Stock(product_id=an_id(1), received=units, sold=0, available=units, revision=1), **changes)
