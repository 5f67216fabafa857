"""No metric is dead: each is on the page with its kind and labels, and is moved by something that happens to a shop."""

import asyncio
from collections.abc import Collection

import httpx
from prometheus_client.metrics import MetricWrapperBase

from adapters.telemetry.prometheus import LoopHistogram, PrometheusMetrics
from adapters.telemetry.reading import Values, read
from tests.database import free_port
from tests.security.matrix.cast import Visitor
from tests.security.matrix.scene import Scene
from tests.security.shops import PASSWORD
from tests.system.services import PATIENCE
from tests.telemetry.contract import family_of, of_attributes, of_metrics
from tests.telemetry.labels import label_names
from tests.telemetry.observed import ObservedShop, observed_shop
from tests.telemetry.page import PAGE, Metric, read_page

LATER = "3600"
"""Seconds between rounds: what waits for one keeps waiting."""


def test_the_page_has_every_metric_with_its_kind_and_its_labels() -> None:
    made = {
        family.name: Metric(kind=family.type, labels=frozenset(label_names(each)))
        for each in vars(PrometheusMetrics(service="", version="")).values()
        if isinstance(each, MetricWrapperBase | LoopHistogram)
        for family in each.describe()
    }
    written = dict(read_page(PAGE.read_text("utf-8")).metrics)
    assert written.pop("portico_build") == Metric(kind="info", labels=frozenset({"service_name", "version"}))
    assert written == made


async def test_every_metric_is_moved_and_every_attribute_told_by_what_happens_to_a_shop() -> None:
    """But for what a database says that is well and refuses nothing."""
    page = read_page(PAGE.read_text("utf-8"))
    async with observed_shop("mongo", BCRYPT_COST="10", LOGIN_TRIES="1", WORKER_SECONDS=LATER) as shop:
        looks = await _trouble(shop)
    assert shop.told is not None
    looks += [samples for of in shop.told.looks.values() for samples in of]
    assert list(of_metrics(looks, page)) == []
    assert set(of_attributes(shop.told.spans, page)) <= {"no client span has db.response.status_code"}


async def test_a_metric_that_nothing_moves_is_told() -> None:
    page = read_page(PAGE.read_text("utf-8"))
    idle = read(PrometheusMetrics(service="order", version="1").text().decode())
    assert {family_of(name, page) for name in idle} - {None} >= {"portico_stock_units_held", "portico_build"}
    dead = set(of_metrics([idle], page))
    assert dead == {f"{metric} never moved" for metric in page.metrics if metric != "portico_build"}


async def _trouble(shop: ObservedShop) -> list[Values]:
    """Orders half done, a neighbour gone, a crowd, a thief and no database; and what further processes say to it."""
    running = shop.running
    owner = await shop.customer("owner")
    scene = Scene(shop=shop, owner=owner, subject=Visitor(headers=owner.headers, person=owner))
    order = await scene.order()
    await scene.hold()
    await _crowd(shop, owner.email)
    await running.processes["product"].kill()
    await shop.client("order").post(f"/v1/orders/{order['id']}/cancel", headers=owner.headers)
    line = {"product_id": str(shop.new_id()), "quantity": 1}
    refused = await shop.client("cart").post("/v1/cart/items", json=line, headers=owner.headers)
    assert refused.status_code == 503, refused.text
    await running.processes["product"].start()
    await shop.look()
    looks = []
    counted = {'portico_worker_rounds_total{outcome="ok",worker="count_books"} 1.0'}
    for service, done in {"product": None, "user": "send_mails", "order": "relay_events"}.items():
        rounds = counted | ({f'portico_worker_rounds_total{{outcome="ok",worker="{done}"}} 1.0'} if done else set())
        async with running.another(service) as url:
            looks.append(await _once(url, rounds))
    nowhere = f"mongodb://127.0.0.1:{free_port()}/?serverSelectionTimeoutMS=100"
    async with running.another("product", MONGO_URL=nowhere) as url:
        looks.append(await _once(url, {'reason="noServer"'}))
    return looks


async def _crowd(shop: ObservedShop, email: str) -> None:
    """One guesses a password, and many register at once, until somebody who looks has seen them wait."""
    user = shop.client("user")
    guesses = [await user.post("/v1/auth/login", json={"email": email, "password": f"wrong {n}"}) for n in range(4)]
    assert guesses[-1].status_code == 429
    async with asyncio.timeout(PATIENCE):
        while not any("\nportico_password_hashes_waiting 0.0" not in text for text in shop.scraped["user"]):
            people = [
                user.post(
                    "/v1/users", json={"email": f"{shop.new_id()}@example.com", "password": PASSWORD, "name": "X"}
                )
                for _ in range(8)
            ]
            await asyncio.gather(*people, *(shop.look() for _ in range(4)))


async def _once(url: str, told: Collection[str]) -> Values:
    """The metrics of a process, once they say all of this."""
    async with httpx.AsyncClient(base_url=url, trust_env=False) as http, asyncio.timeout(PATIENCE):
        while True:
            text = (await http.get("/metrics")).text
            if all(each in text for each in told):
                return read(text)
            await asyncio.sleep(0.1)
