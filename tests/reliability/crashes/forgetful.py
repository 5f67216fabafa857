"""Shops whose carts forget what they have already counted."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from core.cart.model import Cart
from tests.core.order.shop import Hook, Shop


class _Forgetful:
    """Carts that do not keep all that they are given."""

    def __init__(self, carts: Any, kept: Callable[[Cart], Cart]) -> None:
        self._carts = carts
        self._kept = kept

    def __getattr__(self, method: str) -> Any:
        return getattr(self._carts, method)

    async def save(self, cart: Cart) -> None:
        await self._carts.save(self._kept(cart))


class MergesForgotten(Shop):
    """A cart does not know which guests' carts it has: one that is merged again is there twice."""

    def port(self, name: str, port: Any, hook: Hook | None) -> Any:
        watched = super().port(name, port, hook)
        return _Forgetful(watched, lambda cart: replace(cart, merged=())) if name == "cart.carts" else watched


class GuestCartsLeftOpen(Shop):
    """A guest's cart does not know whose it is now: two customers may get it."""

    def port(self, name: str, port: Any, hook: Hook | None) -> Any:
        watched = super().port(name, port, hook)
        return _Forgetful(watched, lambda cart: replace(cart, merged_into=None)) if name == "cart.carts" else watched


class SubtractionsForgotten(Shop):
    """A cart does not know which orders it was subtracted for: what was added since goes with the second time."""

    def port(self, name: str, port: Any, hook: Hook | None) -> Any:
        watched = super().port(name, port, hook)
        return _Forgetful(watched, lambda cart: replace(cart, orders=())) if name == "cart.carts" else watched
