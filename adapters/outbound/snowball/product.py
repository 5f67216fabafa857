"""English word forms brought together by Snowball's stemmer (snowballstem.org, "The English (Porter2) stemming")."""

import re
from functools import lru_cache

from core.product.ports import Stemmer

_ENGLISH = re.compile("[a-z]+")
_REMEMBERED = 65_536
"""A catalogue has few words, and uses them often; one takes about 20 us to stem."""


class SnowballStemmer(Stemmer):
    """Stems each word once, as long as it is remembered.

    Snowball stems whatever it is given, "run-ning" too, so it is given English words alone. It empties none of them,
    and is not idempotent: "licensable" gives "licens", and that "licen". Another version may stem otherwise: then the
    terms of every product are to be made anew.
    """

    def __init__(self) -> None:
        self._remembered = lru_cache(_REMEMBERED)(_stemmed)

    def stem(self, word: str) -> str:
        return self._remembered(word)


def _stemmed(word: str) -> str:
    if not _ENGLISH.fullmatch(word):
        return word
    # By its own name: the package would hand out another library's stemmer where there is one, whose stems may differ.
    # Now: it brings the stemmers of all languages along, and most requests have no word to stem.
    from snowballstemmer.english_stemmer import EnglishStemmer  # noqa: PLC0415 - as said

    stem: str = EnglishStemmer().stemWord(word)
    return stem
