"""A product as the catalogue shows it, and the rules for what a shopkeeper may write about it."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from core.product.errors import ProductInvalid
from core.shared.money import Money

SKU_MAX, NAME_MAX, DESCRIPTION_MAX, CATEGORY_MAX, TAG_MAX = 64, 200, 10_000, 64, 64
TAGS_MAX, IMAGES_MAX, ATTRIBUTES_MAX, ATTRIBUTE_VALUE_MAX, URL_MAX = 20, 20, 50, 500, 2048
WORD_MAX = 64
PRICE_MAX = 10**9
"""No unit costs more minor units than this, so that a full cart still has an exact total."""

_SKU = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_IMAGE_URL = re.compile(r"https?://[^ /?#].*|(?! )[^:/?#]*(?:[/?#].*)?", re.IGNORECASE)
"""RFC 3986, 4.2: before the first / ? # of a path there is no colon, else a browser would take it for a scheme."""
_WORD = re.compile(r"\w+")
_POSSESSIVE = re.compile(r"['\u2019](?:s\b)?")

Status = Literal["active", "archived"]


def folded(text: str) -> tuple[str, ...]:
    """The words of a text as search compares them: compatibility forms, accents and case folded; each once.

    NFKD and full case folding are Unicode's (UAX #15; The Unicode Standard, 3.13). An apostrophe is no part of a word,
    nor an `s` behind it: "Men's" is "men". Of a word longer than `WORD_MAX` the beginning is compared.
    """
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return tuple(dict.fromkeys(word[:WORD_MAX] for word in _WORD.findall(_POSSESSIVE.sub("", plain))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    url: str
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What a shopkeeper writes about a product; `price` is for one unit."""

    sku: str
    name: str
    description: str
    category: str
    tags: tuple[str, ...]
    price: Money
    attributes: Mapping[str, str]
    images: tuple[Image, ...]

    def checked(self, currency: str) -> "Details":
        """Itself, with repeated tags dropped, if a shop of this currency can sell it. Raises: ProductInvalid."""
        _require(len(self.sku) <= SKU_MAX and _SKU.fullmatch(self.sku), "sku", "letters, digits and . _ / -")
        _require(self.name.strip() and len(self.name) <= NAME_MAX, "name", f"1 to {NAME_MAX} characters")
        _require(len(self.description) <= DESCRIPTION_MAX, "description", f"at most {DESCRIPTION_MAX} characters")
        _require(
            self.category.strip() and len(self.category) <= CATEGORY_MAX, "category", f"1 to {CATEGORY_MAX} characters"
        )
        _require(
            len(self.tags) <= TAGS_MAX and all(tag.strip() and len(tag) <= TAG_MAX for tag in self.tags),
            "tags",
            f"at most {TAGS_MAX}, of 1 to {TAG_MAX} characters each",
        )
        _require(
            len(self.attributes) <= ATTRIBUTES_MAX
            and all(
                key.strip() and len(key) <= TAG_MAX and len(value) <= ATTRIBUTE_VALUE_MAX
                for key, value in self.attributes.items()
            ),
            "attributes",
            f"at most {ATTRIBUTES_MAX}, names of 1 to {TAG_MAX}, values of up to {ATTRIBUTE_VALUE_MAX} characters",
        )
        _require(
            len(self.images) <= IMAGES_MAX and all(image.url and len(image.url) <= URL_MAX for image in self.images),
            "images",
            f"at most {IMAGES_MAX}, each with an address of up to {URL_MAX} characters",
        )
        _require(
            all(_IMAGE_URL.fullmatch(image.url) and not _CONTROL.search(image.url) for image in self.images),
            "images",
            "addresses that are a path, such as /images/boot.jpg, or begin with http:// or https://",
        )
        _require(self.price.amount <= PRICE_MAX, "price.amount", f"at most {PRICE_MAX} minor units")
        _require(self.price.currency == currency, "price.currency", f"this shop's currency, {currency}")
        return replace(self, tags=tuple(dict.fromkeys(self.tags)))


def _require(holds: object, field: str, rule: str) -> None:
    if not holds:
        raise ProductInvalid(f"{field}: {rule}.", errors=({"field": field, "message": f"Needed: {rule}."},))


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What to change of a product; `None` leaves a thing as it is. In `attributes`, a `None` removes its key.

    `forget_attributes` removes all that were there before; `amount` and `currency` are the price's.
    """

    sku: str | None = None
    name: str | None = None
    description: str | None = None
    category: str | None = None
    tags: tuple[str, ...] | None = None
    amount: int | None = None
    currency: str | None = None
    attributes: Mapping[str, str | None] | None = None
    forget_attributes: bool = False
    images: tuple[Image, ...] | None = None
    status: Status | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """An entry of the catalogue; `version` counts its changes, from 1."""

    id: str
    details: Details
    status: Status
    version: int
    created_at: datetime
    updated_at: datetime

    @classmethod
    def new(cls, id: str, details: Details, *, currency: str, at: datetime) -> "Product":
        """A product for sale, at version 1. Raises: ProductInvalid."""
        return cls(id=id, details=details.checked(currency), status="active", version=1, created_at=at, updated_at=at)

    @property
    def name_key(self) -> str:
        """What sorting by name compares: folded, so that case and accents do not part neighbours."""
        return " ".join(folded(self.details.name))[:NAME_MAX]

    def described_as(self, details: Details, *, currency: str, at: datetime) -> "Product":
        """The next version, with other details. Raises: ProductInvalid."""
        return replace(self, details=details.checked(currency), version=self.version + 1, updated_at=at)

    def changed(self, changes: Changes, *, currency: str, at: datetime) -> "Product":
        """The next version, with `changes` merged in. Raises: ProductInvalid."""
        old = self.details
        kept = {} if changes.forget_attributes else old.attributes
        attributes = {**kept, **(changes.attributes or {})}
        details = Details(
            sku=old.sku if changes.sku is None else changes.sku,
            name=old.name if changes.name is None else changes.name,
            description=old.description if changes.description is None else changes.description,
            category=old.category if changes.category is None else changes.category,
            tags=old.tags if changes.tags is None else changes.tags,
            price=Money(
                amount=old.price.amount if changes.amount is None else changes.amount,
                currency=changes.currency or old.price.currency,
            ),
            attributes={key: value for key, value in attributes.items() if value is not None},
            images=old.images if changes.images is None else changes.images,
        )
        return replace(self.described_as(details, currency=currency, at=at), status=changes.status or self.status)

    def archived(self, *, at: datetime) -> "Product":
        """The next version, out of search and not for sale; itself if it is so already."""
        if self.status == "archived":
            return self
        return replace(self, status="archived", version=self.version + 1, updated_at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A product with what a customer may know of its stock: `available` units, at that stock `revision`."""

    product: Product
    available: int
    stock_revision: int

    @property
    def in_stock(self) -> bool:
        return self.available > 0
