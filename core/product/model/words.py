"""The words by which products are found: folded, without those that say nothing, their forms brought together."""

from collections.abc import Callable
from dataclasses import dataclass

from core.product.model.product import Product, folded

STOP_WORDS = frozenset(
    "a an and are as at be but by for from if in into is it no not of on or such that the their then there these they"
    " this to was will with".split()
)
"""English words that stand in every text; a search for nothing else looks for words that begin so."""
BEGINNING_MAX = 15
"""The beginning of a word has this many characters at most; of a longer one typed, the first are compared."""

Stem = Callable[[str], str]
"""Brings the forms of a word together; see the port `Stemmer`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexTerms:
    """What a product is found by.

    `words` are the stems of all about it, `name_words` of its name; `beginnings` are those of each word of its name
    as written, from one character up to `BEGINNING_MAX`, and with them all of `name_words`.
    """

    words: frozenset[str]
    name_words: frozenset[str]
    beginnings: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryWord:
    """A word of a search; the last one may be the `beginning` of one, which is still being typed.

    A product has it in its name if `stem` is among its `name_words` or `beginning` among its `beginnings`; it has it
    anywhere if `stem` is among its `words` or `beginning` among its `beginnings`.
    """

    stem: str
    beginning: str | None = None

    def is_in_name(self, terms: IndexTerms) -> bool:
        return self.stem in terms.name_words or self.beginning in terms.beginnings

    def is_anywhere(self, terms: IndexTerms) -> bool:
        return self.stem in terms.words or self.beginning in terms.beginnings


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A product as the catalogue keeps it: with the terms it is found by."""

    product: Product
    terms: IndexTerms


def indexed(product: Product, stem: Stem) -> Entry:
    """The product with its terms: of its name, sku, category, tags and description."""
    details = product.details
    name = _telling(folded(details.name))
    rest = _telling(folded(" ".join((details.sku, details.category, *details.tags, details.description))))
    stems = frozenset(map(stem, name))
    beginnings = {word[:end] for word in name for end in range(1, BEGINNING_MAX + 1)}
    terms = IndexTerms(words=stems.union(map(stem, rest)), name_words=stems, beginnings=stems.union(beginnings))
    return Entry(product=product, terms=terms)


def query_words(text: str, stem: Stem) -> tuple[QueryWord, ...]:
    """The words of a search, each once, as they were typed."""
    typed = folded(text)
    telling = _telling(typed) or typed[-1:]
    last = telling[-1:]
    return tuple(
        dict.fromkeys(
            QueryWord(stem=stem(word), beginning=word[:BEGINNING_MAX] if word in last else None) for word in telling
        )
    )


def _telling(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in STOP_WORDS)
