"""Finds products in memory at a cost that the share of them which match decides, not their number or a page's depth."""

from collections.abc import Iterator, Mapping, Sequence
from heapq import merge
from itertools import chain, islice
from typing import NamedTuple

from adapters.outbound.memory.sorted_places import Place, SortedPlaces
from core.product.model import ANYWHERE, IN_NAME, SOME, Entry, Query


class ProductIndex:
    """Which products are active, by every term and in every order, and which are in stock. Not safe among threads.

    A search walks the places of its rarest condition alone, in its order and from its cursor on, and looks up the other
    conditions of each product it meets. So a page costs as many places as that condition has for each one that matches:
    a matter of proportions. `examined` counts those places, ever, for whoever wants to see it.
    """

    def __init__(self) -> None:
        self._all = _Term("all", "")
        self._terms: dict[str, dict[str, _Term]] = {kind: {} for kind in _KINDS}
        self._filed: dict[str, _Filed] = {}
        self._in_stock: set[str] = set()
        for order in _ORDERS:
            self._all.places(order, {})
        self.examined = 0

    def add(self, entry: Entry) -> None:
        product = entry.product
        if product.status != "active":
            return
        filed = self._filed[product.id] = _Filed(
            name=(product.name_key, product.id),
            price=(product.details.price.amount, product.id),
            created_at=(product.id,),
            terms=(self._all, *(self._term(kind, value) for kind, value in _terms_of(entry))),
        )
        for term in filed.terms:
            term.add(product.id, filed)

    def remove(self, id: str) -> None:
        """Forget a product, if it is here."""
        filed = self._filed.pop(id, None)
        if filed is None:
            return
        for term in filed.terms:
            term.remove(id, filed)
            if not term.ids and term is not self._all:
                del self._terms[term.kind][term.value]

    def note_stock(self, id: str, *, in_stock: bool) -> None:
        if in_stock:
            self._in_stock.add(id)
        else:
            self._in_stock.discard(id)

    def categories(self) -> Iterator[tuple[str, int]]:
        return ((category, len(term.ids)) for category, term in self._terms["category"].items())

    def matching(self, query: Query) -> set[str]:
        """The ids of all that the query lists."""
        tier = SOME if query.order == "relevance" else ANYWHERE
        sets = [_union(condition) for condition in self._conditions(query, tier)]
        if query.in_stock:
            sets.append(self._in_stock)
        found = set.intersection(*sorted(sets, key=len))
        return {id for id in found if _costs(query, self._filed[id])} if _is_priced(query) else found

    def search(self, query: Query, *, count: int, behind: Place | None) -> list[Place]:
        """The places in the query's order of the first `count` that match, behind one of them; ids end them."""
        if query.order != "relevance":
            return list(islice(self._walk(query, query.order, self._conditions(query, ANYWHERE), behind), count))
        found: list[Place] = []
        for tier in (IN_NAME, ANYWHERE, SOME):
            if len(found) < count and (behind is None or behind[:1] <= (tier,)):
                start = behind[1:] if behind is not None and behind[:1] == (tier,) else None
                walk = self._walk_tier(query, tier, start)
                found += ((tier, *place) for place in islice(walk, count - len(found)))
        return found

    def _walk_tier(self, query: Query, tier: int, behind: Place | None) -> Iterator[Place]:
        """The places by name of those that match so well and no better."""
        if tier == SOME and len(query.words) == 1:
            return iter(())  # who has some of one word has all of it
        needed = self._conditions(query, tier)
        better = [] if tier == IN_NAME else self._conditions(query, tier - 1)
        if tier == ANYWHERE:
            needed.append(self._known(*(("elsewhere", word.stem) for word in query.words)))
        walk = self._walk(query, "name", needed, behind)
        return (place for place in walk if not better or not _meets(place, better))

    def _walk(self, query: Query, sort: str, needed: "list[_Condition]", behind: Place | None) -> Iterator[Place]:
        """The places of those that meet all that is needed, among the places of the rarest."""
        descending, order = sort.startswith("-"), sort.removeprefix("-")
        low, high = _bounds(query, order)
        if behind is not None and descending:
            high = behind
        elif behind is not None:
            low = (*behind, "")  # the first place after it
        rarest = min(needed, key=lambda condition: sum(len(term.ids) for term in condition))
        rest = [condition for condition in needed if condition is not rarest]
        ways = [term.places(order, self._filed).walk(low, high, descending=descending) for term in rarest]
        last: Place | None = None
        for place in merge(*ways, reverse=descending):
            self.examined += 1
            if place != last and _meets(place, rest) and self._is_within(query, str(place[-1])):
                yield place
            last = place

    def _is_within(self, query: Query, id: str) -> bool:
        return (not query.in_stock or id in self._in_stock) and (
            not _is_priced(query) or _costs(query, self._filed[id])
        )

    def _conditions(self, query: Query, tier: int) -> "list[_Condition]":
        """What a product meets that has the query's terms, its words as well as that tier asks for."""
        kinds = ("name_word",) if tier == IN_NAME else ("name_word", "elsewhere")
        words = [
            self._known(*((kind, word.stem) for kind in kinds), ("beginning", word.beginning)) for word in query.words
        ]
        if words and tier == SOME:
            words = [tuple(dict.fromkeys(chain.from_iterable(words)))]
        category = [] if query.category is None else [self._known(("category", query.category))]
        return [*words, *category, *(self._known(("tag", tag)) for tag in query.tags)] or [(self._all,)]

    def _known(self, *wanted: tuple[str, str | None]) -> "_Condition":
        terms = (self._terms[kind].get(value) for kind, value in wanted if value is not None)
        return tuple(term for term in terms if term is not None)

    def _term(self, kind: str, value: str) -> "_Term":
        terms = self._terms[kind]
        term = terms.get(value)
        if term is None:
            term = terms[value] = _Term(kind, value)
        return term


class _Filed(NamedTuple):
    """An active product's places by order, and its terms."""

    name: Place
    price: Place
    created_at: Place
    terms: "tuple[_Term, ...]"

    def place(self, order: str) -> Place:
        place: Place = getattr(self, order)
        return place


class _Term:
    """The products that have a term: as a set, and in order in each order in which they were ever walked.

    Such a list is made when it is first wanted and kept up from then on, so that a catalogue loads quickly. What
    bounds them: there are three `_ORDERS`, a list holds no more than the set does, and it goes with its term. All lists
    together thus take no more than a fixed multiple of what the sets take, whatever people search for.
    """

    __slots__ = ("ids", "kind", "lists", "value")

    def __init__(self, kind: str, value: str) -> None:
        self.kind = kind
        self.value = value
        self.ids: set[str] = set()
        self.lists: dict[str, SortedPlaces] = {}

    def add(self, id: str, filed: _Filed) -> None:
        self.ids.add(id)
        for order, places in self.lists.items():
            places.add(filed.place(order))

    def remove(self, id: str, filed: _Filed) -> None:
        self.ids.remove(id)
        for order, places in self.lists.items():
            places.remove(filed.place(order))

    def places(self, order: str, filed: Mapping[str, _Filed]) -> SortedPlaces:
        if order not in self.lists:
            self.lists[order] = SortedPlaces(filed[id].place(order) for id in self.ids)
        return self.lists[order]


_Condition = tuple[_Term, ...]
"""A product meets it that has one of the terms."""

_ORDERS = ("name", "price", "created_at")
_KINDS = ("category", "tag", "name_word", "elsewhere", "beginning")
"""A product's terms: those `elsewhere` are its words that are not in its name."""


def _terms_of(entry: Entry) -> Iterator[tuple[str, str]]:
    details, terms = entry.product.details, entry.terms
    yield "category", details.category
    yield from (("tag", tag) for tag in dict.fromkeys(details.tags))
    yield from (("name_word", word) for word in terms.name_words)
    yield from (("elsewhere", word) for word in terms.words - terms.name_words)
    yield from (("beginning", beginning) for beginning in terms.beginnings)


def _meets(place: Place, needed: Sequence[_Condition]) -> bool:
    id = place[-1]
    for condition in needed:  # not all() and any(): this is where a search spends its time
        for term in condition:
            if id in term.ids:
                break
        else:
            return False
    return True


def _union(condition: _Condition) -> set[str]:
    return condition[0].ids if len(condition) == 1 else set[str]().union(*(term.ids for term in condition))


def _is_priced(query: Query) -> bool:
    return query.min_price is not None or query.max_price is not None


def _bounds(query: Query, order: str) -> tuple[Place, Place | None]:
    """From which place of an order on and before which one the query's prices lie, where the order tells."""
    if order != "price":
        return (), None
    low = () if query.min_price is None else (query.min_price,)
    return low, None if query.max_price is None else (query.max_price + 1,)


def _costs(query: Query, filed: _Filed) -> bool:
    """Whether it costs what the query asks for."""
    low, high = _bounds(query, "price")
    return low <= filed.price and (high is None or filed.price < high)
