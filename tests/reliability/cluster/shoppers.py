"""Customers who ask one thing after the other over connections that they keep, and count what they are not answered."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx

from tests.system.services import PASSWORD, PATIENCE


@dataclass(slots=True, kw_only=True)
class Told:
    """How many requests there were of each kind, and a sentence for each that failed."""

    requests: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


class Shopper:
    """Registers, and then looks, fills a cart, signs in again and orders, over and over, with no patience at all."""

    def __init__(self, http: httpx.AsyncClient, urls: Mapping[str, str], email: str) -> None:
        self._http = http
        self._urls = urls
        self._who = {"email": email, "password": PASSWORD}
        self._keys = itertools.count()
        self._token = ""

    async def register(self) -> None:
        answer = await self._http.post(f"{self._urls['user']}/v1/users", json={**self._who, "name": "A Shopper"})
        assert answer.status_code == 201, answer.text

    async def shop(self, products: Sequence[str], told: Told, over: asyncio.Event) -> None:
        """Goes round and round, and ends with the round in which it is `over`."""
        ask = partial(self._ask, told)
        for product in itertools.cycle(products):
            login = await ask("login", 200, "POST", "user", "/v1/auth/login", self._who)
            if login is not None:
                self._token = f"Bearer {login.json()['access_token']}"
            await ask("me", 200, "GET", "user", "/v1/users/me")
            await ask("list", 200, "GET", "product", "/v1/products?limit=20")
            await ask("product", 200, "GET", "product", f"/v1/products/{product}")
            item = {"product_id": product, "quantity": 1}
            await ask("add to cart", 201, "POST", "cart", "/v1/cart/items", item)
            await ask("change cart", 200, "PUT", "cart", f"/v1/cart/items/{product}", {"quantity": 2})
            await ask("cart", 200, "GET", "cart", "/v1/cart")
            await ask("order", 201, "POST", "order", "/v1/orders", key=f"{self._who['email']}:{next(self._keys)}")
            await ask("orders", 200, "GET", "order", "/v1/orders?limit=5")
            if over.is_set():
                return

    async def _ask(
        self, told: Told, kind: str, status: int, method: str, service: str, path: str, json: Any = None, key: str = ""
    ) -> httpx.Response | None:
        """The answer of that status; if it is another or none, that is noted."""
        told.requests[kind] += 1
        headers = {"Authorization": self._token, "Idempotency-Key": key}
        try:
            answer = await self._http.request(
                method,
                self._urls[service] + path,
                json=json,
                headers={name: value for name, value in headers.items() if value},
            )
        except httpx.TransportError as error:
            told.failures.append(f"{kind}: {error!r}")
            return None
        if answer.status_code == status:
            return answer
        told.failures.append(f"{kind}: {answer.status_code} {answer.text[:200]}")
        return None


def client() -> httpx.AsyncClient:
    """With as many connections as are needed, each kept."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None, keepalive_expiry=None)
    return httpx.AsyncClient(trust_env=False, timeout=PATIENCE, limits=limits)
