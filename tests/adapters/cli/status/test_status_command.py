"""`shop status` as it is typed: what it says, where it looks, how it ends."""

import asyncio
import fcntl
import json
import os
import pty
import signal
import struct
import termios
from pathlib import Path

from typer.testing import Result

from adapters.inbound.cli import local
from tests.adapters.cli.running import PATIENCE, ROOT, STAND_IN
from tests.adapters.cli.status.services import Service, busy, four, served
from tests.adapters.cli.test_commands import shop as typed

FAST = ("--every", "0.2")


def shop(*arguments: object, urls: dict[str, str] | None = None) -> Result:
    return typed(*arguments, does=None, **(urls or {}))


def test_its_help_teaches_by_example() -> None:
    text = shop("status", "--help").stdout
    for word in ("--once", "--json", "--every", "PRODUCT_URL", "For example", "shop status --once"):
        assert word in text
    assert "status" in shop("--help").stdout


def test_where_there_is_no_terminal_it_tells_once_how_the_shop_is(tmp_path: Path) -> None:
    services = four()
    busy(services)
    with served(*services.values()) as urls:
        done = shop("status", *FAST, "--data", tmp_path, urls=urls)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("Portico 1.2.3 ")
    assert "2 pending (oldest 1m15s)" in done.stdout
    assert "\x1b" not in done.stdout


def test_for_scripts_it_is_json(tmp_path: Path) -> None:
    services = four()
    busy(services)
    services["cart"].status = "draining"
    with served(*services.values()) as urls:
        done = shop("status", "--json", *FAST, "--data", tmp_path, urls=urls)
    told = json.loads(done.stdout)
    assert done.exit_code == 0
    states = [(service["name"], service["state"]) for service in told["services"]]
    assert states == [("product", "ready"), ("user", "ready"), ("cart", "draining"), ("order", "ready")]
    assert told["checkouts"]["outbox_events"] == 5
    assert 0.2 <= told["seconds"] < PATIENCE
    assert told["services"][0]["url"] == urls["PRODUCT_URL"]


def test_status_1_says_that_a_service_does_not_answer(tmp_path: Path) -> None:
    services = four()
    with services["user"].served() as gone:
        pass
    with served(*(service for service in services.values() if service.name != "user")) as urls:
        done = shop("status", "--once", *FAST, "--data", tmp_path, urls={**urls, "USER_URL": gone})
    assert done.exit_code == 1
    assert f"user at {gone}: nobody takes a connection" in done.stdout


def test_the_shop_that_runs_on_the_folder_is_meant(tmp_path: Path) -> None:
    with served(*four().values()) as urls, local.claimed(tmp_path) as publish:
        publish({"STORE": "memory", **urls})
        assert shop("status", "--json", *FAST, "--data", tmp_path).exit_code == 0


def test_without_a_shop_the_way_to_one_is_told(tmp_path: Path) -> None:
    done = shop("status", "--data", tmp_path)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(f"shop: No shop runs on {tmp_path}. Start one by `shop up`")


async def test_on_a_terminal_it_goes_on_until_q_is_typed(tmp_path: Path) -> None:
    services = four()
    with served(*services.values()) as urls:
        status, said, echoes = await _watched(b"xq", services, urls, tmp_path)
    assert status == 0
    assert "q ends" in said
    assert "\x1b[?1049h" in said
    assert "\x1b[?1049l" in said.rpartition("q ends")[2]
    assert echoes
    assert "xq" not in said


async def test_on_a_terminal_ctrl_c_ends_it_too(tmp_path: Path) -> None:
    services = four()
    with served(*services.values()) as urls:
        status, said, echoes = await _watched(signal.SIGINT, services, urls, tmp_path)
    assert (status, echoes) == (0, True)
    assert "Traceback" not in said


async def _watched(
    told: bytes | signal.Signals, services: dict[str, Service], urls: dict[str, str], data: Path
) -> tuple[int, str, bool]:
    """Types the keys or sends the signal as soon as a route is seen. The exit status, all that was drawn, and whether
    the terminal again shows what is typed.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = await asyncio.create_subprocess_exec(
        *STAND_IN, "status", *FAST, "--data", str(data),
        cwd=ROOT, env={**os.environ, "TERM": "xterm", **urls}, stdin=theirs, stdout=theirs, stderr=theirs,
        start_new_session=True,
    )  # fmt: skip
    said = b""
    os.set_blocking(ours, False)
    try:
        async with asyncio.timeout(PATIENCE):
            while b"GET /v1/products/{id}" not in said:
                said += await _read(ours)
                busy(services)
            if isinstance(told, bytes):
                os.write(ours, told)
            else:
                process.send_signal(told)
            while process.returncode is None:
                said += await _read(ours)
            said += await _read(ours)
        return process.returncode, said.decode(), bool(termios.tcgetattr(theirs)[3] & termios.ECHO)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        os.close(ours)
        os.close(theirs)


async def _read(number: int) -> bytes:
    await asyncio.sleep(0.02)
    try:
        return os.read(number, 65_536)
    except BlockingIOError:
        return b""
