"""Where each service keeps its data, by the variables that name it: STORE, and one for each service that differs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

SERVICES = ("product", "user", "cart", "order")

# What is told is what stands behind a user and a password, and before any options, which may hold one as well. An
# address that does not look so is not told at all: who knows where its password is.
_ADDRESS = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*://)?(?:[^/?#@]*@)?(?P<place>[^?#@=]*)(?:[?#][^@]*)?")


def told(address: str) -> str:
    """As much of an address as anyone may read."""
    parts = _ADDRESS.fullmatch(address)
    return f"{parts['scheme'] or ''}{parts['place']}" if parts else "..."


@dataclass(frozen=True, slots=True)
class StoreName:
    """A store as a variable names it, `technology` or `technology:address`."""

    technology: str
    address: str = field(default="", repr=False)

    @property
    def forgets(self) -> bool:
        return self.technology == "memory"

    @property
    def sentence(self) -> str:
        """For everyone to read."""
        if self.forgets:
            return "keeps its data in memory while it runs"
        return f"keeps its data in {self.technology}{f' at {told(self.address)}' if self.address else ''}"


def variable(service: str) -> str:
    """The one by which a service differs from STORE."""
    return f"{service.upper()}_STORE"


def store_of(service: str, environ: Mapping[str, str]) -> StoreName:
    technology, _, address = (environ.get(variable(service)) or environ["STORE"]).partition(":")
    return StoreName(technology, address)


def stores_of(environ: Mapping[str, str]) -> dict[str, StoreName]:
    return {service: store_of(service, environ) for service in SERVICES}
