"""Finds products in memory without looking at all of them: sorted places for each order, and sets of ids by term."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator
from heapq import nlargest, nsmallest
from itertools import islice

from core.product.model import Product, Query
from core.shared.paging import Key

Place = tuple[Key, ...]


class ProductIndex:
    """Which products are active, in every order and by every term, and which are in stock. Not safe among threads."""

    def __init__(self) -> None:
        self._places: dict[str, list[Place]] = {"name": [], "price": [], "created_at": []}
        self._terms: dict[str, dict[str, set[str]]] = {"word": {}, "name_word": {}, "category": {}, "tag": {}}
        self._active: dict[str, dict[str, Place]] = {}
        self._in_stock: set[str] = set()

    def add(self, product: Product) -> None:
        if product.status != "active":
            return
        self._active[product.id] = {
            "name": (product.name_key, product.id),
            "price": (product.details.price.amount, product.id),
            "created_at": (product.id,),
        }
        for order, place in self._active[product.id].items():
            insort(self._places[order], place)
        for kind, value in _terms_of(product):
            self._terms[kind].setdefault(value, set()).add(product.id)

    def remove(self, product: Product) -> None:
        """Forget a product as it was added."""
        if product.status != "active":
            return
        for order, place in self._active.pop(product.id).items():
            del self._places[order][bisect_left(self._places[order], place)]
        for kind, value in _terms_of(product):
            self._terms[kind][value].remove(product.id)
            if not self._terms[kind][value]:
                del self._terms[kind][value]

    def note_stock(self, id: str, *, in_stock: bool) -> None:
        if in_stock:
            self._in_stock.add(id)
        else:
            self._in_stock.discard(id)

    def categories(self) -> Iterator[tuple[str, int]]:
        return ((category, len(ids)) for category, ids in self._terms["category"].items())

    def matching(self, query: Query) -> Iterator[str]:
        """The ids of all that match, in no order."""
        found = self._found(query)
        return (id for id in (self._active if found is None else found) if self._within(query, id))

    def search(self, query: Query, *, count: int, behind: Place | None) -> list[str]:
        """The ids of the first `count` that match and stand behind that place of the query's order."""
        found = self._found(query)
        if query.order != "relevance" or found is None:
            return self._first(query, found, query.order, count, behind)
        named = self._having("name_word", query.words)
        tier, behind = (0, None) if behind is None else (behind[0], behind[1:])
        ids = [] if tier else self._first(query, found & named, "name", count, behind)
        return ids + self._first(query, found - named, "name", count - len(ids), behind if tier else None)

    def _found(self, query: Query) -> set[str] | None:
        """The ids that every term of the query names; `None` if it has none, so that all are found."""
        wanted = [
            *([self._having("word", query.words)] if query.words else []),
            *([self._having("tag", query.tags)] if query.tags else []),
            *([self._having("category", (query.category,))] if query.category is not None else []),
            *([self._in_stock] if query.in_stock else []),
        ]
        return set.intersection(*sorted(wanted, key=len)) if wanted else None

    def _having(self, kind: str, values: Iterable[str]) -> set[str]:
        return set.intersection(*sorted((self._terms[kind].get(value, set()) for value in values), key=len))

    def _first(self, query: Query, found: set[str] | None, order: str, count: int, behind: Place | None) -> list[str]:
        """Sorts what was found where that is little, else walks the order until there is enough.

        With m of n found, sorting looks at m of them and walking at about `count * n / m`; the smaller of the two
        never exceeds `sqrt(count * n)`.
        """
        descending, order = order.startswith("-"), order.removeprefix("-")
        places = self._places[order]
        if found is not None and len(found) ** 2 < count * len(places):
            near = (self._active[id][order] for id in found if self._within(query, id))
            ahead = (place for place in near if behind is None or (place < behind if descending else place > behind))
            chosen = (nlargest if descending else nsmallest)(count, ahead)
        else:
            low, high = self._bounds(query, order)
            if behind is not None and descending:
                high = min(high, bisect_left(places, behind))
            elif behind is not None:
                low = max(low, bisect_right(places, behind))
            walk = range(high - 1, low - 1, -1) if descending else range(low, high)
            met = ((places[index], str(places[index][-1])) for index in walk)
            kept = (place for place, id in met if (found is None or id in found) and self._within(query, id))
            chosen = list(islice(kept, count))
        return [str(place[-1]) for place in chosen]

    def _bounds(self, query: Query, order: str) -> tuple[int, int]:
        """Between which indexes of an order's places the query's prices lie, where the order tells."""
        places = self._places[order]
        if order != "price":
            return 0, len(places)
        low = 0 if query.min_price is None else bisect_left(places, (query.min_price,))
        return low, len(places) if query.max_price is None else bisect_left(places, (query.max_price + 1,))

    def _within(self, query: Query, id: str) -> bool:
        places = self._active.get(id)
        if places is None:
            return False
        price = places["price"]
        above = query.min_price is None or price >= (query.min_price,)
        return above and (query.max_price is None or price < (query.max_price + 1,))


def _terms_of(product: Product) -> Iterator[tuple[str, str]]:
    yield "category", product.details.category
    yield from (("tag", tag) for tag in dict.fromkeys(product.details.tags))
    yield from (("word", word) for word in product.all_words)
    yield from (("name_word", word) for word in product.name_words)
