"""Whoever follows docs/adapters.md to the letter has a storage that keeps its contract, and a shop that runs on it."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from tests.adapters.cli.running import PATIENCE, Running, closed, free_ports, running
from tests.system.test_shop_up import QUICK, SHOP

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "adapters.md"
OF_STORES = (
    "tests/adapters/test_stores.py",
    "tests/adapters/test_registry.py",
    "tests/adapters/test_product_races.py",
    "tests/adapters/test_product_search.py",
    "tests/adapters/cli/test_adapters.py",
    "tests/adapters/cli/test_plan.py",
    "tests/adapters/cli/test_plugged.py",
    "tests/architecture/test_import_contracts.py",
    "tests/adapters/test_contracts.py::test_every_port_has_a_suite",
    "tests/adapters/test_contracts.py::test_every_adapter_is_in_the_suite_of_its_port",
)
"""The other tests that look at the registry or at what is in it: a new line there must not break them."""
MONGO_LINE = '            "mongo": "adapters.outbound.mongo.product:MongoProductStore",\n'


def blocks(language: str) -> list[str]:
    """The page's blocks of code under "Add a storage"."""
    section = PAGE.read_text("utf-8").partition("## Add a storage\n")[2].partition("\n## ")[0]
    return re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)


def checkout(folder: Path) -> Path:
    """A copy of all that is in this checkout, committed or not, but for what is ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def as_typed(command: str) -> str:
    """With this environment's programs in place of those that a checkout has."""
    return command.replace(".venv/bin/shop", " ".join(SHOP)).replace(".venv/bin/python", sys.executable)


def typed(command: str, folder: Path) -> str:
    """What a command of the page says, which must end well."""
    environment = {name: value for name, value in os.environ.items() if not name.endswith("STORE")}
    done = subprocess.run(
        ["bash", "-c", as_typed(command)], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


@asynccontextmanager
async def opened(command: str, folder: Path, base: int, gateway: int) -> AsyncIterator[Running]:
    """The shop as the page opens it, with ports of its own, and without a database beside it."""
    ports = f"--base-port {base} --gateway-port {gateway}"
    line = f"exec env {as_typed(command)} --store memory {ports}"
    async with running(("bash", "-c", line), QUICK, cwd=folder) as shop:
        await shop.says("The shop is open.")
        yield shop
        assert await shop.ends(signal.SIGTERM) == 0
    await closed(*range(base, base + 5), gateway)


@asynccontextmanager
async def admin_of(gateway: int) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{gateway}", trust_env=False, timeout=PATIENCE) as http:
        sign_in = {"email": "admin@example.com", "password": QUICK["SHOP_DEMO_PASSWORD"]}
        login = await http.post("/v1/auth/login", json=sign_in)
        http.headers["Authorization"] = f"Bearer {login.json()['access_token']}"
        yield http


def registered(folder: Path, line: str) -> None:
    """The line in the registry, below the one of MongoDB's store of products."""
    registry = folder / "adapters" / "bootstrap" / "registry.py"
    text = registry.read_text("utf-8")
    assert text.count(MONGO_LINE) == 1
    registry.write_text(text.replace(MONGO_LINE, MONGO_LINE + line), "utf-8")


async def test_the_page_leads_to_a_storage_that_keeps_its_contract_and_a_shop_that_runs_on_it(
    tmp_path: Path, figure: Callable[[str], None]
) -> None:
    copy, suite, look_and_open = blocks("sh")
    (line,) = blocks("python")
    look, up = look_and_open.splitlines()
    folder, began = checkout(tmp_path / "checkout"), time.perf_counter()
    file = folder / ".shop" / "shop.db"

    typed(copy, folder)
    registered(folder, line)
    tried = typed(suite, folder)
    (passed,) = re.findall(r"(\d+) passed", tried)
    assert int(passed) > 80, tried
    assert not re.search(r"failed|error|skipped", tried), tried
    assert re.search(r"product +Products, Stocks +memory, mongo, sqlite +mongo, by STORE\n", typed(look, folder))
    typed(f".venv/bin/python -m mypy --cache-dir {tmp_path / 'mypy'} adapters/outbound/sqlite", folder)
    typed(".venv/bin/python -m ruff check adapters/outbound/sqlite adapters/bootstrap/registry.py", folder)

    typed(f".venv/bin/python -m pytest -p no:schemathesis {' '.join(OF_STORES)}", folder)

    base, gateway = free_ports()
    async with opened(up, folder, base, gateway) as shop, admin_of(gateway) as http:
        assert "Seeded 72 demo products and two accounts." in shop.said
        assert f"answers on http://127.0.0.1:{base}, keeps its data in sqlite at {file}\n" in shop.said
        (mug, *_) = (await http.get("/v1/products", params={"q": "mug", "sort": "price"})).json()["items"]
        renamed = await http.patch(
            f"/v1/products/{mug['id']}", json={"name": "Zebra beaker"}, headers={"If-Match": '"1"'}
        )
        assert renamed.status_code == 200, renamed.text
        await http.post("/v1/cart/items", json={"product_id": mug["id"], "quantity": 2})
        order = await http.post("/v1/orders", json={})
        assert order.status_code == 201, order.text
    assert file.stat().st_size > 0
    async with opened(up, folder, base, gateway), admin_of(gateway) as http:
        found = (await http.get("/v1/products", params={"q": "zebra bea"})).json()["items"]
        assert [(it["id"], it["name"], it["version"]) for it in found] == [(mug["id"], "Zebra beaker", 2)]
        assert found[0]["available"] == mug["available"] - 2
        assert (await http.get("/v1/products", params={"limit": 1, "in_stock": True})).status_code == 200
    figure(f"a storage by the page: {passed} facts kept, and a shop on it, in {time.perf_counter() - began:.0f} s")
