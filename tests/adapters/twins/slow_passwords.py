"""Hashes by bcrypt that give something away: to a thief who has them, or to whoever has a stopwatch."""

import base64
import hashlib

import bcrypt

from adapters.outbound.security.passwords import SCHEME, BcryptPasswords, keyed


class Unsalted(BcryptPasswords):
    """Has one salt: equal passwords have equal hashes."""

    async def hash(self, password: str) -> str:
        salt = f"$2b${self._cost:02}${'.' * 22}".encode()
        secret = keyed(password, self._pepper)
        return self._scheme + (await self._work(lambda: bcrypt.hashpw(secret, salt))).decode()


class SaltedByThePassword(BcryptPasswords):
    """Makes the salt of the password, which is no salt."""

    async def hash(self, password: str) -> str:
        digest = hashlib.sha256(password.encode()).hexdigest()[:21]
        salt = f"$2b${self._cost:02}${digest}.".encode()
        secret = keyed(password, self._pepper)
        return self._scheme + (await self._work(lambda: bcrypt.hashpw(secret, salt))).decode()


class Plaintext(BcryptPasswords):
    """Keeps the password, for the support to read it out."""

    async def hash(self, password: str) -> str:
        return f"{await super().hash(password)}${password}"


class Encoded(BcryptPasswords):
    """Keeps the password in base64, which hides it from nobody."""

    async def hash(self, password: str) -> str:
        return f"{await super().hash(password)}${base64.b64encode(password.encode()).decode()}"


class Fast(BcryptPasswords):
    """Hashes as one hashes files."""

    async def hash(self, password: str) -> str:
        salt = bcrypt.gensalt(self._cost).decode()
        return self._scheme + salt + hashlib.sha256(salt.encode() + keyed(password, self._pepper)).hexdigest()


class QuickWithoutAHash(BcryptPasswords):
    """Says no at once where there is no account."""

    async def verify(self, password: str, stored: str | None) -> bool:
        return stored is not None and await super().verify(password, stored)


class QuickWithAnEmptyHash(BcryptPasswords):
    """Says no at once where the account has no password any more."""

    async def verify(self, password: str, stored: str | None) -> bool:
        return stored != "" and await super().verify(password, stored)


class QuickForUnknownSchemes(BcryptPasswords):
    """Says no at once where it cannot read the hash."""

    async def verify(self, password: str, stored: str | None) -> bool:
        return (stored is None or stored.startswith(SCHEME)) and await super().verify(password, stored)


class QuickForUnknownPeppers(BcryptPasswords):
    """Says no at once where the pepper is one that was taken away."""

    async def verify(self, password: str, stored: str | None) -> bool:
        named = (stored or "").partition(f"{SCHEME}$")[2].partition("$")[0]
        return (not named or named in self._peppers) and await super().verify(password, stored)


class CheapWithoutAHash(BcryptPasswords):
    """Has nobody's hash from when the cost was lower."""

    def _nobodys(self) -> bytes:
        return bcrypt.gensalt(4) + b"." * 31


class DearWithoutAHash(BcryptPasswords):
    """Makes nobody's hash anew each time, on the same thread."""

    async def verify(self, password: str, stored: str | None) -> bool:
        return await super().verify(password, stored or await self.hash("nobody"))


class CheckedTwice(BcryptPasswords):
    """Looks again when the password was right."""

    async def verify(self, password: str, stored: str | None) -> bool:
        return await super().verify(password, stored) and await super().verify(password, stored)
