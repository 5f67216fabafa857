"""Makes the list of common passwords that ships: `make common-passwords`, where requirements/tools.txt is installed."""

import gzip
from collections.abc import Iterable
from importlib import import_module
from importlib.resources import files
from pathlib import Path

from core.user.model import PASSWORD_MIN, folded

LIST = Path(__file__).parents[2] / "adapters/outbound/security/common_passwords.txt.gz"


def main() -> None:
    passwords = packed_from((*_of_django(), *_of_zxcvbn()))
    if not LIST.exists() or unpacked(LIST.read_bytes()) != unpacked(passwords):
        LIST.write_bytes(passwords)
    print(f"{len(unpacked(passwords)):,} passwords in {LIST.stat().st_size / 1024:.0f} KiB: {LIST}")


def packed_from(passwords: Iterable[str]) -> bytes:
    """Each that an account could have, once, as the shop looks it up, in order."""
    kept = sorted({word for word in map(folded, passwords) if len(word) >= PASSWORD_MIN})
    return gzip.compress("\n".join(kept).encode(), mtime=0)


def unpacked(packed: bytes) -> list[str]:
    return gzip.decompress(packed).decode().split("\n")


def _of_django() -> list[str]:
    packed = files("django").joinpath("contrib/auth/common-passwords.txt.gz").read_bytes()
    return gzip.decompress(packed).decode().splitlines()


def _of_zxcvbn() -> list[str]:
    return list(import_module("zxcvbn.frequency_lists").FREQUENCY_LISTS["passwords"])


if __name__ == "__main__":
    main()
