"""Amazon SES on this machine: moto's server, started once a test process, and the environment that leads there."""

import atexit
import functools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from tests.database import free_port

SENDER, SHOP = "shop@example.com", "The shop <shop@example.com>"
STARTED_WITHIN = 60.0
_HTTP = httpx.Client(trust_env=False, timeout=30)


@functools.cache
def aws_url() -> str:
    """The address of the server, which ends with the test process."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    log = tempfile.TemporaryFile()  # noqa: SIM115 - for as long as the process lives
    atexit.register(log.close)
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=log, stderr=log)
    atexit.register(server.wait)
    atexit.register(server.kill)
    deadline = time.monotonic() + STARTED_WITHIN
    while server.poll() is None and time.monotonic() < deadline:
        try:
            _HTTP.get(f"{url}/moto-api/data.json").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return url
    log.seek(0)
    raise RuntimeError(f"moto's server did not start: {log.read().decode()}")


@contextmanager
def environment(url: str, **more: str) -> Iterator[None]:
    """Meanwhile this process's AWS is at that address, and whatever the machine knows of another is out of reach."""
    before = dict(os.environ)
    os.environ.update({**environ(url), **more})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def environ(url: str) -> Mapping[str, str]:
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "made-up",
        "AWS_SECRET_ACCESS_KEY": "made-up",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": "127.0.0.1",
    }


def verified(url: str) -> None:
    """From now on SES has sent nothing, and knows `SENDER` to be ours."""
    _HTTP.post(f"{url}/moto-api/reset").raise_for_status()
    headers = {"Authorization": "AWS4-HMAC-SHA256 Credential=made/20260101/eu-central-1/ses/aws4_request"}
    answer = _HTTP.post(f"{url}/v2/email/identities", json={"EmailIdentity": SENDER}, headers=headers)
    answer.raise_for_status()


def sent(url: str) -> list[Mapping[str, Any]]:
    """What SES was given to send, with `source`, `destinations`, `subject` and `body`."""
    found: list[Mapping[str, Any]] = _HTTP.get(f"{url}/moto-api/data.json").json()["ses"]["Message"]
    return found
