"""Somebody who asks for things that take a database, while there is none and when it is back."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.system.services import PASSWORD, Services, add_product

EMAIL = "visitor@example.com"
AT_ONCE = 5
"""Of each request."""
PAUSE = 0.1
"""Seconds between an answer and the same request again."""

Request = tuple[httpx.AsyncClient, str, str, Any]


@dataclass(slots=True, kw_only=True)
class Answers:
    """By status; sentences about those that were not as they should be; and the seconds that the slowest took."""

    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest: float = 0.0


async def requests(shop: Services, admin_email: str) -> Sequence[Request]:
    """Two to each service; that of a checkout is made by somebody with an empty cart, so that it comes to no order."""
    product = await add_product(await shop.customer(admin_email), "VISITED", stock=1_000)
    visitor, other = await shop.customer(EMAIL), await shop.customer(f"another-{EMAIL}")
    return (
        (visitor.product, "GET", "/v1/products", None),
        (visitor.product, "GET", f"/v1/products/{product}", None),
        (visitor.user, "GET", "/v1/users/me", None),
        (visitor.user, "POST", "/v1/auth/login", {"email": EMAIL, "password": PASSWORD}),
        (visitor.cart, "GET", "/v1/cart", None),
        (visitor.cart, "POST", "/v1/cart/items", {"product_id": product, "quantity": 1}),
        (visitor.order, "GET", "/v1/orders", None),
        (other.order, "POST", "/v1/orders", None),
    )


async def refused(asked: Sequence[Request], seconds: float) -> Answers:
    """What each is answered, over and over for so long: a problem document that says 503, and when to come back."""
    answers, end = Answers(), time.monotonic() + seconds

    async def ask(http: httpx.AsyncClient, method: str, path: str, json: Any) -> None:
        while (began := time.monotonic()) < end:
            answer = await http.request(method, path, json=json)
            answers.slowest = max(answers.slowest, time.monotonic() - began)
            answers.statuses[answer.status_code] += 1
            problem = answer.headers["Content-Type"] == "application/problem+json" and "Retry-After" in answer.headers
            if answer.status_code != 503 or not problem or answer.json()["status"] != 503:
                answers.wrong.append(f"{method} {path}: {answer.status_code} {answer.text}")
            await asyncio.sleep(PAUSE)

    await asyncio.gather(*(ask(*request) for request in asked for _ in range(AT_ONCE)))
    return answers


async def served(asked: Sequence[Request]) -> float:
    """The seconds until each has been answered by something else than a 5xx."""

    async def ask(http: httpx.AsyncClient, method: str, path: str, json: Any) -> None:
        while True:
            if (await http.request(method, path, json=json)).status_code < 500:
                return
            await asyncio.sleep(PAUSE)

    began = time.monotonic()
    await asyncio.gather(*(ask(*request) for request in asked))
    return time.monotonic() - began
