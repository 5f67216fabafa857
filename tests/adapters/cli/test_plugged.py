"""The command `shop` with its real actions plugged in, as far as they need no running shop."""

import asyncio
import json
from pathlib import Path

import pytest

from adapters.bootstrap import actions
from adapters.inbound.cli.errors import CommandFailed
from core.shared.errors import NotFound
from tests.adapters.cli.running import running
from tests.system.test_shop_up import SHOP


def test_openapi_writes_each_services_document(tmp_path: Path) -> None:
    written = actions.openapi(tmp_path / "new" / "folder")
    assert [path.name for path in written] == ["product.json", "user.json", "cart.json", "order.json"]
    for path, route in zip(written, ["/v1/products", "/v1/users", "/v1/cart", "/v1/orders"], strict=True):
        assert route in json.loads(path.read_text())["paths"]


async def test_an_account_that_is_not_there_cannot_be_made_an_admin() -> None:
    with pytest.raises(NotFound):
        await actions.grant_admin("nobody@example.com", {"STORE": "memory"})


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"STORE": "stone"}, r"STORE is wrong\. .*'stone'; there are: memory, mongo"),
        ({"CURRENCY": "dollars"}, r"A setting is wrong\. (?s:.)*currency"),
        ({"PORT": "http"}, r"A setting is wrong\. (?s:.)*port"),
    ],
)
async def test_a_wrong_setting_is_told(environment: dict[str, str], sentence: str) -> None:
    for command in (
        actions.audit(environment),
        actions.worker(environment),
        actions.grant_admin("ada@example.com", environment),
    ):
        with pytest.raises(CommandFailed, match=sentence):
            await command


async def test_a_worker_works_until_it_is_cancelled() -> None:
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
