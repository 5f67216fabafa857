"""Without a database requests are refused and no process is started again; with it all comes right by itself."""

import asyncio
import os
from pathlib import Path

from adapters.bootstrap.settings import Settings
from tests.figures import Figure
from tests.reliability.cluster.kubelet import kubelet
from tests.reliability.cluster.outage import refused, requests, served
from tests.reliability.processes.race import race
from tests.system.services import ADMIN, PATIENCE, SERVICES, Process, services

ANXIOUS = "tests.reliability.cluster.anxious"
SECONDS = 60.0 if os.environ.get("DEEP") else 4.0
SEED = int(os.environ.get("SEED", "1"))
REQUEST_SECONDS: float = Settings.model_fields["request_seconds"].default


async def stand_still(database: Process) -> None:
    database.stop()


async def go_on(database: Process) -> None:
    database.go_on()


WAYS = {"standing still": (stand_still, go_on), "killed": (Process.kill, Process.start)}


async def test_without_a_database_all_is_refused_nothing_restarts_and_nothing_is_lost(
    tmp_path: Path, figure: Figure
) -> None:
    environ = {"LOG_LEVEL": "ERROR"}
    async with services("mongo", data=tmp_path, environ=environ) as shop, kubelet(shop) as watched:
        pids, database = shop.pids, shop.processes["database"]
        asked = await requests(shop, ADMIN)
        told = []

        async def outages() -> None:
            for way, (away, back) in WAYS.items():
                await away(database)
                answers = await refused(asked, SECONDS)
                await back(database)
                recovered = await served(asked)
                assert not answers.wrong, answers.wrong
                assert answers.slowest <= REQUEST_SECONDS
                told.append(
                    f"database {way} for {SECONDS:.0f} s: {answers.statuses[503]} of {answers.statuses.total()} "
                    f"requests answered 503, the slowest after {answers.slowest:.1f} s, all served "
                    f"{recovered:.1f} s after it was back"
                )

        it = await race(shop, seed=SEED, rounds=1, meanwhile=outages)
        assert not it.violations, "\n".join(it.violations)
        assert not watched.failed, watched.failed
        assert shop.pids == pids
    figure(
        f"{'; '.join(told)}; {watched.probes.total()} probes, 0 failed, 0 of {len(SERVICES)} processes restarted; "
        f"{it.orders} orders of customers who retried, 0 violations"
    )


async def test_a_service_whose_probes_ask_the_database_is_not_ready_and_restarted(
    tmp_path: Path, figure: Figure
) -> None:
    modules = {"product": ANXIOUS}
    async with services("mongo", data=tmp_path, modules=modules, environ={"LOG_LEVEL": "ERROR"}) as shop:
        before, database = shop.pids, shop.processes["database"]
        async with asyncio.timeout(PATIENCE), kubelet(shop) as watched:
            database.stop()
            await watched.restarted.wait()
        database.go_on()
        assert {name for name in SERVICES if shop.pids[name] != before[name]} == {"product"}
        assert watched.failed.keys() == {"product /livez", "product /readyz"}
        await shop.processes["product"].ready()
    figure(f"The same with probes of the product service that ask the database: {watched.restarts.total()} restart")
