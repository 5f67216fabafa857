"""Every pod of every service is replaced under load: nobody who is buying notices."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx

from tests.figures import Figure
from tests.reliability.cluster.rollout import REPLICAS, Cluster, cluster
from tests.reliability.cluster.shoppers import Shopper, Told, client
from tests.reliability.cluster.times import Times
from tests.system.services import ADMIN, PASSWORD, SERVICES

DEEP = bool(os.environ.get("DEEP"))
REQUESTS = 5_000 if DEEP else 200
SHOPPERS = 12 if DEEP else 6
SCALE = 0.2 if DEEP else 0.05
PRODUCTS = 5
MINUTES = 20 * 60


async def stocked(http: httpx.AsyncClient, it: Cluster) -> list[str]:
    """The ids of products of which there are plenty."""
    who = {"email": ADMIN, "password": PASSWORD}
    await http.post(f"{it.urls['user']}/v1/users", json={**who, "name": "An Admin"})
    token = (await http.post(f"{it.urls['user']}/v1/auth/login", json=who)).json()["access_token"]
    headers, ids = {"Authorization": f"Bearer {token}"}, []
    for number in range(PRODUCTS):
        price = {"amount": 100, "currency": "USD"}
        product = {"sku": f"P-{number}", "name": "A thing", "category": "Things", "price": price, "stock": 100_000}
        answer = await http.post(f"{it.urls['product']}/v1/products", json=product, headers=headers)
        assert answer.status_code == 201, answer.text
        ids.append(str(answer.json()["id"]))
    return ids


@asynccontextmanager
async def busy(shoppers: Sequence[Shopper], products: Sequence[str]) -> AsyncIterator[Told]:
    """Shoppers shop until the block ends, and each has come to the end of their round."""
    told, over = Told(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for shopper in shoppers:
            group.create_task(shopper.shop(products, told, over))
        try:
            yield told
        finally:
            over.set()


async def roll_out(it: Cluster) -> None:
    """Each pod is replaced, one of a service after the other; in CI all services at once, as a release does."""
    for _ in range(REPLICAS):
        if DEEP:
            for deployment in it.deployments.values():
                await it.replace(deployment, deployment.pods[0])
        else:
            await asyncio.gather(*(it.replace(each, each.pods[0]) for each in it.deployments.values()))


async def test_no_request_fails_while_every_pod_is_replaced_and_some_do_without_a_pre_stop(figure: Figure) -> None:
    async with asyncio.timeout(MINUTES), cluster(Times.of_the_manifests(SCALE)) as it, client() as http:
        products = await stocked(http, it)
        shoppers = [Shopper(http, it.urls, f"shopper-{number}@example.com") for number in range(SHOPPERS)]
        for shopper in shoppers:
            await shopper.register()
        async with busy(shoppers, products) as told:
            await roll_out(it)
        assert not told.failures, told.failures
        assert told.requests.total() >= REQUESTS
        assert sorted(it.ended) == sorted(SERVICES * REPLICAS)
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in told.requests.items())
        figure(
            f"Rolling restart of {REPLICAS} replicas of {len(SERVICES)} services under {SHOPPERS} shoppers: "
            f"{len(it.ended)} pods replaced, all ended with status 0; {told.requests.total():,} requests ({kinds}), "
            "0 failed"
        )
        async with busy(shoppers, products) as told:
            await it.replace(it.deployments["product"], it.deployments["product"].pods[0], pre_stop=0)
        assert told.failures, "Nobody missed a pod that had ended before anyone heard of it."
        figure(
            f"The same without preStop, one pod of the product service: {len(told.failures)} of "
            f"{told.requests.total():,} requests failed"
        )
