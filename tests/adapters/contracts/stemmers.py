"""The contract of `core.product.ports.Stemmer`."""

from itertools import product
from string import ascii_lowercase

from core.product.ports import Stemmer

FAMILIES = ("walk walks walking", "boot boots", "lantern lanterns", "climb climbs climbing", "jacket jackets")
"""Forms of a word, the word itself first."""
APART = "walk wall wallet boot book boat bootleg leather leaf climate climb lantern land jack jacket shirt shoe".split()
CAPITALS = ("Walking", "WALKS", "walkinG")
ACCENTS = ("caf\u00e9s", "na\u00efvely", "\u017fhoes", "\uff57alks", "walk\u0131ng")
SCRIPTS = (
    "\u0431\u043e\u0442\u0438\u043d\u043a\u0438",
    "\u03c0\u03b1\u03c0\u03bf\u03cd\u03c4\u03c3\u03b9\u03b1",
    "\u9774",
)
SIGNS = ("walking2", "4runs", "900s", "1990s", "\u0661s", "walk_ings", "run-nings", "men's", "walks\n", " walks")
OTHERS = (*CAPITALS, *ACCENTS, *SCRIPTS, *SIGNS)
"""None of them is a word of the letters a to z."""
ENDINGS = "s es ies ied ed ing ings ly ness ation ational ful ment ize izer al iveness fulness ying eed y e".split()


async def the_forms_of_a_word_have_one_stem(stemmer: Stemmer) -> None:
    for forms in FAMILIES:
        assert len({stemmer.stem(form) for form in forms.split()}) == 1, forms


async def the_stem_is_what_they_share(stemmer: Stemmer) -> None:
    for forms in FAMILIES:
        for form in forms.split():
            assert form.startswith(stemmer.stem(form))
    assert stemmer.stem("walking") == "walk"


async def words_that_only_begin_alike_stay_apart(stemmer: Stemmer) -> None:
    assert len({stemmer.stem(word) for word in APART}) == len(APART)


async def a_stem_is_never_empty_and_of_small_letters(stemmer: Stemmer) -> None:
    short = ["".join(letters) for length in (1, 2) for letters in product(ascii_lowercase, repeat=length)]
    for word in [*short, *ENDINGS, *(2 * ending for ending in ENDINGS), "y" * 64, "s" * 64, "ing" * 21]:
        stem = stemmer.stem(word)
        assert stem, word
        assert stem.isascii(), word
        assert stem.isalpha(), word
        assert stem.islower(), word


async def a_word_of_anything_else_stays_as_it_is(stemmer: Stemmer) -> None:
    for word in OTHERS:
        assert stemmer.stem(word) == word


async def a_word_always_has_the_same_stem(stemmer: Stemmer) -> None:
    words = [*" ".join(FAMILIES).split(), *APART, "licensable", "sensing", "workhorse"]
    first = [stemmer.stem(word) for word in words]
    assert [stemmer.stem(word) for word in reversed(words)] == first[::-1]
    assert [stemmer.stem(word) for word in words] == first
