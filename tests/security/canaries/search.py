"""Secrets that are like nothing else, and a search for them in all that a shop lets out, however it is written."""

import base64
import html
import json
import re
import secrets
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

PIECE = 12
"""Characters of a secret in a row that give it away."""

SHAPES = {
    "a private key": re.compile(r"BEGIN [A-Z ]*PRIVATE KEY"),
    "a signed token": re.compile(r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{40,}"),
    "a password's hash": re.compile(r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{20,}"),
}
"""What no canary has to be known for; a store keeps hashes, and so is searched without these."""


class Canaries:
    """Each with a name. `searched` counts the characters that were looked at."""

    def __init__(self) -> None:
        self._pieces: dict[str, str] = {}
        self.names: list[str] = []
        self.searched = 0

    def password(self, name: str) -> str:
        """A new one that an account may have, with characters in it that every way of writing writes in its own way."""
        return self.add(name, f"{secrets.token_hex(10)}\"é\\<&% '{secrets.token_hex(10)}")

    def random(self, name: str) -> str:
        """A new one of letters and digits."""
        return self.add(name, secrets.token_hex(24))

    def add(self, name: str, *secrets: str) -> str:
        """The secret itself, which is searched for from now on under that name; it may have several texts."""
        self.names.append(name)
        for secret in secrets:
            assert len(secret) >= PIECE, "Too short to be told from chance."
            for form in _forms(secret):
                self._pieces.update(dict.fromkeys(_pieces_of(form), name))
        return secrets[0]

    def add_token(self, name: str, token: str) -> str:
        """A JWT; its header is the same for all, and no secret."""
        self.add(name, token.partition(".")[2])
        return token

    def add_key(self, name: str, pem: str) -> str:
        """A private key as PEM, from where its secret begins: what stands before is public, or the same for all."""
        key = serialization.load_pem_private_key(pem.encode(), password=None)
        form = serialization.PrivateFormat.PKCS8
        der = key.private_bytes(serialization.Encoding.DER, form, serialization.NoEncryption())
        begins, numbers = 16, [der[16:]]
        if isinstance(key, RSAPrivateKey):
            size = key.key_size // 8
            begins = der.index(key.public_key().public_numbers().n.to_bytes(size, "big")) + size + 8
            private = key.private_numbers()
            numbers = [each.to_bytes((each.bit_length() + 7) // 8, "big") for each in (private.d, private.p, private.q)]
        body = base64.b64encode(der).decode()
        lines = [body[at : at + 64] for at in range(0, len(body), 64)]
        rest = body[-(-begins // 3) * 4 :]
        texts = [*(line for line in lines if len(line) >= PIECE and line in rest), rest]
        for number in numbers:
            texts += [number.hex(), str(int.from_bytes(number, "big")), *_base64_forms(number)]
        self.add(name, *texts)
        return pem

    def found_in(self, text: str, *, shapes: bool = True) -> set[str]:
        """The names of the canaries of which a piece stands in the text, and of the shapes that do."""
        self.searched += len(text)
        pieces = self._pieces
        windows = (text[at : at + PIECE] for at in range(len(text) - PIECE + 1))
        found = {pieces[window] for window in windows if window in pieces}
        return found | {name for name, shape in SHAPES.items() if shapes and shape.search(text)}


def _pieces_of(form: str) -> Iterator[str]:
    """In a row, and one at the end: any half of what has 24 characters holds one of them."""
    for at in range(0, len(form) - PIECE + 1, PIECE):
        yield form[at : at + PIECE]
    yield form[-PIECE:]


def _forms(secret: str) -> set[str]:
    raw = secret.encode()
    escaped = {
        secret,
        quote(secret, safe=""),
        quote(secret, safe="").lower(),
        quote_plus(secret),
        quote(quote(secret, safe=""), safe=""),
        json.dumps(secret)[1:-1],
        json.dumps(json.dumps(secret))[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
        repr(raw)[2:-1],
        ascii(secret)[1:-1],
        html.escape(secret),
        secret.encode("unicode_escape").decode(),
        raw.hex(),
        raw.hex().upper(),
        secret[::-1],
    }
    return {form for form in (*escaped, *_base64_forms(raw)) if len(form) >= PIECE}


def _base64_forms(raw: bytes) -> Iterator[str]:
    """As it looks wherever in a longer text it begins: what depends on its neighbours is left out."""
    for before in range(3):
        whole = bytes(before) + raw
        whole = whole[: len(whole) // 3 * 3]
        skipped = (0, 2, 3)[before]
        yield base64.b64encode(whole).decode()[skipped:]
        yield base64.urlsafe_b64encode(whole).decode()[skipped:]
