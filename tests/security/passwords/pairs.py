"""Passwords that somebody's code takes for each other, and spellings of one that somebody's code takes apart."""

import hashlib
import hmac
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Literal

from core.user.ports import Passwords

ASTRAL = "\U0001f600"
BODIES = ("x" * 72, "\u00e9" * 36, "\u20ac" * 24, ASTRAL * 18, "correct horse battery staple " + "x" * 43)
"""Each has 72 bytes, by characters of one to four."""
CASED = ("Sesame Door", "\u00c9t\u00e9", "\u01c6", "stra\u00dfe")
ALIKE = [("\ufb01sh and chips", "fish and chips"), ("\uff41bcdefgh", "abcdefgh"), ("\u212b" * 8, "A\u030b" * 8)]
FORMS: Sequence[Literal["NFC", "NFD"]] = ("NFC", "NFD")
ENDS = ("", "a", "b", "\0", "\u00e9")
BLANKS = (" ", "\t", "\u00a0", "\u2003", "\r\n")
SURROGATES = ("\ud800", "\udbff", "\udc00", "\udfff", "?", "\ufffd")


def different() -> Mapping[str, list[tuple[str, str]]]:
    """Pairs of which neither may open the other's account, by what is alike in them."""
    long = "a long password that ends in "
    nul = ("sesame", "sesame\0", "sesame\0\0", "sesame\0door", "sesame\0gate", "\0sesame", "\0")
    blanks = ["sesame door", *(f"{blank}sesame door" for blank in BLANKS), *(f"sesame door{blank}" for blank in BLANKS)]
    return {
        "equal in the first 72 bytes": [
            (body + one, body + other) for body in BODIES for one, other in combinations(ENDS, 2)
        ],
        "equal but for the last of 128 characters": [
            (letter * 127 + "1", letter * 127 + "2") for letter in ("x", "\u00e9", "\u20ac", ASTRAL)
        ],
        "equal up to a NUL": list(combinations(nul, 2)),
        "equal but for blanks around them": list(combinations(blanks, 2)),
        "equal but for half a surrogate pair": list(combinations((long + half for half in SURROGATES), 2)),
        "of other planes": [(chr(a) * 128, chr(b) * 128) for a, b in combinations(_planes(), 2)],
        "of other case": [(word, word.swapcase()) for word in CASED],
        "alike to the eye alone": ALIKE,
        "of a digest that begins with a NUL": list(combinations(_digests_with_nul(), 2)),
    }  # fmt: skip


def same() -> list[tuple[str, str]]:
    """Pairs that Unicode holds to be equal: composed and apart, in every direction."""
    words = (
        "\u00e9" * 64,
        "\u00e9" * 128,
        "\u00c5ngstr\u00f6m caf\u00e9",
        "\ud55c\uae00" * 8,
        "\u1e69" * 40,
        "\u212b" * 8,
    )
    return [
        (unicodedata.normalize(one, word), unicodedata.normalize(other, word))
        for word in words
        for one, other in product(FORMS, repeat=2)
    ] + [("\u212b" * 8, "\u00c5" * 8), ("q\u0307\u0323" * 8, "q\u0323\u0307" * 8)]  # fmt: skip


@dataclass(kw_only=True, slots=True)
class Verdict:
    """What a way to hash made of the pairs."""

    asked: int = 0
    wrong_accepts: int = 0
    wrong_refusals: int = 0

    @property
    def good(self) -> bool:
        return not self.wrong_accepts and not self.wrong_refusals


async def judged(passwords: Passwords) -> Verdict:
    """Every pair both ways, and each password by itself."""
    verdict = Verdict()
    stored: dict[str, str] = {}

    async def opens(typed: str, kept: str) -> bool:
        verdict.asked += 1
        if kept not in stored:
            stored[kept] = await passwords.hash(kept)
        return await passwords.verify(typed, stored[kept])

    for one, other in (pair for pairs in different().values() for pair in pairs):
        verdict.wrong_accepts += await opens(one, other)
        verdict.wrong_accepts += await opens(other, one)
        verdict.wrong_refusals += not await opens(one, one)
    for one, other in same():
        verdict.wrong_refusals += not await opens(one, other)
    return verdict


def _planes() -> list[int]:
    """A character of each plane beyond the first."""
    return [plane * 0x10000 + 0x100 for plane in range(1, 17)]


def _digests_with_nul() -> Iterator[str]:
    """Passwords of which the HMAC under the twins' key begins with a NUL."""
    found = (f"an honest password {number}" for number in range(10_000))
    return (text for text in found if not hmac.digest(b"pepper", text.encode(), hashlib.sha256)[0] and text[-1] in "05")
