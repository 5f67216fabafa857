"""Text that people type: one line, trimmed, in one Unicode form."""

import re
import unicodedata

from core.shared.errors import Invalid

LINE_MAX = 200
TYPED_MAX = 1024
"""Longer text is too long for anything here, whatever its form; bringing it into one could take very long."""

_PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{3,28}[0-9]", re.ASCII)


def tidied(text: str) -> str:
    """The text trimmed and in NFC, unless it is too long to be of use."""
    return unicodedata.normalize("NFC", text.strip()) if len(text) <= TYPED_MAX else text


def line(text: str, field: str, error: type[Invalid], *, optional: bool = False) -> str:
    """The text tidied, if it is one line of plain characters. Raises: `error`, naming the field."""
    tidy = tidied(text)
    shortest = 0 if optional else 1
    if not shortest <= len(tidy) <= LINE_MAX or not is_plain(tidy):
        raise broken(error, field, f"One line of {shortest} to {LINE_MAX} characters.")
    return tidy


def phone(text: str, error: type[Invalid]) -> str:
    """A telephone number as people write them, or nothing. Raises: `error`."""
    tidy = tidied(text)
    if tidy and not _PHONE.fullmatch(tidy):
        raise broken(error, "phone", "A telephone number looks like +44 20 7946 0958.")
    return tidy


def is_plain(text: str) -> bool:
    """Whether there are no control characters, line breaks or lone surrogates."""
    return not any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in text)


def broken(error: type[Invalid], field: str, rule: str) -> Invalid:
    """The refusal of one field, readable for people and for programs."""
    return error(f"{field}: {rule}", errors=({"field": field, "message": rule},))
