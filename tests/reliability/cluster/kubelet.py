"""Probes of running processes as a kubelet makes them, and what it does about the answers."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpx

from tests.system.services import SERVICES, Process, Services

PERIOD, TIMEOUT = 0.5, 1.0
"""Seconds: shorter than those of the manifests, so that more of a short outage is seen."""
FAILURES = 3
"""In a row, and a process is started again."""


@dataclass(frozen=True, slots=True)
class Kubelet:
    """What it has seen: probes by path, those that failed by service and path, and restarts by service."""

    probes: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    restarts: Counter[str] = field(default_factory=Counter)
    restarted: asyncio.Event = field(default_factory=asyncio.Event)

    async def watch(self, name: str, url: str, process: Process) -> None:
        """For ever."""
        in_a_row = 0
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=TIMEOUT) as http:
            while True:
                alive, _ = await asyncio.gather(self._passes(http, name, "/livez"), self._passes(http, name, "/readyz"))
                in_a_row = 0 if alive else in_a_row + 1
                if in_a_row == FAILURES:
                    self.restarts[name] += 1
                    await process.kill()
                    await process.launch()
                    self.restarted.set()
                    in_a_row = 0
                await asyncio.sleep(PERIOD)

    async def _passes(self, http: httpx.AsyncClient, name: str, path: str) -> bool:
        self.probes[path] += 1
        passed = False
        with suppress(httpx.TransportError):
            passed = (await http.get(path)).status_code == 200
        if not passed:
            self.failed[f"{name} {path}"] += 1
        return passed


@asynccontextmanager
async def kubelet(shop: Services) -> AsyncIterator[Kubelet]:
    """Watches all services until the block ends."""
    it = Kubelet()
    watches = [asyncio.create_task(it.watch(name, shop.urls[name], shop.processes[name])) for name in SERVICES]
    try:
        yield it
    finally:
        for watch in watches:
            watch.cancel()
        results = await asyncio.gather(*watches, return_exceptions=True)
        assert all(isinstance(result, asyncio.CancelledError) for result in results), results
