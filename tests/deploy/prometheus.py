"""A real Prometheus of the test's own, which scrapes a running shop each second and works the rules out."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.deploy.monitoring import groups, write
from tests.system.services import Process, free_ports

JOB = "portico"
NAMESPACE = "ecommerce"
EVERY = "1s"


@dataclass(frozen=True, slots=True)
class Prometheus:
    """Answers PromQL."""

    http: httpx.AsyncClient

    async def ask(self, expression: str) -> list[Any]:
        """The series that an expression has now; fails where it is none."""
        answer = await self.http.get("/api/v1/query", params={"query": expression})
        assert answer.status_code == 200, f"{expression}: {answer.text}"
        series: list[Any] = answer.json()["data"]["result"]
        return series

    async def rules(self) -> list[dict[str, Any]]:
        """As it tells of them."""
        found = (await self.http.get("/api/v1/rules")).json()["data"]["groups"]
        return [rule for group in found for rule in group["rules"]]

    async def targets(self) -> dict[str, str]:
        """How each service was found at the last scrape: up, down, or unknown."""
        found = (await self.http.get("/api/v1/targets")).json()["data"]["activeTargets"]
        return {target["labels"]["service"]: target["health"] for target in found}


@asynccontextmanager
async def prometheus(folder: Path, urls: Mapping[str, str]) -> AsyncIterator[Prometheus]:
    """Scrapes the services at `urls`, with the labels that the PodMonitor gives them; ended with the block."""
    program = shutil.which("prometheus")
    if program is None:
        pytest.skip("prometheus is not installed: it is a package of Debian's")
    often = [group | {"interval": EVERY} for group in groups()]
    scraped = [
        {"targets": [urlsplit(url).netloc], "labels": {"namespace": NAMESPACE, "service": name, "pod": f"{name}-0"}}
        for name, url in urls.items()
    ]
    configuration = {
        "global": {"scrape_interval": EVERY, "scrape_timeout": EVERY, "evaluation_interval": EVERY},
        "rule_files": [str(write(folder, often))],
        "scrape_configs": [{"job_name": JOB, "static_configs": scraped}],
    }
    (folder / "prometheus.yaml").write_text(json.dumps(configuration), "utf-8")
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    command = (
        program,
        f"--config.file={folder / 'prometheus.yaml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=error",
    )
    process = Process(command, {}, lambda: _is_ready(url))
    try:
        await process.start()
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=30) as http:
            yield Prometheus(http)
        await process.end()
    finally:
        await process.kill()


async def _is_ready(url: str) -> bool:
    with suppress(httpx.TransportError):
        async with httpx.AsyncClient(trust_env=False) as http:
            return (await http.get(f"{url}/-/ready")).status_code == 200
    return False


async def unanswered(prometheus: Prometheus, expressions: set[str], *, seconds: float) -> set[str]:
    """Those that have no series, though they had `seconds` to get some."""
    left = set(expressions)
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while left:
                left = {each for each in left if not await prometheus.ask(each)}
                await asyncio.sleep(0.5)
    return left
