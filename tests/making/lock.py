"""Reads a lock: what is pinned, by which hashes, and what needs it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LOCKS = Path(__file__).parents[2] / "requirements"

_PIN = re.compile(
    r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+)(?P<marker>(?: ;[^\\]*)?) \\\n"
    r"(?P<hashes>(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)(?P<via>(?:    #.*\n)*)",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A package at its one version; `needed_by` are packages, or `-r common.in` where we need it ourselves."""

    name: str
    version: str
    hashes: Sequence[str]
    needed_by: Sequence[str]


def pins(lock: str) -> list[Pin]:
    return [
        Pin(
            name=pin["name"],
            version=pin["version"],
            hashes=re.findall("[0-9a-f]{64}", pin["hashes"]),
            needed_by=re.findall(
                r"^    #(?: via)? +(?!-c )(\S.*)$", pin["via"].replace("# via\n", "#\n"), re.MULTILINE
            ),
        )
        for pin in _PIN.finditer(lock)
    ]
