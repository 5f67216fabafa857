"""Which passwords an account may take: long enough, and not what is tried first."""

import re
import unicodedata
from collections.abc import Container, Iterable
from dataclasses import dataclass

from core.shared.text import TYPED_MAX, broken
from core.user.errors import PasswordUnacceptable

PASSWORD_MIN, PASSWORD_MAX = 8, 128
WORD_MIN = 3
"""Shorter words stand in too many good passwords by chance."""

_LETTERS = re.compile(r"[^\W\d_]+")
_NO_LETTER_OR_DIGIT = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordRule:
    """NIST SP 800-63B-4, section 3.1.1.2: a length, no composition, and nothing common, expected or compromised.

    `common` holds passwords as `folded` makes them, `shop` is the shop's name. OWASP ASVS 5.0: 6.2.1, 6.2.4, 6.2.5,
    6.2.8, 6.2.9, 6.2.11 and 6.2.12.
    """

    common: Container[str]
    shop: str

    def check(self, password: str, field: str, *about: str) -> None:
        """Raises: PasswordUnacceptable, naming the field, if an account may not take this password from now on.

        `about` is what everybody knows of the account: its e-mail address, its owner's name.
        """
        length = len(unicodedata.normalize("NFC", password)) if len(password) <= TYPED_MAX else TYPED_MAX
        if not PASSWORD_MIN <= length <= PASSWORD_MAX:
            raise broken(PasswordUnacceptable, field, f"{PASSWORD_MIN} to {PASSWORD_MAX} characters.")
        if folded(password) in self.common:
            raise broken(
                PasswordUnacceptable,
                field,
                "This one is known from other people's stolen accounts, and tried first. Choose another,"
                " such as four words that have nothing to do with each other.",
            )
        if _is_made_of(password, (self.shop, *about)):
            raise broken(
                PasswordUnacceptable,
                field,
                "Nothing but names that anybody knows: the shop's, yours, or of your e-mail address. Add words that"
                " have nothing to do with them.",
            )


def folded(text: str) -> str:
    """The text as guessing takes it: without blanks around it, in small letters, in Unicode's compatible form."""
    small = text.strip().casefold()
    return unicodedata.normalize("NFKC", small).casefold() if len(small) <= TYPED_MAX else small


def _is_made_of(password: str, texts: Iterable[str]) -> bool:
    """Whether all of the password's letters are words of the texts, or it is one of them but for the signs."""
    typed = folded(password)
    parts = [part for text in texts for part in folded(text).split("@")]
    if _NO_LETTER_OR_DIGIT.sub("", typed) in {_NO_LETTER_OR_DIGIT.sub("", part) for part in parts} - {""}:
        return True
    return _is_row_of(_letters(typed), {word for part in parts for word in (*_LETTERS.findall(part), _letters(part))})


def _is_row_of(letters: str, words: Iterable[str]) -> bool:
    """Whether words of some length, one after the other, are all the letters there are."""
    words = [word for word in words if len(word) >= WORD_MIN]
    ends = {0}
    for start in range(len(letters)):
        if start in ends:
            ends |= {start + len(word) for word in words if letters.startswith(word, start)}
    return letters != "" and len(letters) in ends


def _letters(text: str) -> str:
    return "".join(_LETTERS.findall(text))
