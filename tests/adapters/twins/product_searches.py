"""Searches of products as one could get them wrong: what they find, and what facets count."""

from collections.abc import Collection
from dataclasses import replace

from adapters.outbound.memory.product import MemoryProducts, Shelf
from core.product.model import ANYWHERE, IN_NAME, SOME, Count, Entry, FacetName, Facets, IndexTerms, Listing, Query
from tests.adapters.twins.plain_look import Placed, PlainLook


class OneTier(PlainLook):
    """Puts all that has all the words into one tier."""

    def _tier(self, query: Query, terms: IndexTerms) -> int | None:
        tier = query.tier(terms)
        return ANYWHERE if tier == IN_NAME and query.order == "relevance" else tier


class AllOrNothing(PlainLook):
    """Lists nothing that has only some of the words."""

    def _tier(self, query: Query, terms: IndexTerms) -> int | None:
        tier = query.tier(terms)
        return None if tier == SOME else tier


class SomeInEveryOrder(PlainLook):
    """Lists what has some of the words, whatever the order."""

    def _tier(self, query: Query, terms: IndexTerms) -> int | None:
        some = any(word.is_anywhere(terms) for word in query.words)
        return SOME if query.tier(terms) is None and some else query.tier(terms)


class SomeAreTheRarest(PlainLook):
    """Looks for some of the words among the products that have the last."""

    def _tier(self, query: Query, terms: IndexTerms) -> int | None:
        tier = query.tier(terms)
        return None if tier == SOME and not query.words[-1].is_anywhere(terms) else tier


class NoBeginnings(PlainLook):
    """Finds whole words alone."""

    def _tier(self, query: Query, terms: IndexTerms) -> int | None:
        return replace(query, words=tuple(replace(word, beginning=None) for word in query.words)).tier(terms)


class BeginningsAlone(PlainLook):
    """Forgets the stem of a word that may be a beginning."""

    def _tier(self, query: Query, terms: IndexTerms) -> int | None:
        typed = tuple(replace(word, stem="" if word.beginning else word.stem) for word in query.words)
        return replace(query, words=typed).tier(terms)


class BeginningsOfStems(PlainLook):
    """Takes every word for a beginning."""

    def _tier(self, query: Query, terms: IndexTerms) -> int | None:
        return replace(query, words=tuple(replace(word, beginning=word.stem) for word in query.words)).tier(terms)


class ListedTwice(PlainLook):
    """Lists a product once for the stem and once for the beginning."""

    def _placed(self, query: Query) -> list[Placed]:
        placed = super()._placed(query)
        for word in query.words[-1:]:
            both = [each for each in placed if word.stem in self._terms[each[1].product.id].name_words]
            placed += [each for each in both if word.beginning in self._terms[each[1].product.id].beginnings]
        return self._ordered(query, placed)


class TermsOfFirstVersion(PlainLook):
    """Is found for ever by what it was added with."""

    async def save(self, entry: Entry) -> None:
        await MemoryProducts.save(self, entry)


class ArchivedListed(PlainLook):
    """Lists what is not for sale."""

    def _is_listed(self, query: Query, listing: Listing) -> bool:
        active = replace(listing, product=replace(listing.product, status="active"))
        return super()._is_listed(query, active)


class CategoryWithoutCase(PlainLook):
    """Compares categories as search compares words."""

    def _is_listed(self, query: Query, listing: Listing) -> bool:
        details = listing.product.details
        same = query.category is not None and query.category.lower() == details.category.lower()
        return super()._is_listed(replace(query, category=details.category) if same else query, listing)


class AnyTag(PlainLook):
    """Is content with one of the tags."""

    def _is_listed(self, query: Query, listing: Listing) -> bool:
        tags = tuple(tag for tag in query.tags if tag in listing.product.details.tags)
        return super()._is_listed(replace(query, tags=tags or query.tags), listing)


class MaxPriceExcluded(PlainLook):
    """Leaves out what costs as much as is allowed."""

    def _is_listed(self, query: Query, listing: Listing) -> bool:
        return listing.product.details.price.amount != query.max_price and super()._is_listed(query, listing)


class NoPriceIsZero(PlainLook):
    """Takes a highest price of nothing for none."""

    def _is_listed(self, query: Query, listing: Listing) -> bool:
        return super()._is_listed(replace(query, max_price=query.max_price or None), listing)


class InStockWhenSaved(PlainLook):
    """Notes what is in stock with the product, not with the stock."""

    def __init__(self, shelf: Shelf) -> None:
        super().__init__(shelf)
        self._in_stock: set[str] = set()

    async def add(self, entry: Entry, *, units: int) -> None:
        await super().add(entry, units=units)
        self._in_stock |= {entry.product.id} if units else set()

    def _is_listed(self, query: Query, listing: Listing) -> bool:
        return super()._is_listed(query, replace(listing, available=listing.product.id in self._in_stock))


class FacetsOfAllWords(MemoryProducts):
    """Counts only what has all the words, though it lists what has some."""

    async def facets(self, query: Query, names: Collection[FacetName]) -> Facets:
        return await super().facets(replace(query, sort="price"), names)


class FacetsWithoutFilters(MemoryProducts):
    """Counts as if the category were still to be chosen."""

    async def facets(self, query: Query, names: Collection[FacetName]) -> Facets:
        return await super().facets(replace(query, category=None), names)


class FacetsByName(MemoryProducts):
    """Counts values in the order of their names."""

    async def facets(self, query: Query, names: Collection[FacetName]) -> Facets:
        facets = await super().facets(query, names)
        return replace(facets, tag=facets.tag and tuple(sorted(facets.tag, key=lambda count: count.value)))


class EmptyBands(MemoryProducts):
    """Takes a facet that was not asked for to have no values."""

    async def facets(self, query: Query, names: Collection[FacetName]) -> Facets:
        facets = await super().facets(query, names)
        return replace(facets, category=facets.category or (), tag=facets.tag or (), price=facets.price or ())


class CategoriesOfAll(MemoryProducts):
    """Counts archived products in their categories."""

    async def categories(self) -> tuple[Count, ...]:
        all_of = [product.details.category for product in self._shelf.products.values()]
        return tuple(Count(value=value, count=all_of.count(value)) for value in sorted(set(all_of)))


class CategoriesMostFrequentFirst(MemoryProducts):
    """Tells categories in the order of facets."""

    async def categories(self) -> tuple[Count, ...]:
        return tuple(sorted(await super().categories(), key=lambda count: -count.count))
