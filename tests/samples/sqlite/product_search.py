"""Searches of the catalogue as walks along the indexes of `terms`, which holds each product once for every term.

A prefix tells what a term is: `c:` the category, `t:` a tag, `w:` a word, `n:` a word of the name, `b:` the beginning
of one; `*` is a term of every active product. An archived product has none, and so no search finds it.
"""

from collections.abc import Mapping, Sequence
from sqlite3 import Connection
from typing import Any

from core.product.model import FACET_VALUES_MAX, PRICE_BANDS, Entry, FacetName, Query, QueryWord
from core.shared.paging import Key

CATEGORIES = "SELECT category, COUNT(*) FROM products WHERE status = 'active' GROUP BY category ORDER BY category"

_KEYS = {
    "relevance": "terms.name_key, terms.product_id",
    "name": "terms.name_key, terms.product_id",
    "price": "terms.amount, terms.product_id",
    "created_at": "terms.product_id",
}
_BANDS = ", ".join(f"({low}, {high})" for low, high in PRICE_BANDS)
_FACETS: Mapping[FacetName, tuple[str, str]] = {
    "category": ("category", ""),
    "tag": ("SUBSTR(tag.term, 3)", "JOIN terms tag ON tag.product_id = id AND tag.term >= 't:' AND tag.term < 't;'"),
    "price": ("column1", f"JOIN (VALUES {_BANDS}) ON terms.amount BETWEEN column1 AND column2"),
}
"""What is counted, and what else that is read from."""

AnyOf = Sequence[str]
"""Terms of which a product has one at least."""


def terms_of(entry: Entry) -> set[str]:
    details, terms = entry.product.details, entry.terms
    if entry.product.status != "active":
        return set()
    return {
        "*",
        f"c:{details.category}",
        *(f"t:{tag}" for tag in details.tags),
        *(f"w:{word}" for word in terms.words),
        *(f"n:{word}" for word in terms.name_words),
        *(f"b:{beginning}" for beginning in terms.beginnings),
    }


def found(connection: Connection, query: Query, count: int, behind: Sequence[Key] | None) -> list[tuple[int, str]]:
    """Tier and id of the first `count` products that match and stand behind that place, in the query's order.

    Along the index of each term asked for, `count` are met at most: a page far down costs what the first does.
    """
    descending = query.order.startswith("-")
    keys = _KEYS[query.order.removeprefix("-")]
    first_tier, start = (behind[0], behind[1:]) if behind and query.order == "relevance" else (0, behind)
    places: list[tuple[int, str]] = []
    for tier, (wanted, unwanted) in enumerate(_tiers(query)):
        if tier < int(first_tier):
            continue
        met: set[tuple[Key, ...]] = set()
        for term in wanted[0]:
            where, values = _where(query, [[term], *wanted[1:]], unwanted)
            if start and tier == first_tier:
                # Behind a place the index leads to that, and not to where the prices begin: SQL's `+` says so.
                near, further = ("<=", "<") if descending else (">=", ">")
                where = where.replace(f"terms.amount {near}", f"+terms.amount {near}")
                where += f" AND ({keys}) {further} ({_marks(start)})"
                values += start
            order = keys.replace(",", " DESC,") + " DESC" if descending else keys
            walk = f"SELECT {keys} FROM terms WHERE {where} ORDER BY {order} LIMIT ?"  # noqa: S608 - marks, no values
            met.update(map(tuple, connection.execute(walk, (*values, count - len(places)))))
        places += [(tier, str(place[-1])) for place in sorted(met, reverse=descending)[: count - len(places)]]
    return places


def counted(connection: Connection, query: Query, facet: FacetName) -> list[tuple[Any, int]]:
    """The values of a facet over all that the query lists, each with its count."""
    tiers = [wanted for wanted, _ in _tiers(query)]
    where, values = _where(query, tiers[-1], [])  # the last tier is the widest
    value, join = _FACETS[facet]
    count = f"""
        SELECT {value}, COUNT(DISTINCT id) FROM terms JOIN products ON id = terms.product_id {join}
        WHERE {where} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {FACET_VALUES_MAX}
    """  # noqa: S608 - marks, no values
    return connection.execute(count, values).fetchall()


def _tiers(query: Query) -> list[tuple[list[AnyOf], list[AnyOf]]]:
    """For each tier in turn, of which terms a product has one each, and of which it does not have one each."""
    filters: list[AnyOf] = [[f"t:{tag}"] for tag in query.tags]
    filters += [[f"c:{query.category}"]] if query.category is not None else []
    named = [_terms("n", word) for word in query.words]
    anywhere = [_terms("w", word) for word in query.words]
    if query.order != "relevance":
        return [([*anywhere, *filters] or [["*"]], [])]
    some = [term for any_of in anywhere for term in any_of]
    return [([*named, *filters], []), ([*anywhere, *filters], named), ([some, *filters], anywhere)]


def _terms(kind: str, word: QueryWord) -> AnyOf:
    return [f"{kind}:{word.stem}", *([f"b:{word.beginning}"] if word.beginning is not None else [])]


def _where(query: Query, wanted: Sequence[AnyOf], unwanted: Sequence[AnyOf]) -> tuple[str, list[Key]]:
    """The condition on `terms`, which is met once for each of the first terms wanted, and its values."""
    first, *others = wanted
    conditions, values = [f"terms.term IN ({_marks(first)})"], list[Key](first)
    for any_of in others:
        conditions.append(_has(any_of))
        values += any_of
    if unwanted:
        conditions.append(f"NOT ({' AND '.join(map(_has, unwanted))})")
        values += [term for any_of in unwanted for term in any_of]
    for bound, price in ((">=", query.min_price), ("<=", query.max_price)):
        if price is not None:
            conditions.append(f"terms.amount {bound} ?")
            values.append(price)
    if query.in_stock:
        conditions.append("(SELECT available FROM stocks WHERE stocks.product_id = terms.product_id) > 0")
    return " AND ".join(conditions), values


def _has(any_of: AnyOf) -> str:
    has = f"SELECT 1 FROM terms t WHERE t.product_id = terms.product_id AND t.term IN ({_marks(any_of)})"  # noqa: S608 - marks
    return f"EXISTS ({has})"


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
