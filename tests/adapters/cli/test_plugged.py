"""The command `shop` with its real actions plugged in, as far as they need no running shop."""

import asyncio
import json
import socket
from functools import partial
from pathlib import Path

import pytest

from adapters.bootstrap import actions
from adapters.inbound.cli.errors import CommandFailed
from core.shared.errors import NotFound
from tests.adapters.cli.running import running
from tests.adapters.mails.aws import environment
from tests.own_logging import own_logging
from tests.system.test_shop_up import SHOP


def test_openapi_writes_each_services_document(tmp_path: Path) -> None:
    written = actions.openapi(tmp_path / "new" / "folder")
    assert [path.name for path in written] == ["product.json", "user.json", "cart.json", "order.json"]
    for path, route in zip(written, ["/v1/products", "/v1/users", "/v1/cart", "/v1/orders"], strict=True):
        assert route in json.loads(path.read_text())["paths"]


def test_openapi_follows_the_environment_and_says_what_is_wrong_there(tmp_path: Path) -> None:
    with (
        environment("http://127.0.0.1:1", CURRENCY="dollars"),
        pytest.raises(CommandFailed, match=r"^A setting is wrong\. CURRENCY: "),
    ):
        actions.openapi(tmp_path)


async def test_an_account_that_is_not_there_cannot_be_made_an_admin() -> None:
    with pytest.raises(NotFound):
        await actions.grant_admin("nobody@example.com", {"STORE": "memory"})


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"STORE": "stone"}, r"STORE is wrong\. .*'stone'; there are: .*memory, mongo"),
        (
            {f"{name}_STORE": "stone" for name in ("PRODUCT", "USER", "CART", "ORDER")},
            r"[A-Z]+_STORE is wrong\. .*'stone'",
        ),
        (
            {f"{name}_STORE": "mongo://me:hush@there" for name in ("PRODUCT", "USER", "CART", "ORDER")},
            r"[A-Z]+_STORE is wrong\. .* as in mongo:mongodb://127\.0\.0\.1\.$",
        ),
        ({"STORE": "memory:here"}, r"STORE is wrong\. For the store memory, it is memory alone"),
        ({"CURRENCY": "dollars"}, r"A setting is wrong\. CURRENCY: String should match pattern"),
        ({"PORT": "http"}, r"A setting is wrong\. PORT: Input should be a valid integer"),
    ],
)
async def test_a_wrong_setting_is_told(environment: dict[str, str], sentence: str) -> None:
    for command in (actions.audit, actions.worker, partial(actions.grant_admin, "ada@example.com")):
        with pytest.raises(CommandFailed, match=sentence):
            await command(environment)
    with pytest.raises(CommandFailed, match=sentence):
        actions.check_settings({"SERVICE": "cart", **environment})


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("mongodb://me:hush@127.0.0.1:1/?tls=false", "127.0.0.1:1"),
        ("127.0.0.1:1", "127.0.0.1:1"),
        ("mongodb://me:hush@a.invalid,b.invalid/shop", "a.invalid,b.invalid"),
    ],
)
async def test_a_database_that_is_not_there_is_named_within_seconds_and_its_password_is_not(
    url: str, named: str
) -> None:
    async with asyncio.timeout(actions.DATABASE_SECONDS + 5):
        with pytest.raises(CommandFailed) as failed:
            await actions.check_database({"STORE": "mongo", "MONGO_URL": url})
    assert str(failed.value) == (f"MongoDB at {named} cannot be reached, or not be written to, within 3 s (MONGO_URL).")


async def test_the_database_that_is_looked_for_is_that_of_the_service() -> None:
    environment = {"SERVICE": "cart", "STORE": "memory", "CART_STORE": "mongo:mongodb://me:hush@127.0.0.1:1"}
    with pytest.raises(CommandFailed, match=r"^MongoDB at 127\.0\.0\.1:1 cannot be reached, .* \(CART_STORE\)\.$"):
        await actions.check_database(environment)
    with pytest.raises(CommandFailed, match=r"^A setting is wrong\. CART_STORE: not an address of MongoDB"):
        await actions.check_database({**environment, "CART_STORE": "mongo:http://hush"})


def test_an_unknown_publisher_is_told_before_the_order_service_starts() -> None:
    with pytest.raises(CommandFailed, match=r"^EVENT_PUBLISHER is wrong\. .*'pigeon'; there are: .*log, memory"):
        actions.check_settings({"SERVICE": "order", "STORE": "memory", "EVENT_PUBLISHER": "pigeon"})


@pytest.mark.parametrize("url", ["mongodb://me:h/ush@127.0.0.1:27017", "http://127.0.0.1", "mongodb://127.0.0.1:http"])
async def test_a_database_url_that_cannot_be_read_is_told_without_any_of_it(url: str) -> None:
    with pytest.raises(CommandFailed, match=r"^A setting is wrong\. MONGO_URL: not an address") as failed:
        await actions.check_database({"STORE": "mongo", "MONGO_URL": url})
    assert url not in str(failed.value)
    assert "ush" not in str(failed.value)


async def test_an_audit_that_reaches_nobody_says_where_it_asked() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))  # taken, so that nobody else answers there, and not listened at
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        with pytest.raises(CommandFailed, match=rf"Asked were {url} \(ORDER_URL\) and {url} \(PRODUCT_URL\)"):
            await actions.audit({"ORDER_URL": url, "PRODUCT_URL": url})


async def test_a_worker_works_until_it_is_cancelled() -> None:
    with own_logging():
        work = asyncio.create_task(actions.worker({"STORE": "memory", "WORKER_SECONDS": "0.01"}))
        await asyncio.sleep(0.1)
        assert not work.done()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work


async def test_the_command_runs_as_a_process() -> None:
    async with running((*SHOP, "--help"), {}) as shop:
        assert await shop.ends() == 0
    assert "shop tour" in shop.said
