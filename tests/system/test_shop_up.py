"""The whole shop as a person starts it: `shop up`, a tour, an end, and another beginning."""

import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from os import kill
from pathlib import Path

import httpx
import pytest

from tests.adapters.cli.running import PATIENCE, Running, closed, free_ports, running

SHOP = (sys.executable, "-m", "adapters.bootstrap.cli")
QUICK = {"MONGO_URL": "", "SHOP_DATA": "", "BCRYPT_COST": "4", "SHOP_DEMO_PASSWORD": "a password for tests"}


class Shop:
    """Where a shop under test runs, and its output."""

    def __init__(self, data: Path, store: str) -> None:
        self.data = data
        self.store = store
        self.base, self.gateway = free_ports()
        self.url = f"http://127.0.0.1:{self.gateway}"

    @asynccontextmanager
    async def up(self, *options: str, **environ: str) -> AsyncIterator[Running]:
        ports = ("--base-port", str(self.base), "--gateway-port", str(self.gateway))
        command = (*SHOP, "up", "--store", self.store, "--data", str(self.data), *ports, *options)
        async with running(command, {**QUICK, **environ}) as it:
            await it.says("The shop is open.")
            yield it

    async def ended(self) -> None:
        await closed(*range(self.base, self.base + 5), self.gateway)

    async def does(self, *command: str) -> tuple[int, str]:
        """The status and output of another command on this shop."""
        async with running((*SHOP, *command), {**QUICK, "SHOP_DATA": str(self.data)}) as it:
            return await it.ends(), it.said

    async def books_agree(self) -> None:
        """As `shop audit` finds them."""
        status, said = await self.does("audit")
        assert status == 0, said
        assert re.fullmatch(r"0 differences in \d+ orders? and \d+ products\n", said), said


@asynccontextmanager
async def visitor(shop: Shop, email: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client that is logged in."""
    async with httpx.AsyncClient(base_url=shop.url, trust_env=False, timeout=PATIENCE) as http:
        login = await http.post("/v1/auth/login", json={"email": email, "password": QUICK["SHOP_DEMO_PASSWORD"]})
        assert login.status_code == 200, login.text
        http.headers["Authorization"] = f"Bearer {login.json()['access_token']}"
        yield http


async def order_something(http: httpx.AsyncClient) -> str:
    (product,) = (await http.get("/v1/products", params={"q": "mug", "limit": 1})).json()["items"]
    added = await http.post("/v1/cart/items", json={"product_id": product["id"], "quantity": 3})
    assert added.status_code == 201, added.text
    order = await http.post("/v1/orders", json={})
    assert order.status_code == 201, order.text
    return str(order.json()["id"])


@pytest.mark.parametrize("store", ["memory", "mongo"])
async def test_a_shop_opens_stocked_is_toured_and_ends_whole(store: str, tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop", store)
    async with shop.up() as it:
        assert "Seeded 72 demo products and two accounts." in it.said
        assert "password: a password for tests" in it.said
        status, said = await shop.does("tour", "--url", shop.url)
        assert (status, said.splitlines()[-1]) == (0, "Every step was as it should be."), said
        async with visitor(shop, "shopper@example.com") as shopper, visitor(shop, "admin@example.com") as admin:
            await order_something(shopper)
            assert (await shopper.get("/v1/users")).status_code == 403
            assert (await admin.get("/v1/users")).status_code == 200
            categories = (await admin.get("/v1/categories")).json()
            assert "Kitchen" in str(categories)
        await shop.books_agree()
        assert await it.ends(signal.SIGINT) == 0
    await shop.ended()


async def test_the_next_start_finds_the_same_orders_accounts_and_tokens(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop", "mongo")
    async with shop.up() as it:
        async with visitor(shop, "shopper@example.com") as shopper:
            order_id = await order_something(shopper)
            token = shopper.headers["Authorization"]
        assert await it.ends(signal.SIGTERM) == 0
    await shop.ended()
    async with shop.up() as it:
        assert "The demo catalogue and accounts were there already." in it.said
        async with visitor(shop, "shopper@example.com") as shopper:
            shopper.headers["Authorization"] = token
            orders = (await shopper.get("/v1/orders")).json()["items"]
            assert [(order["id"], order["status"]) for order in orders] == [(order_id, "confirmed")]
        await shop.books_agree()
        assert await it.ends(signal.SIGTERM) == 0
    await shop.ended()


@pytest.mark.parametrize("service", ["product", "user", "cart", "order", "gateway"])
async def test_a_killed_process_is_named_and_the_rest_ends(service: str, tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop", "memory")
    async with shop.up("--no-seed") as it:
        (pid,) = re.findall(rf"{service} +ready after .* process (\d+)", it.said)
        kill(int(pid), signal.SIGKILL)
        assert await it.ends() == 1
    assert it.said.endswith(f"shop: {service} ended by itself (signal SIGKILL).\n")
    await shop.ended()


async def test_with_restart_the_shop_goes_on(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop", "mongo")
    async with shop.up("--restart") as it:
        opening = it.said
        for name in ("cart", "database"):
            (pid,) = re.findall(rf"{name} +ready after .* process (\d+)", opening)
            it.said = ""
            kill(int(pid), signal.SIGKILL)
            await it.says(f"{name:<9}ended by itself (signal SIGKILL); starting it again in 0.5 s")
            await it.says(f"{name:<9}ready after")
        async with visitor(shop, "shopper@example.com") as shopper:
            await order_something(shopper)
        await shop.books_agree()
        assert await it.ends(signal.SIGTERM) == 0


async def test_nothing_outlives_a_killed_shop(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop", "mongo")
    async with shop.up("--no-seed") as it:
        assert await it.ends(signal.SIGKILL) == -signal.SIGKILL
    await shop.ended()


async def test_an_account_is_made_an_admin_where_the_store_can_be_reached(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "mongo", "mongo")
    async with shop.up():
        status, said = await shop.does("grant-admin", "shopper@example.com")
        assert (status, said) == (0, "shopper@example.com is an admin from the next login on.\n")
        async with visitor(shop, "shopper@example.com") as shopper:
            assert (await shopper.get("/v1/users")).status_code == 200
        status, said = await shop.does("grant-admin", "nobody@example.com")
        assert status == 1
        assert said.startswith("shop: ")
        assert len(said.splitlines()) == 1


async def test_accounts_that_were_seeded_earlier_are_shown_without_the_new_password(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop", "mongo")
    async with shop.up():
        pass
    await shop.ended()
    async with shop.up(SHOP_DEMO_PASSWORD="another one by now") as it:
        assert "with a password that was set earlier" in it.said
        assert it.said.count("password: (as it was set earlier)") == 2
        assert "another one by now" not in it.said


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"MONGO_URL": "mongodb://me:hush@127.0.0.1:1"}, "MongoDB at 127.0.0.1:1 cannot be reached, "),
        ({"MONGO_URL": "mongodb://127.0.0.1:1", "LOG_LEVEL": "banana"}, "A setting is wrong. LOG_LEVEL: "),
    ],
)
async def test_what_no_service_could_run_with_is_told_before_one_starts(
    environ: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    shop = Shop(tmp_path / "shop", "mongo")
    ports = ("--base-port", str(shop.base), "--gateway-port", str(shop.gateway))
    async with running((*SHOP, "up", "--data", str(shop.data), *ports), {**QUICK, **environ}) as it:
        assert await it.ends() == 1
    assert f"shop: {sentence}" in it.said
    assert "Starting" not in it.said
    assert "hush" not in it.said


async def test_a_taken_port_is_told_with_the_way_out(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop", "memory")
    async with shop.up("--no-seed"):
        ports = ("--base-port", str(free_ports()[0]), "--gateway-port", str(shop.gateway))
        status, said = await shop.does("up", "--store", "memory", "--data", str(tmp_path / "other"), *ports)
    assert status == 1
    assert said == (
        f"shop: Port {shop.gateway} (for the gateway) is taken."
        " Choose another by --gateway-port, or end what uses it.\n"
    )
