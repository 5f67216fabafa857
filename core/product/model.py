"""Products as the catalogue shows them, and the stock behind each: two aggregates that share an id."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from core.product.errors import HoldClosed, HoldUnknown, OutOfStock, ProductInvalid, Shortage
from core.shared.errors import IdempotencyKeyReused
from core.shared.ids import made_at
from core.shared.money import Money

SKU_MAX, NAME_MAX, DESCRIPTION_MAX, CATEGORY_MAX, TAG_MAX = 64, 200, 10_000, 64, 64
TAGS_MAX, IMAGES_MAX, ATTRIBUTES_MAX, ATTRIBUTE_VALUE_MAX, URL_MAX = 20, 20, 50, 500, 2048
UNITS_MAX = 10**9
"""No product has more units than this, so that no sum of them leaves 64 bits."""
PRICE_MAX = 10**9
"""No unit costs more minor units than this, so that a full cart still has an exact total."""
QUERY_WORDS_MAX = 10

HOLD_TAKEN_WITHIN = timedelta(hours=1)
"""A hold for an order made longer ago than this is refused: no request lives that long."""
HOLD_REMEMBERED = timedelta(hours=2)
"""A closed hold is forgotten this long after its order was made; by then no take can arrive any more."""
ADJUSTMENT_REMEMBERED = timedelta(hours=24)
"""An idempotency key of a stock adjustment is known for this long."""

_SKU = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*", re.ASCII)
_WORD = re.compile(r"\w+")

Sort = Literal["relevance", "name", "-name", "price", "-price", "created_at", "-created_at"]
FacetName = Literal["category", "tag", "price"]
Status = Literal["active", "archived"]


def words(text: str) -> tuple[str, ...]:
    """The words of a text as search compares them: compatibility forms, accents and case folded; each once."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(character for character in folded if not unicodedata.combining(character))
    return tuple(dict.fromkeys(_WORD.findall(plain)))


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
        _require(self.price.amount <= PRICE_MAX, "price.amount", f"at most {PRICE_MAX} minor units")
        _require(self.price.currency == currency, "price.currency", f"this shop's currency, {currency}")
        return replace(self, tags=tuple(dict.fromkeys(self.tags)))


def _require(holds: object, field: str, rule: str) -> None:
    if not holds:
        raise ProductInvalid(f"{field}: {rule}.", errors=({"field": field, "message": f"Needed: {rule}."},))


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What to change of a product; `None` leaves a thing as it is. In `attributes`, a `None` removes its key."""

    sku: str | None = None
    name: str | None = None
    description: str | None = None
    category: str | None = None
    tags: tuple[str, ...] | None = None
    price: Money | None = None
    attributes: Mapping[str, str | None] | None = None
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

    @property
    def name_words(self) -> tuple[str, ...]:
        return words(self.details.name)

    @property
    def all_words(self) -> tuple[str, ...]:
        """Every word a search may find this product by, the name's first."""
        details = self.details
        return words(" ".join((details.name, details.sku, details.category, *details.tags, details.description)))

    @property
    def name_key(self) -> str:
        """What sorting by name compares: folded, so that case and accents do not part neighbours."""
        return " ".join(self.name_words)[:NAME_MAX]

    def described_as(self, details: Details, *, currency: str, at: datetime) -> "Product":
        """The next version, with other details. Raises: ProductInvalid."""
        return replace(self, details=details.checked(currency), version=self.version + 1, updated_at=at)

    def changed(self, changes: Changes, *, currency: str, at: datetime) -> "Product":
        """The next version, with `changes` merged in. Raises: ProductInvalid."""
        old = self.details
        attributes = {**old.attributes, **(changes.attributes or {})}
        details = Details(
            sku=old.sku if changes.sku is None else changes.sku,
            name=old.name if changes.name is None else changes.name,
            description=old.description if changes.description is None else changes.description,
            category=old.category if changes.category is None else changes.category,
            tags=old.tags if changes.tags is None else changes.tags,
            price=old.price if changes.price is None else changes.price,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which active products to list. `words` are folded; all of them must occur. Prices in minor units, inclusive."""

    words: tuple[str, ...] = ()
    category: str | None = None
    tags: tuple[str, ...] = ()
    min_price: int | None = None
    max_price: int | None = None
    in_stock: bool = False
    sort: Sort = "-created_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many active products have `value`."""

    value: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBand:
    """How many products cost from `min` to `max` minor units, both included."""

    min: int
    max: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """Counts over everything a query matches, most frequent first; a facet not asked for is `None`."""

    category: tuple[Count, ...] | None = None
    tag: tuple[Count, ...] | None = None
    price: tuple[PriceBand, ...] | None = None


PRICE_BANDS = tuple(
    (low, high - 1)
    for low, high in zip(
        (0, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000),
        (1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, PRICE_MAX + 1),
        strict=True,
    )
)
"""The price facet's bands in minor units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """So many units of a product."""

    product_id: str
    quantity: int


def summed(lines: Iterable[Line]) -> tuple[Line, ...]:
    """One line a product, in the order of ids: so two orders over the same products never wait for each other."""
    quantities: dict[str, int] = {}
    for line in lines:
        quantities[line.product_id] = quantities.get(line.product_id, 0) + line.quantity
    return tuple(Line(product_id=id, quantity=quantities[id]) for id in sorted(quantities))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Units set aside for one order: `held`, given back (`void`) or sold (`settled`)."""

    quantity: int
    state: Literal["held", "void", "settled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """A stock adjustment that is remembered by its idempotency key."""

    fingerprint: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """The units of one product. Always `available` + held + `sold` = `received`.

    Each verb gives the stock after it, one `revision` on, or itself where there is nothing to do.
    """

    product_id: str
    received: int
    sold: int
    available: int
    revision: int
    holds: Mapping[str, Hold] = field(default_factory=dict)
    adjustments: Mapping[str, Adjustment] = field(default_factory=dict)

    @property
    def held(self) -> int:
        return sum(hold.quantity for hold in self.holds.values() if hold.state == "held")

    def take(self, order_id: str, quantity: int) -> "Stock":
        """Set units aside for an order, once. Raises: OutOfStock, HoldClosed."""
        hold = self.holds.get(order_id)
        if hold is None:
            if self.available < quantity:
                raise OutOfStock(Shortage(product_id=self.product_id, quantity=quantity, available=self.available))
            return self._with(order_id, Hold(quantity=quantity, state="held"), available=self.available - quantity)
        if hold.state != "held" or hold.quantity != quantity:
            raise HoldClosed(f"The hold of order {order_id} is {hold.state}, of {hold.quantity} units.")
        return self

    def release(self, order_id: str, *, at: datetime) -> "Stock":
        """Give an order's units back, once; an order that holds none can take none afterwards. Raises: HoldClosed."""
        hold = self.holds.get(order_id)
        if hold is None:
            return self._with(order_id, Hold(quantity=0, state="void")).pruned(at)
        if hold.state == "settled":
            raise HoldClosed(f"The units of order {order_id} are sold.")
        if hold.state == "void":
            return self
        void = Hold(quantity=hold.quantity, state="void")
        return self._with(order_id, void, available=self.available + hold.quantity).pruned(at)

    def settle(self, order_id: str, *, at: datetime) -> "Stock":
        """Count an order's units as sold, once. Raises: HoldClosed if they were given back, HoldUnknown."""
        hold = self.holds.get(order_id)
        if hold is None:
            if made_at(order_id) < at - HOLD_REMEMBERED:
                return self  # settled long ago, and forgotten since: a hold is never forgotten while it is held
            raise HoldUnknown(f"Order {order_id} holds no units of product {self.product_id}.")
        if hold.state == "void":
            raise HoldClosed(f"The units of order {order_id} were given back.")
        if hold.state == "settled":
            return self
        settled = Hold(quantity=hold.quantity, state="settled")
        return self._with(order_id, settled, sold=self.sold + hold.quantity).pruned(at)

    def adjust(self, delta: int, *, key: str, fingerprint: str, at: datetime) -> "Stock":
        """Add or remove units by hand, once a key. Raises: OutOfStock below zero, IdempotencyKeyReused."""
        known = self.adjustments.get(key)
        if known is not None and known.at > at - ADJUSTMENT_REMEMBERED:
            if known.fingerprint != fingerprint:
                raise IdempotencyKeyReused("This idempotency key was used for another adjustment.")
            return self
        if self.available + delta < 0:
            raise OutOfStock(Shortage(product_id=self.product_id, quantity=-delta, available=self.available))
        kept = {k: a for k, a in self.adjustments.items() if a.at > at - ADJUSTMENT_REMEMBERED}
        return replace(
            self,
            received=self.received + delta,
            available=self.available + delta,
            revision=self.revision + 1,
            adjustments={**kept, key: Adjustment(fingerprint=fingerprint, at=at)},
        )

    def pruned(self, at: datetime) -> "Stock":
        """Without the closed holds that no message can concern any more."""
        return replace(
            self,
            holds={
                id: hold
                for id, hold in self.holds.items()
                if hold.state == "held" or made_at(id) >= at - HOLD_REMEMBERED
            },
        )

    def _with(self, order_id: str, hold: Hold, *, available: int | None = None, sold: int | None = None) -> "Stock":
        return replace(
            self,
            available=self.available if available is None else available,
            sold=self.sold if sold is None else sold,
            revision=self.revision + 1,
            holds={**self.holds, order_id: hold},
        )
