"""`shop up` with small processes in place of the shop's: how it starts, what it shows, and how it ends."""

import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.adapters.cli.running import PATIENCE, ROOT, STAND_IN, closed, free_ports, opened, running

EMPTY = {"MONGO_URL": "", "SHOP_DATA": ""}


def up(data: Path, base: int, gateway: int, *options: str) -> tuple[str, ...]:
    ports = ("--base-port", str(base), "--gateway-port", str(gateway))
    return (*STAND_IN, "up", "--store", "memory", "--no-seed", "--data", str(data), *ports, *options)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_it_shows_every_address_and_ends_everything_when_told(ending: signal.Signals, tmp_path: Path) -> None:
    base, gateway = free_ports()
    async with running(up(tmp_path, base, gateway), EMPTY) as shop:
        await shop.says("The shop is open.")
        for name, port in (("product", base), ("user", base + 1), ("cart", base + 2), ("order", base + 3)):
            assert f"http://127.0.0.1:{port}" in shop.said
            assert f"http://127.0.0.1:{gateway}/docs/{name} " in shop.said
        assert str(tmp_path) in shop.said
        assert await shop.ends(ending) == 0
    assert shop.said.endswith("The shop has ended.\n")
    await closed(*range(base, base + 5), gateway)
    assert (tmp_path / "secrets.json").exists()


async def status(shop: asyncio.subprocess.Process) -> int:
    """How it ended; a shop that does not end is killed."""
    try:
        return await asyncio.wait_for(shop.wait(), PATIENCE)
    except TimeoutError:
        shop.kill()
        raise


async def test_it_says_what_it_forgets_and_warns_of_what_would_not_fit_together(tmp_path: Path) -> None:
    base, gateway = free_ports()
    kept = {"ORDER_STORE": "mongo:mongodb://127.0.0.1"}
    async with running(up(tmp_path, base, gateway), {**EMPTY, **kept}) as shop:
        await shop.says("The shop is open.")
        assert await shop.ends(signal.SIGTERM) == 0
    assert shop.said.startswith("The orders will be kept, and the products be forgotten: ")
    assert "Ctrl-C ends it; the products, accounts and carts are forgotten, the rest is kept.\n" in shop.said


@pytest.mark.parametrize("waits_for", ["Starting", "The shop is open."])
async def test_a_closed_terminal_ends_everything(waits_for: str, tmp_path: Path) -> None:
    base, gateway = free_ports()
    terminal, end = os.openpty()
    shop = await asyncio.create_subprocess_exec(
        *up(tmp_path, base, gateway),
        cwd=ROOT,
        env={**os.environ, **EMPTY, "TERM": "xterm", "COLUMNS": "200"},
        stdin=end,
        stdout=end,
        stderr=end,
        start_new_session=True,
    )
    os.close(end)
    said = ""
    while waits_for not in said:
        said += (await asyncio.to_thread(os.read, terminal, 4096)).decode()
    os.close(terminal)
    shop.send_signal(signal.SIGHUP)
    assert await status(shop) == 0
    await closed(*range(base, base + 5), gateway)


async def test_what_reads_its_output_may_end_before_it(tmp_path: Path) -> None:
    base, gateway = free_ports()
    reader, writer = os.pipe()
    shop = await asyncio.create_subprocess_exec(
        *up(tmp_path, base, gateway), cwd=ROOT, env={**os.environ, **EMPTY}, stdout=writer, stderr=writer
    )
    os.close(reader)
    os.close(writer)
    await opened(gateway)
    shop.send_signal(signal.SIGTERM)
    assert await status(shop) == 0
    await closed(*range(base, base + 5), gateway)


async def test_a_process_that_dies_is_named_with_its_last_words_and_the_rest_ends(tmp_path: Path) -> None:
    base, gateway = free_ports()
    async with running(up(tmp_path, base, gateway), EMPTY) as shop:
        await shop.says("The shop is open.")
        async with httpx.AsyncClient(trust_env=False) as http:
            with suppress(httpx.TransportError):
                await http.get(f"http://127.0.0.1:{base + 3}/fail")
        assert await shop.ends() == 1
    assert "The last lines of order:\n" in shop.said
    assert "    order | the last words of order\n" in shop.said
    assert shop.said.endswith("shop: order ended by itself (exit status 9).\n")
    await closed(*range(base, base + 5), gateway)


async def test_with_restart_it_is_started_again(tmp_path: Path) -> None:
    base, gateway = free_ports()
    async with running(up(tmp_path, base, gateway, "--restart"), EMPTY) as shop:
        await shop.says("The shop is open.")
        shop.said = ""
        async with httpx.AsyncClient(trust_env=False) as http:
            with suppress(httpx.TransportError):
                await http.get(f"http://127.0.0.1:{base + 2}/fail")
            await shop.says("cart     ended by itself (exit status 9); starting it again in 0.5 s")
            await shop.says("cart     ready after")
            assert (await http.get(f"http://127.0.0.1:{base + 2}/readyz")).status_code == 200
        assert await shop.ends(signal.SIGTERM) == 0


async def test_verbose_shows_what_each_process_writes(tmp_path: Path) -> None:
    base, gateway = free_ports()
    async with running(up(tmp_path, base, gateway, "--verbose"), EMPTY) as shop:
        await shop.says("The shop is open.")
        assert await shop.ends(signal.SIGTERM) == 0
    assert "  product | [" in shop.said
    assert "  gateway | [" in shop.said
    assert (tmp_path / "logs" / "product.log").read_text().startswith("[")


async def test_nothing_outlives_a_shop_that_is_killed_and_the_next_one_starts(tmp_path: Path) -> None:
    base, gateway = free_ports()
    async with running(up(tmp_path, base, gateway), EMPTY) as shop:
        await shop.says("The shop is open.")
        assert await shop.ends(signal.SIGKILL) == -signal.SIGKILL
    await closed(*range(base, base + 5), gateway)
    async with running(up(tmp_path, base, gateway), EMPTY) as shop:
        await shop.says("The shop is open.")


async def test_a_second_shop_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    (base, gateway), (other_base, other_gateway) = free_ports(), free_ports()
    async with running(up(tmp_path, base, gateway), EMPTY) as shop:
        await shop.says("The shop is open.")
        async with running(up(tmp_path, other_base, other_gateway), EMPTY) as second:
            assert await second.ends() == 1
        sentence = (
            f"shop: A shop already runs on {tmp_path}. End it first; or, to run another beside it, choose a folder and"
            " ports by --data, --base-port and --gateway-port.\n"
        )
        assert second.said == sentence
        async with running(up(tmp_path, base, gateway), EMPTY) as same:
            assert await same.ends() == 1
        assert same.said == sentence


async def test_without_the_embedded_database_the_ways_out_are_told(tmp_path: Path) -> None:
    base, gateway = free_ports()
    command = [word if word != "memory" else "mongo" for word in up(tmp_path, base, gateway)]
    async with running(command, EMPTY) as shop:
        assert await shop.ends() == 1
    assert "(SecantusDB) is not installed here" in shop.said
    assert "--store memory" in shop.said


async def test_secrets_of_the_environment_win_and_the_gateway_has_none(tmp_path: Path) -> None:
    base, gateway = free_ports()
    async with running(up(tmp_path, base, gateway), {**EMPTY, "PASSWORD_PEPPER": "mine"}) as shop:
        await shop.says("The shop is open.")
        product, door = ((tmp_path / "logs" / f"{name}.log").read_text() for name in ("product", "gateway"))
        published = (tmp_path / "running.json").read_text()
    for secret in ("SERVICE_KEY", "PASSWORD_PEPPER"):
        assert (secret in product, secret in door) == (True, False)
    assert "PEER_KEYS" in published
    assert not any(secret in published for secret in ("PASSWORD_PEPPER", "mine", "SIGNING_KEYS", "SERVICE_KEY"))
    assert os.environ.get("PASSWORD_PEPPER") is None
