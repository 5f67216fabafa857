"""Hashes that take one password for another, or are wrong about their own age."""

import asyncio
import hashlib
import unicodedata

from core.shared.errors import Unavailable
from tests.adapters.security.hashing import Quick


class SeventyTwoBytes(Quick):
    """Sees the beginning alone, as bcrypt does."""

    def secret(self, password: str) -> bytes:
        return super().secret(password)[:72]


class EndsAtNul(Quick):
    """Takes a password for a text of C."""

    def secret(self, password: str) -> bytes:
        return super().secret(password).split(b"\0")[0]


class SpellingsDiffer(Quick):
    """Brings no passwords into NFC: what one keyboard sends another does not."""

    def digest(self, salt: str, password: str) -> str:
        return hashlib.sha256(salt.encode() + self.secret(password)).hexdigest()


class CompatibleIsEqual(Quick):
    """Brings passwords into NFKC, which makes different ones the same."""

    def secret(self, password: str) -> bytes:
        return super().secret(unicodedata.normalize("NFKC", password))


class SmallLetters(Quick):
    """Does without case, as with an e-mail address."""

    def secret(self, password: str) -> bytes:
        return super().secret(password.lower())


class Tidied(Quick):
    """Takes blanks off both ends, as of a name."""

    def secret(self, password: str) -> bytes:
        return super().secret(password.strip())


class AsciiAlone(Quick):
    """Leaves out what is no ASCII, and all of some passwords."""

    def secret(self, password: str) -> bytes:
        return password.encode("ascii", "ignore")


class StrictlyUtf8(Quick):
    """Breaks on half a surrogate pair, which a client may well send."""

    def secret(self, password: str) -> bytes:
        return password.encode()


class NeverRehashed(Quick):
    """Is content with every hash."""

    def needs_rehash(self, stored: str) -> bool:
        return False


class AlwaysRehashed(Quick):
    """Makes a new hash at each sign-in."""

    def needs_rehash(self, stored: str) -> bool:
        return True


class EarlierRefused(Quick):
    """Locks out everybody when the scheme changes."""

    def knows(self, stored: str) -> bool:
        return stored.startswith(f"{self.scheme}$")


class EarlierIsAsGood(Quick):
    """Never gets rid of the earlier scheme."""

    def needs_rehash(self, stored: str) -> bool:
        return not self.knows(stored)


class UnknownBreaksIt(Quick):
    """Takes apart whatever was stored."""

    def knows(self, stored: str) -> bool:
        return True


class NoHashNoPassword(Quick):
    """Lets in who types nothing where nothing is stored."""

    async def verify(self, password: str, stored: str | None) -> bool:
        return await super().verify(password, stored) if stored else not password


class NobodysHash(Quick):
    """Without a hash checks against one that everybody can read in the source."""

    async def verify(self, password: str, stored: str | None) -> bool:
        return await super().verify(password, stored or f"quick$0${self.digest('0', 'correct horse')}")


class BusyIsWrong(Quick):
    """Calls passwords wrong when there are too many."""

    waiting = 0

    async def verify(self, password: str, stored: str | None) -> bool:
        self.waiting += 1
        try:
            await asyncio.sleep(0)
            return self.waiting < 5 and await super().verify(password, stored)
        finally:
            self.waiting -= 1


class BusyBreaks(Quick):
    """Raises what its queue raises when that is full."""

    waiting = 0

    async def hash(self, password: str) -> str:
        self.waiting += 1
        try:
            await asyncio.sleep(0)
            if self.waiting > 5:
                raise asyncio.QueueFull
            return await super().hash(password)
        finally:
            self.waiting -= 1


class NeverFreeAgain(Quick):
    """Gives no room back after a refusal: busy once, busy for ever."""

    waiting = 0

    async def verify(self, password: str, stored: str | None) -> bool:
        self.waiting += 1
        if self.waiting > 5:
            raise Unavailable("Busy.")
        await asyncio.sleep(0)
        self.waiting -= 1
        return await super().verify(password, stored)


class OneForAll(Quick):
    """Works on whatever password came last."""

    typed = ""

    async def verify(self, password: str, stored: str | None) -> bool:
        self.typed = password
        await asyncio.sleep(0)
        return await super().verify(self.typed, stored)
