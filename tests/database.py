"""The database that tests run against: a server named by MONGO_URL, else SecantusDB started once a test process."""

import atexit
import functools
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

STARTED_WITHIN = 30.0


@functools.cache
def mongo_url() -> str:
    """The address of a running server, which ends with the test process; skips the test if there is none to be had."""
    given = os.environ.get("MONGO_URL")
    if given:
        return given
    folder = tempfile.TemporaryDirectory(prefix="portico-tests-")
    server = secantus(free_port(), Path(folder.name))
    url = server.__enter__()
    atexit.register(folder.cleanup)
    atexit.register(server.__exit__, None, None, None)
    return url


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def secantus(port: int, folder: Path) -> Iterator[str]:
    """Runs SecantusDB over the data in `folder`, and gives its address once it answers."""
    with secantus_process(port, folder):
        yield secantus_url(port)


def secantus_url(port: int) -> str:
    return f"mongodb://127.0.0.1:{port}/?directConnection=true&retryWrites=false"


@contextmanager
def secantus_process(port: int, folder: Path, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """The process of SecantusDB over the data in `folder`, once it answers; killed with the block."""
    program = Path(sys.executable).parent / "secantusd-py"
    if not program.exists():
        pytest.skip("SecantusDB is not installed")
    log = folder / "log"
    command = [program, "--host", "127.0.0.1", "--port", port, "--storage-path", folder / "data"]
    with log.open("ab") as output:
        server = subprocess.Popen(
            [*map(str, command), "--log-level", "WARNING", *options], stdout=output, stderr=output
        )
    try:
        _wait_until_it_answers(server, port, log)
        yield server
    finally:
        server.kill()
        server.wait()


def _wait_until_it_answers(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + STARTED_WITHIN
    while server.poll() is None and time.monotonic() < deadline:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"SecantusDB did not start: {log.read_text()}")
