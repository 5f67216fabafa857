"""Which adapters there are, by the name that settings choose them by; each is imported only when it is chosen."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, TypeVar

T = TypeVar("T")

ADAPTERS: Mapping[str, Mapping[str, str]] = {
    "connection": {
        "mongo": "adapters.outbound.mongo.database:connect",
    },
    "product": {
        "memory": "adapters.outbound.memory.product:MemoryProductStore",
        "mongo": "adapters.outbound.mongo.product:MongoProductStore",
    },
    "cart": {
        "memory": "adapters.outbound.memory.cart:MemoryCartStore",
        "mongo": "adapters.outbound.mongo.cart:MongoCartStore",
    },
    "order": {
        "memory": "adapters.outbound.memory.order:MemoryOrderStore",
        "mongo": "adapters.outbound.mongo.order:MongoOrderStore",
    },
    "publisher": {
        "log": "adapters.outbound.log.order:LogPublisher",
        "memory": "adapters.outbound.memory.order:MemoryPublisher",
    },
    "user": {
        "memory": "adapters.outbound.memory.user:MemoryUserStore",
        "mongo": "adapters.outbound.mongo.user:MongoUserStore",
    },
}
"""By need and technology: a service's store under its name; under `connection` what a technology's stores share."""


class UnknownAdapter(Exception):
    """There is no adapter of that name."""


def load(group: str, name: str) -> Any:
    """The adapter itself, a class or a function. Raises: UnknownAdapter, which says what there is."""
    return resolve(_among(_among(ADAPTERS, group, "group of adapters"), name, f"{group} adapter"))


def resolve(path: str) -> Any:
    """What a dotted path such as `package.module:name` leads to, imported now."""
    module, _, attribute = path.partition(":")
    return getattr(import_module(module), attribute)


def _among(known: Mapping[str, T], name: str, kind: str) -> T:
    if name not in known:
        raise UnknownAdapter(f"There is no {kind} {name!r}; there are: {', '.join(sorted(known))}.")
    return known[name]
