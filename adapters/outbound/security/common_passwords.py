"""The passwords that are tried first, from the list that ships beside this file; its page says where it comes from."""

import gzip
from functools import cache
from importlib.resources import files

from core.user.ports import CommonPasswords


class ShippedCommonPasswords(CommonPasswords):
    """A list that is read when a password is looked up for the first time, in milliseconds, and once a process."""

    def __contains__(self, password: object) -> bool:
        return password in _shipped()


@cache
def _shipped() -> frozenset[str]:
    packed = files("adapters.outbound.security").joinpath("common_passwords.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().split("\n"))
