"""Fills a new shop with the demo catalogue and two accounts, through the same API that everyone uses."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

import httpx

from adapters.inbound.cli.errors import CommandFailed
from adapters.inbound.cli.plan import ADMIN_EMAIL, SHOPPER_EMAIL

CATEGORIES = ("kitchen", "home", "garden", "outdoors", "stationery", "play")


def catalogue(currency: str) -> Iterator[dict[str, object]]:
    """The demo products as the API takes them, prices in `currency`."""
    for category in CATEGORIES:
        for product in json.loads((files(__package__) / "demo" / f"{category}.json").read_text(encoding="utf-8")):
            price = {"amount": product["price"], "currency": currency}
            yield {**product, "category": category.capitalize(), "price": price}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """What was made, as a sentence, and the addresses of the demo accounts that the password opens, and of new ones."""

    sentence: str
    opened: frozenset[str]
    registered: frozenset[str] = frozenset()


async def seed(http: httpx.AsyncClient, *, password: str, currency: str) -> Seeded:
    """Makes what is missing.

    The shopper is registered last: that the account is there says that the catalogue is complete, so a shop is
    seeded once, and what was changed in it since stays. Raises: CommandFailed if the shop refuses something.
    """
    if await _token(http, SHOPPER_EMAIL, password):
        admins = {ADMIN_EMAIL} if await _token(http, ADMIN_EMAIL, password) else set()
        return Seeded(
            sentence="The demo catalogue and accounts were there already.", opened=frozenset({SHOPPER_EMAIL, *admins})
        )
    registered = {ADMIN_EMAIL} if await _register(http, ADMIN_EMAIL, password, "Ada Admin") else set()
    admin = await _token(http, ADMIN_EMAIL, password)
    if admin is None:
        return Seeded(
            sentence="The demo accounts were there already, with a password that was set earlier; the shop was left as"
            " it is.",
            opened=frozenset(),
        )
    products = list(catalogue(currency))
    for product in products:  # one that is there already, by its sku, stays as it is
        answer = await http.post("/v1/products", json=product, headers={"Authorization": f"Bearer {admin}"})
        _accepted(answer, 201, 409)
    if not await _register(http, SHOPPER_EMAIL, password, "Sam Shopper"):
        return Seeded(
            sentence="The demo catalogue and accounts were there already; the shopper's password is another by now.",
            opened=frozenset({ADMIN_EMAIL}),
            registered=frozenset(registered),
        )
    return Seeded(
        sentence=f"Seeded {len(products)} demo products and two accounts.",
        opened=frozenset({ADMIN_EMAIL, SHOPPER_EMAIL}),
        registered=frozenset({SHOPPER_EMAIL, *registered}),
    )


async def _register(http: httpx.AsyncClient, email: str, password: str, name: str) -> bool:
    """Whether the account is a new one."""
    answer = await http.post("/v1/users", json={"email": email, "password": password, "name": name})
    return _accepted(answer, 201, 409).status_code == 201


async def _token(http: httpx.AsyncClient, email: str, password: str) -> str | None:
    answer = await http.post("/v1/auth/login", json={"email": email, "password": password})
    return str(_accepted(answer, 200, 401).json()["access_token"]) if answer.status_code != 401 else None


def _accepted(answer: httpx.Response, *statuses: int) -> httpx.Response:
    if answer.status_code not in statuses:
        asked = f"{answer.request.method} {answer.request.url.path}"
        raise CommandFailed(f"Seeding failed: {asked} answered {answer.status_code}: {answer.text[:500]}")
    return answer
