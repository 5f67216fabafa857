"""Password hashes as they are made without thinking: each takes some password for another."""

import base64
import hashlib
import hmac
import unicodedata

import bcrypt

from core.user.ports import Passwords

COST = 4


class Truncated(Passwords):
    """What bcrypt's functions did for most of their life: the first 72 bytes, up to a NUL."""

    async def hash(self, password: str) -> str:
        return bcrypt.hashpw(self.secret(password), bcrypt.gensalt(COST)).decode()

    async def verify(self, password: str, stored: str | None) -> bool:
        return stored is not None and bcrypt.checkpw(self.secret(password), stored.encode())

    def needs_rehash(self, stored: str) -> bool:
        return False

    def secret(self, password: str) -> bytes:
        return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass").split(b"\0")[0][:72]


class RawDigest(Truncated):
    """A pre-hash as bytes, where C sees the end at its first NUL: nothing at all, of one password in 256."""

    def secret(self, password: str) -> bytes:
        text = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
        return hmac.digest(b"pepper", text, hashlib.sha256).split(b"\0")[0]


class EndsAtNul(Truncated):
    """Pre-hashed, but of a text that ended at its first NUL."""

    def secret(self, password: str) -> bytes:
        text = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
        return base64.b64encode(hashlib.sha256(text.split(b"\0")[0]).digest())


class AsTyped(Truncated):
    """Pre-hashed, and not brought into NFC: another keyboard, and the owner stays outside."""

    def secret(self, password: str) -> bytes:
        return base64.b64encode(hashlib.sha256(password.encode("utf-8", "surrogatepass")).digest())


class Replaced(Truncated):
    """Pre-hashed, with a question mark for what UTF-8 has no bytes for."""

    def secret(self, password: str) -> bytes:
        text = unicodedata.normalize("NFC", password).encode("utf-8", "replace")
        return base64.b64encode(hashlib.sha256(text).digest())


class Stripped(Truncated):
    """Pre-hashed, without the blanks around it."""

    def secret(self, password: str) -> bytes:
        text = unicodedata.normalize("NFC", password).strip().encode("utf-8", "surrogatepass")
        return base64.b64encode(hashlib.sha256(text).digest())
