"""AWS Lambda's own runtime with a function of ours in it: the emulator of its interface, and `awslambdaric`."""

import json
import os
import platform
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from adapters.bootstrap.aws_lambda.local import INVOCATIONS
from tests.architecture.source import ROOT
from tests.aws_lambda.events import Got, Sent, got, http_api
from tests.database import free_port

SECONDS = 20
_OF_THE_EMULATOR = re.compile(r"\d\d \w{3} \d{4} \S+ \[\w+\] \(rapid\) |(START|END|REPORT) RequestId: ")
_TRIES = 200


def emulator() -> Path:
    """AWS's program, which comes with `make sam`; skips the test where there is none."""
    venv = Path(os.environ.get("SAM", ROOT / ".venv-sam"))
    name = f"aws-lambda-rie-{'arm64' if platform.machine() in ('aarch64', 'arm64') else 'x86_64'}"
    found = [*venv.glob(f"lib/python*/site-packages/samcli/local/rapid/{name}")]
    if sys.platform != "linux" or not found:
        pytest.skip("the emulator of Lambda's runtime is not here: `make sam` brings it, and it runs on Linux alone")
    return found[0]


class Runtime:
    """A running one. It starts the function's process by itself, at the first invocation."""

    def __init__(self, process: subprocess.Popen[bytes], url: str, log: Path) -> None:
        self._process = process
        self._url = url
        self._log = log

    def invoke(self, event: object) -> Any:
        """The function's answer; that of the runtime where the function raised."""
        request = urllib.request.Request(self._url, json.dumps(event).encode())  # noqa: S310 - http, to this machine
        with urllib.request.urlopen(request, timeout=SECONDS + 10) as answer:  # noqa: S310 - likewise
            return json.load(answer)

    def ask(self, target: str, *, method: str = "GET", body: object = None, token: str = "") -> Got:
        """What a caller of API Gateway gets."""
        headers = [("content-type", "application/json")] if body is not None else []
        headers += [("authorization", f"Bearer {token}")] if token else []
        content = b"" if body is None else json.dumps(body).encode()
        return got(self.invoke(http_api(Sent(method=method, target=target, headers=headers, body=content))))

    @property
    def pid(self) -> int:
        """Of the one process that the function has."""
        threads = Path(f"/proc/{self._process.pid}/task").iterdir()
        (pid,) = (child for thread in threads for child in (thread / "children").read_text().split())
        return int(pid)

    @property
    def sockets(self) -> int:
        """How many the function's process has open."""
        links = [each.readlink() for each in Path(f"/proc/{self.pid}/fd").iterdir()]
        return sum(link.name.startswith("socket:") for link in links)

    @property
    def said(self) -> Sequence[str]:
        """What the function wrote, line by line: all that is not the emulator's."""
        return [line for line in self._log.read_text().splitlines() if line and not _OF_THE_EMULATOR.match(line)]

    @property
    def told(self) -> Sequence[dict[str, Any]]:
        """The lines of its log. Raises: ValueError, if one is no JSON."""
        return [line for line in map(json.loads, self.said) if "_aws" not in line]

    @property
    def measured(self) -> Sequence[dict[str, Any]]:
        """The lines that CloudWatch makes metrics of. Raises: likewise."""
        return [line for line in map(json.loads, self.said) if "_aws" in line]


@contextmanager
def runtime(handler: str, environ: Mapping[str, str], folder: Path) -> Iterator[Runtime]:
    """One that runs the handler, and ends with the block, as does the function."""
    port, log = free_port(), folder / f"{handler.split('.')[-2]}-{free_port()}.log"
    addresses = ["--runtime-interface-emulator-address", f"127.0.0.1:{port}"]
    addresses += ["--runtime-api-address", f"127.0.0.1:{free_port()}"]
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "AWS_LAMBDA_FUNCTION_NAME": "portico-test",
        "AWS_LAMBDA_FUNCTION_VERSION": "7",
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(SECONDS),
        **environ,
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [emulator(), *addresses, sys.executable, "-m", "awslambdaric", handler],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        _listens(process, port, log)
        yield Runtime(process, f"http://127.0.0.1:{port}{INVOCATIONS}", log)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _listens(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Once it does; a request that is no invocation begins none."""
    for _ in range(_TRIES):
        assert process.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/nothing", timeout=1).close()
        except urllib.error.HTTPError as error:
            error.close()
            return
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError(log.read_text())
