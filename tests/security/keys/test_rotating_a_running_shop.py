"""`shop keys rotate` on running processes, under load: nothing fails, and another key signs within seconds."""

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import httpx
import jwt

from adapters.bootstrap.keys import rotated_signing_keys
from adapters.inbound.cli.key_files import replace, write_new
from adapters.outbound.security.bundle import Bundle
from tests.adapters.security.holders import key
from tests.figures import Figure
from tests.system.services import PATIENCE, Services, services

CUSTOMERS = 8
GOES_ON = 3.0
"""Seconds for which the load goes on after another key signs."""


class Customer:
    """Goes about: looks at the account and the cart, and has the tokens renewed, again and again."""

    def __init__(self, shop: Services, number: int, answers: Counter[int], kids: Counter[str]) -> None:
        self._shop = shop
        self._email = f"sam{number}@example.com"
        self._answers = answers
        self._kids = kids

    async def goes_about(self, over: asyncio.Event) -> None:
        async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as http:
            user, cart = self._shop.urls["user"], self._shop.urls["cart"]
            account = {"email": self._email, "password": "a password for tests"}
            await http.post(f"{user}/v1/users", json={**account, "name": "Sam"})
            login = await http.post(f"{user}/v1/auth/login", json=account)
            first = tokens = login.json()
            while not over.is_set():
                for token in (tokens["access_token"], first["access_token"]):
                    headers = {"Authorization": f"Bearer {token}"}
                    self._kids[jwt.get_unverified_header(token)["kid"]] += 2
                    for url in (f"{user}/v1/users/me", f"{cart}/v1/cart"):
                        self._answers[(await http.get(url, headers=headers)).status_code] += 1
                refreshed = await http.post(f"{user}/v1/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
                self._answers[refreshed.status_code] += 1
                tokens = refreshed.json()


async def until(true: Callable[[], bool]) -> None:
    while not true():  # noqa: ASYNC110 - other processes have no event to wait for
        await asyncio.sleep(0.05)


async def test_a_rotation_under_load_fails_nothing(tmp_path: Path, figure: Figure) -> None:
    path = tmp_path / "signing.pem"
    bundle = Bundle.of(key(1).pem + key(2).pem)
    write_new(path, bundle.text)
    answers, kids = Counter[int](), Counter[str]()
    async with services("memory", environ={"SIGNING_KEYS": "", "SIGNING_KEYS_FILE": str(path)}) as shop:
        over = asyncio.Event()
        customers = [
            asyncio.create_task(Customer(shop, each, answers, kids).goes_about(over)) for each in range(CUSTOMERS)
        ]
        async with asyncio.timeout(PATIENCE):
            await until(lambda: sum(answers.values()) >= 100)
            replace(path, rotated_signing_keys(path.read_text()))
            await until(lambda: kids[key(2).kid] > 0 or any(customer.done() for customer in customers))
            await asyncio.sleep(GOES_ON)
            over.set()
            await asyncio.gather(*customers)
    figure(
        "Keys: a rotation in running processes, {before} calls by the old key's tokens, {after} by the new one's,"
        " {failed} failed.",
        before=kids[key(1).kid],
        after=kids[key(2).kid],
        failed=sum(count for status, count in answers.items() if status != 200),
    )
    assert {*answers} == {200}
    assert min(kids[key(number).kid] for number in (1, 2)) >= 50
