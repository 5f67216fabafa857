"""The words that products are found by, and those that a search is made of."""

from typing import Any

import pytest

from core.product.model import (
    ANYWHERE,
    BEGINNING_MAX,
    IN_NAME,
    SOME,
    STOP_WORDS,
    IndexTerms,
    Query,
    QueryWord,
    folded,
    indexed,
    query_words,
)
from tests.builders import a_product
from tests.fakes import PlainStemmer

stem = PlainStemmer().stem


def terms(name: str, description: str = "", **details: Any) -> IndexTerms:
    product = a_product(name=name, description=description, **{"sku": "1", "category": "1", "tags": (), **details})
    return indexed(product, stem).terms


def tier(text: str, name: str, description: str = "", *, sort: str = "relevance") -> int | None:
    query = Query(words=query_words(text, stem), sort=sort)  # type: ignore[arg-type]  # a literal in every test
    return query.tier(terms(name, description))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Crème BRÛLÉE, crème!", ("creme", "brulee")),
        ("ﬁne № 5 straße", ("fine", "no", "5", "strasse")),
        (" ** — ", ()),
        ("Men's women\u2019s dogs' rock'n'roll", ("men", "women", "dogs", "rocknroll")),
        ("shoe's-lace 'sock'", ("shoe", "lace", "sock")),
        ("T-shirt v1.2_b", ("t", "shirt", "v1", "2_b")),
        ("ΣΟΦΟΣ σοφός", ("σοφοσ",)),
        ("東京 タワー", ("東京", "タワー")),
        ("x" * 65, ("x" * 64,)),
    ],
)
def test_words_are_folded(text: str, words: tuple[str, ...]) -> None:
    assert folded(text) == words


def test_hangul_is_the_same_composed_or_not() -> None:
    assert folded("한국") == folded("\u1112\u1161\u11ab\u1100\u116e\u11a8")


def test_a_product_is_found_by_its_name_sku_category_tags_and_description() -> None:
    found = terms("Red Boots", "Red, for warming.", sku="AB-1", category="Shoes", tags=("wet days",))
    assert found.words == {"red", "boot", "ab", "1", "shoe", "wet", "day", "warm"}
    assert found.name_words == {"red", "boot"}


def test_beginnings_are_those_of_the_words_of_the_name_as_written_and_their_stems() -> None:
    assert terms("Boots Bo").beginnings == {"b", "bo", "boo", "boot", "boots"}
    assert terms("Walking").beginnings >= {"walking", "walk", "walki"}
    long = "abcdefghijklmnopqrstuvwxyz"
    assert max(map(len, terms(f"{long} x").beginnings - {long})) == BEGINNING_MAX
    assert terms("X", "Beginnings are of the name alone").beginnings == {"x"}


def test_words_that_say_nothing_are_no_terms() -> None:
    assert terms("The boots for the wet").words == {"boot", "wet", "1"}
    assert terms("To be or not").beginnings == set()
    assert "the" in STOP_WORDS


def test_all_words_of_a_search_are_stems_and_the_last_may_be_a_beginning() -> None:
    assert query_words("Walking boots", stem) == (
        QueryWord(stem="walk"),
        QueryWord(stem="boot", beginning="boots"),
    )
    assert query_words("", stem) == query_words(" ** ", stem) == ()
    (word,) = query_words("abcdefghijklmnopqrstuvwxyz", stem)
    assert word.beginning == "abcdefghijklmno"


def test_words_that_say_nothing_are_not_searched_for_unless_nothing_else_is_typed() -> None:
    assert query_words("boots for the", stem) == (QueryWord(stem="boot", beginning="boots"),)
    assert query_words("for the", stem) == (QueryWord(stem="the", beginning="the"),)


def test_a_word_typed_twice_is_searched_for_once() -> None:
    assert query_words("boots hat Boots", stem) == query_words("boots hat", stem)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("walk boots", "Walking boot"),
        ("boot walks", "Walking boots"),
        ("the", "Thermos"),
        ("walking bo", "Boots for walking"),
        ("wal", "Walking boot"),
        ("walking boot", "Walk-in boots"),
        ("mens", "Men’s hat"),  # noqa: RUF001 - as a typographer writes it
        ("BRULEE", "Crème brûlée"),
    ],
)
def test_a_search_finds_the_forms_and_beginnings_of_words_in_a_name(text: str, name: str) -> None:
    assert tier(text, name) == IN_NAME


def test_tiers_are_by_where_the_words_are() -> None:
    assert tier("red boots", "Red boot", "Warm.") == IN_NAME
    assert tier("red boots", "Boot", "Red.") == ANYWHERE
    assert tier("red boots", "Hat", "Red, to go with boots.") == ANYWHERE
    assert tier("red boots", "Boot", "Warm.") == tier("red boots", "Hat", "Red.") == SOME
    assert tier("red boots", "Hat", "Warm.") is None
    assert tier("", "Hat") == IN_NAME


def test_only_by_relevance_are_some_of_the_words_enough() -> None:
    assert tier("red boots", "Boot", sort="name") is None
    assert tier("red boots", "Boot", "Red.", sort="name") == ANYWHERE


def test_only_the_last_word_is_one_that_may_go_on() -> None:
    assert tier("boo hat", "Boots hat") == SOME
    assert tier("hat boo", "Boots hat") == IN_NAME


def test_a_beginning_is_one_of_the_name() -> None:
    assert tier("boo", "Hat", "Boots.") is None
