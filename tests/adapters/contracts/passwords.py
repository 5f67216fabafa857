"""The contract of `core.user.ports.Passwords`: which passwords open which hashes."""

import asyncio
import unicodedata
from dataclasses import dataclass, field

from core.shared.errors import Unavailable
from core.user.ports import Passwords

PASSWORDS = (
    "correct horse",
    "\u00e9" * 64,
    "x" * 128,
    "nul\0inside",
    "\U0001f600" * 128,
    " blanks\t",
    "a$b$$2b$04$c",
    "\ud800",
    "\u0130stanbul",
)
UNKNOWN = (
    "",
    "$",
    "?",
    "nobody$v1$x",
    "$2b$04$" + "." * 53,
    "\u00e9",
    "x" * 200,
    "bcrypt-hmac-sha256$v1$",
    "bcrypt-hmac-sha256$v1$$2b$04$short",
    "bcrypt-hmac-sha256$v1$$2b$99$" + "." * 53,
    "bcrypt-hmac-sha256$0123456789ab$$2b$04$" + "." * 53,
)
"""Stored texts that no scheme made, or one that nobody knows the key of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hashing:
    """Passwords as they are hashed now, and as they were `earlier`, by another scheme or at another cost.

    `work` grows by what is worked on passwords now: the calls, with their cost, where they can be seen.
    """

    passwords: Passwords
    earlier: Passwords
    work: list[object] = field(default_factory=list)


async def only_the_password_itself_is_accepted(hashing: Hashing) -> None:
    verify = hashing.passwords.verify
    for password in PASSWORDS:
        stored = await hashing.passwords.hash(password)
        assert await verify(password, stored)
        for other in {password + "x", password[:-1], password[1:], password.swapcase(), password.strip(), ""}:
            assert await verify(other, stored) is (other == password), (other, password)


async def every_character_counts_however_many_there_are(hashing: Hashing) -> None:
    for letter in ("x", "\u00e9"):
        for count in (35, 36, 71, 72, 127):
            stored = await hashing.passwords.hash(letter * count + "a")
            assert not await hashing.passwords.verify(letter * count + "b", stored)


async def one_spelling_is_as_good_as_another(hashing: Hashing) -> None:
    composed = "caf\u00e9 \u00c5ngstr\u00f6m \ud55c\uae00"
    apart = unicodedata.normalize("NFD", composed)
    assert await hashing.passwords.verify(apart, await hashing.passwords.hash(composed))
    assert await hashing.passwords.verify(composed, await hashing.passwords.hash(apart))


async def what_only_looks_alike_is_another_password(hashing: Hashing) -> None:
    for one, other in (("\ufb01sh and chips", "fish and chips"), ("\uff41bcdefgh", "abcdefgh")):
        assert not await hashing.passwords.verify(other, await hashing.passwords.hash(one))


async def without_a_hash_that_is_known_nothing_is_accepted(hashing: Hashing) -> None:
    assert await hashing.passwords.verify("", None) is False
    for stored in (None, *UNKNOWN):
        assert await hashing.passwords.verify("correct horse", stored) is False


async def only_what_was_made_otherwise_needs_a_new_hash(hashing: Hashing) -> None:
    assert not hashing.passwords.needs_rehash(await hashing.passwords.hash("correct horse"))
    for stored in (await hashing.earlier.hash("correct horse"), *UNKNOWN):
        assert hashing.passwords.needs_rehash(stored)


async def hashes_made_earlier_stay_good(hashing: Hashing) -> None:
    stored = await hashing.earlier.hash("correct horse")
    assert await hashing.passwords.verify("correct horse", stored)
    assert not await hashing.passwords.verify("correct house", stored)


async def of_many_at_once_each_gets_the_right_answer_or_is_told_to_come_again(hashing: Hashing) -> None:
    stored = await hashing.passwords.hash("correct horse")
    typed = ["correct horse", "wrong horse"] * 12
    answers = await asyncio.gather(
        *(hashing.passwords.verify(password, stored) for password in typed), return_exceptions=True
    )
    for password, answer in zip(typed, answers, strict=True):
        assert isinstance(answer, Unavailable) or answer is (password == "correct horse")
    hashes = await asyncio.gather(*map(hashing.passwords.hash, map(str, range(24))), return_exceptions=True)
    for number, made in enumerate(hashes):
        assert isinstance(made, Unavailable) or await hashing.passwords.verify(str(number), str(made))
    assert await hashing.passwords.verify("correct horse", stored)
