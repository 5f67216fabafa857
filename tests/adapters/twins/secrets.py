"""Makers of secrets as one could get them wrong."""

import base64
import itertools
import random
import secrets
import string
import time
import uuid

from core.shared.ports import NewSecret

ALPHABET = string.ascii_letters + string.digits + "-_"


class TooShort(NewSecret):
    """Makes 128 bits."""

    def __call__(self) -> str:
        return secrets.token_urlsafe(16)


class Uuid4(NewSecret):
    """Makes 122 bits, and takes them for a secret."""

    def __call__(self) -> str:
        return str(uuid.uuid4())


class StandardBase64(NewSecret):
    """Writes "+" and "/", which mean something in a URL."""

    def __call__(self) -> str:
        return base64.b64encode(secrets.token_bytes(48)).decode()


class Padded(NewSecret):
    """Fills up with "=", which means something in a query."""

    def __call__(self) -> str:
        return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


class AnyPrintable(NewSecret):
    """Takes every character that can be printed."""

    def __call__(self) -> str:
        return "".join(secrets.choice(string.printable) for _ in range(64))


class OneForAll(NewSecret):
    """Makes its secret once."""

    def __init__(self) -> None:
        self._secret = secrets.token_urlsafe(32)

    def __call__(self) -> str:
        return self._secret


class OneASecond(NewSecret):
    """Draws from a generator that is seeded anew with the second, in which many ask."""

    def __call__(self) -> str:
        chance = random.Random(int(time.time()))
        return "".join(chance.choices(ALPHABET, k=43))


class SomeComeAgain(NewSecret):
    """Keeps a pool of secrets, and hands them out in turn."""

    def __init__(self) -> None:
        self._pool = itertools.cycle([secrets.token_urlsafe(32) for _ in range(100)])

    def __call__(self) -> str:
        return next(self._pool)
