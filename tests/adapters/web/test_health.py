"""Start and end: resources, and what the probes say meanwhile."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from httpx import ASGITransport, AsyncClient

from tests.adapters.web.sample import sample_app, started


@asynccontextmanager
async def resource(name: str, log: list[str]) -> AsyncIterator[None]:
    log.append(f"{name} up")
    try:
        yield
    finally:
        log.append(f"{name} down")


class Unreachable(AbstractAsyncContextManager[None]):
    async def __aenter__(self) -> None:
        raise ConnectionError

    async def __aexit__(self, *_: object) -> None: ...


async def test_resources_are_entered_in_order_and_left_in_reverse() -> None:
    log: list[str] = []
    async with started(sample_app(resources=[resource("database", log), resource("worker", log)])):
        assert log == ["database up", "worker up"]
    assert log == ["database up", "worker up", "worker down", "database down"]


async def test_a_resource_that_fails_to_start_lets_the_earlier_ones_go() -> None:
    log: list[str] = []

    app = sample_app(resources=[resource("database", log), Unreachable()])
    with pytest.raises(ConnectionError):
        await app.router.lifespan_context(app).__aenter__()
    assert log == ["database up", "database down"]


async def test_ready_is_only_who_has_started_and_does_not_drain() -> None:
    app = sample_app()
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:

        async def status() -> tuple[int, str]:
            response = await client.get("/readyz")
            assert (await client.get("/livez")).json() == {"status": "ok"}
            assert (await client.get("/health")).json()["status"] == response.json()["status"]
            return response.status_code, response.json()["status"]

        assert await status() == (503, "starting")
        async with app.router.lifespan_context(app):
            assert await status() == (200, "ok")
            app.state.draining = True
            assert await status() == (503, "draining")


async def test_readiness_ends_before_any_resource_does() -> None:
    seen: list[bool] = []

    @asynccontextmanager
    async def watcher() -> AsyncIterator[None]:
        yield
        seen.append(app.state.draining)

    app = sample_app(resources=[watcher()])
    async with started(app):
        assert not app.state.draining
    assert seen == [True]


async def test_whoever_drains_still_serves() -> None:
    app = sample_app()
    async with started(app) as client:
        app.state.draining = True
        assert (await client.get("/v1/gadgets")).status_code == 200


async def test_health_says_what_runs_here() -> None:
    async with started(sample_app()) as client:
        response = await client.get("/health")
    assert response.json() == {"status": "ok", "service": "sample", "version": "1.2.3"}
    assert response.headers["cache-control"] == "no-store"
