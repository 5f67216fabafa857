"""The shapes in which products travel."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from adapters.inbound.web.answers import answer
from adapters.inbound.web.bodies import Body, MoneyIn
from adapters.inbound.web.lists import PageOut
from core.product import model
from core.product.use_cases import Imported
from core.shared.money import Money

Name = Annotated[str, Field(min_length=1, max_length=model.NAME_MAX, examples=["Walking boot"])]
Sku = Annotated[str, Field(min_length=1, max_length=model.SKU_MAX, examples=["BOOT-41"])]
Description = Annotated[str, Field(max_length=model.DESCRIPTION_MAX)]
Category = Annotated[str, Field(min_length=1, max_length=model.CATEGORY_MAX, examples=["Shoes"])]
Tag = Annotated[str, Field(min_length=1, max_length=model.TAG_MAX)]
Tags = Annotated[list[Tag], Field(max_length=model.TAGS_MAX, examples=[["leather", "outdoor"]])]
AttributeValue = Annotated[str, Field(max_length=model.ATTRIBUTE_VALUE_MAX)]
Attributes = Annotated[
    dict[Tag, AttributeValue], Field(max_length=model.ATTRIBUTES_MAX, examples=[{"colour": "brown", "size": "41"}])
]
ProductId = Annotated[str, Field(max_length=64, examples=["01980000-0000-7000-8000-000000000000"])]
Units = Annotated[int, Field(ge=1, le=model.UNITS_MAX)]


def _absent() -> Any:
    """A member that may be left out, though it may not be null; it has no value then, only its absence."""
    return Field(default_factory=lambda: None)


class PriceIn(MoneyIn):
    """The price of one unit."""

    amount: Annotated[int, Field(ge=0, le=model.PRICE_MAX, examples=[12900])]


class PricePatch(Body):
    """A merge patch of the price: what is absent stays."""

    amount: Annotated[int, Field(ge=0, le=model.PRICE_MAX, examples=[9900])] = _absent()
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$", examples=["USD"])] = _absent()


class ImageIn(Body):
    url: Annotated[str, Field(min_length=1, max_length=model.URL_MAX, examples=["/images/boot-41.jpg"])]
    alt: Annotated[str, Field(max_length=model.NAME_MAX)] = ""

    def to_image(self) -> model.Image:
        return model.Image(url=self.url, alt=self.alt)


Images = Annotated[list[ImageIn], Field(max_length=model.IMAGES_MAX)]


class DetailsIn(Body):
    """What a shopkeeper writes about a product."""

    sku: Sku
    name: Name
    description: Description = ""
    category: Category
    tags: Tags = Field(default_factory=list)
    price: PriceIn
    attributes: Attributes = Field(default_factory=dict)
    images: Images = Field(default_factory=list)

    def to_details(self) -> model.Details:
        return model.Details(
            sku=self.sku,
            name=self.name,
            description=self.description,
            category=self.category,
            tags=tuple(self.tags),
            price=self.price.to_money(),
            attributes=self.attributes,
            images=tuple(image.to_image() for image in self.images),
        )


class ProductIn(DetailsIn):
    """A new product, and how many units of it there are."""

    stock: Annotated[int, Field(ge=0, le=model.UNITS_MAX, examples=[40])] = 0


class ProductPatch(Body):
    """A JSON merge patch (RFC 7396): what is absent stays, and null empties what may be empty."""

    sku: Sku = _absent()
    name: Name = _absent()
    description: Description | None = None
    category: Category = _absent()
    tags: Tags | None = None
    price: PricePatch = _absent()
    attributes: Annotated[dict[Tag, AttributeValue | None], Field(max_length=2 * model.ATTRIBUTES_MAX)] | None = None
    images: Images | None = None
    status: Literal["active", "archived"] = _absent()

    def to_changes(self) -> model.Changes:
        sent = self.model_fields_set
        return model.Changes(
            sku=self.sku if "sku" in sent else None,
            name=self.name if "name" in sent else None,
            description=(self.description or "") if "description" in sent else None,
            category=self.category if "category" in sent else None,
            tags=tuple(self.tags or ()) if "tags" in sent else None,
            amount=self.price.amount if "price" in sent else None,
            currency=self.price.currency if "price" in sent else None,
            attributes=self.attributes,
            forget_attributes="attributes" in sent and self.attributes is None,
            images=tuple(image.to_image() for image in self.images or ()) if "images" in sent else None,
            status=self.status if "status" in sent else None,
        )


class AdjustmentIn(Body):
    """Units counted in (`delta` above zero) or out (below)."""

    delta: Annotated[int, Field(ge=-model.UNITS_MAX, le=model.UNITS_MAX, examples=[-3])]
    reason: Annotated[str, Field(min_length=1, max_length=200, examples=["damaged"])]


class LineIn(Body):
    product_id: ProductId
    quantity: Units

    def to_line(self) -> model.Line:
        return model.Line(product_id=self.product_id, quantity=self.quantity)


class HoldIn(Body):
    """The lines of an order."""

    lines: Annotated[list[LineIn], Field(min_length=1, max_length=1000)]

    def to_lines(self) -> tuple[model.Line, ...]:
        return tuple(line.to_line() for line in self.lines)


@answer
class ImageOut:
    url: str
    alt: str


@answer
class ProductOut:
    id: str
    sku: str
    name: str
    description: str
    category: str
    tags: tuple[str, ...]
    price: Money
    attributes: dict[str, str]
    images: tuple[ImageOut, ...]
    available: int
    in_stock: bool
    status: Literal["active", "archived"]
    version: int
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, listing: model.Listing) -> "ProductOut":
        product, details = listing.product, listing.product.details
        return cls(
            id=product.id,
            sku=details.sku,
            name=details.name,
            description=details.description,
            category=details.category,
            tags=details.tags,
            price=details.price,
            attributes=dict(details.attributes),
            images=tuple(ImageOut(url=image.url, alt=image.alt) for image in details.images),
            available=listing.available,
            in_stock=listing.in_stock,
            status=product.status,
            version=product.version,
            created_at=product.created_at,
            updated_at=product.updated_at,
        )


@answer
class CountOut:
    value: str
    count: int


@answer
class BandOut:
    """From `min` to `max` minor units, both included."""

    min: int
    max: int
    count: int


@answer
class FacetsOut:
    """Counts over everything that matches; a facet that was not asked for is null."""

    category: tuple[CountOut, ...] | None
    tag: tuple[CountOut, ...] | None
    price: tuple[BandOut, ...] | None

    @classmethod
    def of(cls, facets: model.Facets) -> "FacetsOut":
        return cls(
            category=_counts(facets.category),
            tag=_counts(facets.tag),
            price=None
            if facets.price is None
            else tuple(BandOut(min=band.min, max=band.max, count=band.count) for band in facets.price),
        )


def _counts(counts: tuple[model.Count, ...] | None) -> tuple[CountOut, ...] | None:
    return None if counts is None else tuple(CountOut(value=count.value, count=count.count) for count in counts)


class ProductPage(PageOut[ProductOut]):
    """A part of the catalogue, with `facets` if any were asked for."""

    facets: FacetsOut | None = None


@answer
class CategoryOut:
    """A category, and how many active products it has."""

    name: str
    count: int


@answer
class FailureOut:
    """A line of an import that could not be kept, and why."""

    line: int
    message: str


@answer
class ImportedOut:
    """How many products are new, how many known ones are now as their line says, and which lines could not be kept.

    `updated` counts lines of known products, whether these changed by them or not.
    Where more than 1,000 lines failed, the last entry counts those not told, and its line is the last of them.
    """

    created: int
    updated: int
    failed: list[FailureOut]

    @classmethod
    def of(cls, imported: Imported) -> "ImportedOut":
        failed = [FailureOut(line=failure.line, message=failure.message) for failure in imported.failed]
        if imported.more_failed:
            message = f"And {imported.more_failed} more, up to this line: mend those above and import it all again."
            failed.append(FailureOut(line=imported.last_failed, message=message))
        return cls(created=imported.created, updated=imported.updated, failed=failed)


@answer
class HoldOut:
    quantity: int
    state: Literal["held", "void", "settled"]


@answer
class StockOut:
    product_id: str
    received: int
    sold: int
    available: int
    revision: int
    holds: dict[str, HoldOut]

    @classmethod
    def of(cls, stock: model.Stock) -> "StockOut":
        return cls(
            product_id=stock.product_id,
            received=stock.received,
            sold=stock.sold,
            available=stock.available,
            revision=stock.revision,
            holds={id: HoldOut(quantity=hold.quantity, state=hold.state) for id, hold in stock.holds.items()},
        )
