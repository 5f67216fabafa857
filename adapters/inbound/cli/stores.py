"""Where each service keeps its data, by the variables that name it: STORE, and one for each service that differs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

SERVICES = ("product", "user", "cart", "order")
_KEPT = {"product": "products", "user": "accounts", "cart": "carts", "order": "orders"}

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


def ending(stores: Mapping[str, StoreName]) -> str:
    """What becomes of the data when the shop ends: a phrase behind "Ctrl-C ends it"."""
    forgotten = [_KEPT[service] for service in SERVICES if stores[service].forgets]
    if not forgotten:
        return " and keeps the data"
    if len(forgotten) == len(SERVICES):
        return " and forgets everything"
    return f"; the {', '.join([*forgotten[:-2], ' and '.join(forgotten[-2:])])} are forgotten, the rest is kept"


def torn(stores: Mapping[str, StoreName]) -> str | None:
    """A warning, if of products and orders only one is kept: units are held for orders."""
    products, orders = stores["product"].forgets, stores["order"].forgets
    if products == orders:
        return None
    kept, forgotten = ("orders", "products") if products else ("products", "orders")
    left = "orders of products" if products else "units that are held for orders"
    return (
        f"The {kept} will be kept, and the {forgotten} be forgotten: what stays are {left} that are gone."
        " Keep both or neither (PRODUCT_STORE, ORDER_STORE)."
    )
