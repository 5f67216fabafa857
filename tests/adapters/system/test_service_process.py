"""A service process keeps to itself what is nobody's business, when it runs and when it cannot."""

import asyncio
import json
import os
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from adapters.outbound.console.mail import MARK
from tests.database import free_port, mongo_url

ROOT = Path(__file__).parents[3]
PATIENCE = 60
LOCKED = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nQ0FOQVJZ\n-----END ENCRYPTED PRIVATE KEY-----"


@asynccontextmanager
async def service(environment: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process with these settings and no others; killed at the end if it still runs."""
    named = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "adapters.bootstrap.asgi"),
        cwd=ROOT,
        env=named | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()


async def output(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    return (await process.stdout.read()).decode()


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("SIGNING_KEYS", LOCKED, "user: A signing key cannot be read"),
        ("SIGNING_KEYS", "CANARY", "user: There is no PEM private key."),
        ("SIGNING_KEYS_FILE", "/nowhere/keys", "user: SIGNING_KEYS_FILE, /nowhere/keys, cannot be read: "),
        ("SIGNING_KEYS_FILE", "/dev/null", "user: SIGNING_KEYS_FILE, /dev/null: There is no PEM private key."),
        ("SERVICE_KEY", LOCKED, "user: SERVICE_KEY: The key of a service cannot be read"),
        ("PEER_KEYS", "order=CANARY", "user: PEER_KEYS: Word 1 is not name=key"),
        ("BOOTSTRAP_ADMIN_EMAIL", "CANARY", "BOOTSTRAP_ADMIN_EMAIL: "),
        ("REQUEST_SECONDS", "inf", "REQUEST_SECONDS: "),
        ("MONGO_URL", "mongodb://user:CAN/ARY@127.0.0.1/", "user: MONGO_URL: "),
        ("STORE", "clay\ntablets", "user: STORE is wrong. There is no "),
        ("USER_STORE", "clay:CANARY", "user: USER_STORE is wrong. There is no user adapter 'clay'; there are: "),
        ("USER_STORE", "memory:CANARY", "user: USER_STORE is wrong. For the store memory, "),
        ("USER_STORE", "mongo:mongodb://user:CAN/ARY@127.0.0.1/", "user: USER_STORE: not an address of MongoDB"),
    ],
)
async def test_a_wrong_setting_ends_a_process_with_one_line_that_echoes_no_secret(
    variable: str, value: str, says: str
) -> None:
    settings = {"SERVICE": "user", "STORE": "mongo", variable: value}
    async with asyncio.timeout(PATIENCE), service(settings) as process:
        said = await output(process)
        assert await process.wait() == 1
    assert said.startswith(says)
    assert said.count("\n") == 1
    assert not any(secret in said for secret in ("CANARY", "CAN/ARY", "Q0FOQVJZ"))


async def test_no_level_of_logging_writes_down_who_registers_and_their_hash() -> None:
    port = free_port()
    settings = {"SERVICE": "user", "PORT": str(port), "LOG_LEVEL": "DEBUG", "BCRYPT_COST": "4"}
    database = {"STORE": "mongo", "MONGO_URL": mongo_url(), "MONGO_DATABASE": f"process_{uuid.uuid4().hex}"}
    async with asyncio.timeout(PATIENCE), service(settings | database) as process:
        said = asyncio.create_task(output(process))
        account = {"email": "canary@example.com", "password": "correct horse", "name": "Canary"}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=PATIENCE) as http:
            await _ready(http)
            assert (await http.post("/v1/users", json=account)).status_code == 201
            signed_in = await http.post("/v1/auth/login", json={name: account[name] for name in ("email", "password")})
            assert signed_in.status_code == 200
        process.terminate()
        assert await process.wait() == 0
        log = await said
    lines = [json.loads(line) for line in log.splitlines() if not line.startswith(MARK)]
    assert {"INFO", "DEBUG"} <= {line["log.level"] for line in lines}
    for secret in ("canary@example.com", "Canary", "$2b$", "correct horse", signed_in.json()["refresh_token"]):
        assert secret not in log


async def _ready(http: httpx.AsyncClient) -> None:
    while True:
        try:
            if (await http.get("/readyz")).status_code == 200:
                return
        except httpx.TransportError:
            pass  # not listening yet
        await asyncio.sleep(0.05)
