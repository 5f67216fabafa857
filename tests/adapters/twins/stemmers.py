"""Stemmers as one could get them wrong."""

import re

from snowballstemmer.english_stemmer import EnglishStemmer
from snowballstemmer.german_stemmer import GermanStemmer

from adapters.outbound.snowball.product import SnowballStemmer
from core.product.ports import Stemmer


class NoStemmer(Stemmer):
    """Leaves every word as it is."""

    def stem(self, word: str) -> str:
        return word


class PluralsAlone(Stemmer):
    """Knows one ending."""

    def stem(self, word: str) -> str:
        return word[:-1] if re.fullmatch("[a-z]{3,}s", word) else word


class Beginnings(Stemmer):
    """Takes the first four letters for what words share."""

    def stem(self, word: str) -> str:
        return word[:4] if re.fullmatch("[a-z]+", word) else word


class EndingsThatAreWords(Stemmer):
    """Takes endings off whatever is before them, and be it nothing."""

    def stem(self, word: str) -> str:
        return re.sub("(?:ing|s)$", "", word) if re.fullmatch("[a-z]+", word) else word


class TwoLettersAtMost(SnowballStemmer):
    """Holds words of two letters for nothing worth keeping."""

    def stem(self, word: str) -> str:
        return super().stem(word) if len(word) > 2 else ""


class WhateverItIs(Stemmer):
    """Stems "run-nings" and "walk_ings" too, and words with a digit."""

    def stem(self, word: str) -> str:
        stem: str = EnglishStemmer().stemWord(word)
        return stem


class CapitalsToo(SnowballStemmer):
    """Brings words into small letters first, which is another's business."""

    def stem(self, word: str) -> str:
        return super().stem(word.lower())


class AnyLetters(Stemmer):
    """Takes every alphabet's letters for English ones."""

    def stem(self, word: str) -> str:
        stem: str = EnglishStemmer().stemWord(word) if word.isalpha() and word.islower() else word
        return stem


class AccentsLost(SnowballStemmer):
    """Drops what is not ASCII."""

    def stem(self, word: str) -> str:
        return super().stem(word.encode("ascii", "ignore").decode())


class AnotherLanguage(Stemmer):
    """Stems English as if it were German."""

    def stem(self, word: str) -> str:
        stem: str = GermanStemmer().stemWord(word) if re.fullmatch("[a-z]+", word) else word
        return stem


class Numbered(SnowballStemmer):
    """Gives stems numbers in the order in which they come: short, and others after a restart."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers: dict[str, int] = {}

    def stem(self, word: str) -> str:
        return str(self._numbers.setdefault(super().stem(word), len(self._numbers)))


class StemsOfStems(SnowballStemmer):
    """Learns from what it gave out, and stems a word a second time the second time."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[str, str] = {}

    def stem(self, word: str) -> str:
        self._seen[word] = super().stem(self._seen.get(word, word))
        return self._seen[word]


class Uppercase(SnowballStemmer):
    """Marks stems by writing them large."""

    def stem(self, word: str) -> str:
        stem = super().stem(word)
        return stem.upper() if word.isascii() and word.isalpha() else stem
