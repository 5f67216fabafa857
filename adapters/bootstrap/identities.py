"""The keys by which the services know each other, as the settings have them or as they are in development."""

from collections.abc import Mapping

from adapters.bootstrap.settings import DEVELOPMENT_SECRET
from adapters.outbound.security.service_keys import Peer, ServiceKey, peers

CALLERS = ("product", "user", "cart", "order", "audit")
"""Who may have a key: the services, and `shop audit`."""


def own_key(name: str, pem: str) -> ServiceKey:
    """By SERVICE_KEY; without it, a key that everyone knows. Raises: ValueError, which echoes nothing."""
    if not pem:
        return ServiceKey.derived(DEVELOPMENT_SECRET, name)
    try:
        return ServiceKey.of(pem)
    except ValueError as error:
        raise ValueError(f"SERVICE_KEY: {error}") from error


def callers(text: str) -> Mapping[str, Peer]:
    """By PEER_KEYS; without it, those with the keys that everyone knows. Raises: ValueError."""
    if not text:
        return peers(" ".join(f"{name}={own_key(name, '').public}" for name in CALLERS))
    try:
        found = peers(text)
    except ValueError as error:
        raise ValueError(f"PEER_KEYS: {error}") from error
    if unknown := sorted({peer.name for peer in found.values()} - {*CALLERS}):
        raise ValueError(f"PEER_KEYS: There is no {', '.join(unknown)}; there are {', '.join(CALLERS)}.")
    return found


def require_own(name: str, key: ServiceKey, known: Mapping[str, Peer]) -> None:
    """Raises: ValueError if those who are called would not know `name` by its key: each call would be refused."""
    peer = known.get(key.public)
    if peer is None:
        raise ValueError("SERVICE_KEY: its public half is not among PEER_KEYS. `shop keys service` makes both.")
    if peer.name != name:
        raise ValueError(f"SERVICE_KEY: this is the key of {peer.name}, by PEER_KEYS, and not of {name}.")


def is_known_to_everyone(public: str) -> bool:
    """Whether the key is one of development's."""
    return public in callers("")
