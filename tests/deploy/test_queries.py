"""Every query of every dashboard and rule, asked of a real Prometheus that scraped a running shop."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path

from tests.deploy.monitoring import dashboards, panels, rules
from tests.deploy.prometheus import NAMESPACE, prometheus, unanswered
from tests.deploy.promql import selectors
from tests.figures import Figure
from tests.system.services import ADMIN, SERVICES, Services, add_product, services

SILENT: Mapping[str, str] = {
    r"kube_": "kube-state-metrics tells it, which needs a cluster",
    r'status=~"5\.\."': "a shop that is well answers nothing with a fault",
    r"checkout_failures_total": "no process of a small shop wants for connections",
    r'mongo_command_duration_seconds_count\{outcome!="ok"': "a database that is well refuses nothing",
}
"""What has no series in a shop that is well, and why; by a pattern of a selector that stands alone."""
PATIENCE = 45.0
PER_MINUTE = 60
NOBODYS = "0190a000-0000-7000-8000-000000000000"


def filled(expression: str, service: str) -> str:
    """With the values that Grafana puts in for its variables."""
    values = {"$__rate_interval": "1m", "$namespace": NAMESPACE, "$service": service}
    return re.sub(r"\$(__rate_interval|namespace|service)", lambda name: values[name[0]], expression)


def asked() -> dict[str, str]:
    """Each expression of a panel or record, and each selector of an alert, with where it is from."""
    expressions = {
        filled(target["expr"], "|".join(SERVICES) if name == "overview.json" else _service(dashboard)): (
            f"{name}: {panel['title']}"
        )
        for name, dashboard in dashboards().items()
        for panel in panels(dashboard)
        for target in panel["targets"]
    }
    for rule in rules():
        if not rule.is_alert:
            expressions[rule.expression] = rule.name
        expressions |= {each.text: rule.name for each in selectors(rule.expression)}
    return expressions


def _service(dashboard: Mapping[str, object]) -> str:
    constants = re.findall(r"'name': 'service', 'query': '(\w+)'", str(dashboard["templating"]))
    return str(constants[0])


def is_silent(expression: str) -> bool:
    is_selector = [each.text for each in selectors(expression)] == [expression]
    return is_selector and any(re.search(pattern, expression) for pattern in SILENT)


async def traffic(shop: Services) -> None:
    """Something of everything that the shop is for, refusals among it."""
    admin = await shop.customer(ADMIN)
    lamp = await add_product(admin, "LAMP", stock=100)
    customer = await shop.customer("somebody@example.com")
    for _ in range(3):
        await customer.product.get("/v1/products", params={"q": "product"})
        await customer.product.get(f"/v1/products/{lamp}")
        await customer.puts_in(lamp)
        await customer.order.post("/v1/orders", json={})
        await customer.order.post("/v1/orders", json={})
        await customer.order.get("/v1/orders")
    await customer.cart.get("/v1/cart")
    await customer.product.get(f"/v1/products/{NOBODYS}")
    await customer.cart.post("/v1/cart/items", json={"product_id": NOBODYS, "quantity": 1})
    await customer.user.post("/v1/auth/login", json={"email": ADMIN, "password": "not that one"})
    await customer.user.get("/v1/there-is-no-such-path")
    hasty = await shop.customer("hasty@example.com")
    for client, path in (
        (hasty.product, "/v1/products"),
        (hasty.user, "/v1/users/me"),
        (hasty.cart, "/v1/cart"),
        (hasty.order, "/v1/orders"),
    ):
        answers = await asyncio.gather(*(client.get(path) for _ in range(2 * PER_MINUTE)))
        assert 429 in {answer.status_code for answer in answers}


@asynccontextmanager
async def steadily(shop: Services) -> AsyncIterator[None]:
    """Meanwhile each service is asked something, again and again: a rate is of what comes between two scrapes."""
    visitor = await shop.customer("visitor@example.com")

    async def visit() -> None:
        for turn in count():
            await asyncio.sleep(0 if turn == 0 else 1.5)
            await visitor.product.get("/v1/categories")
            await visitor.user.get("/v1/users/me")
            await visitor.cart.get("/v1/cart")
            await visitor.order.get("/v1/orders")

    visits = asyncio.create_task(visit())
    try:
        yield
    finally:
        visits.cancel()
        with suppress(asyncio.CancelledError):
            await visits


async def test_every_query_has_an_answer_in_a_running_shop(tmp_path: Path, figure: Figure) -> None:
    expressions = asked()
    (tmp_path / "data").mkdir()
    async with (
        services("mongo", data=tmp_path / "data", environ={"REQUESTS_PER_MINUTE": str(PER_MINUTE)}) as shop,
        prometheus(tmp_path, shop.urls) as asks,
    ):
        await traffic(shop)
        excused = {each for each in expressions if is_silent(each)}
        async with steadily(shop):
            missing = await unanswered(asks, set(expressions) - excused, seconds=PATIENCE)
        assert await asks.targets() == dict.fromkeys(SERVICES, "up")
        for each in excused:
            await asks.ask(each)
        told = await asks.rules()
    figure("{asked} queries asked of a Prometheus that scraped a running shop", asked=len(expressions))
    print("\n".join(sorted(f"nothing: {expressions[each]}: {each}" for each in missing)))
    assert missing == set()
    assert [(rule["name"], rule.get("lastError")) for rule in told if rule["health"] != "ok"] == []
    assert len(told) == len(rules())
    firing = {rule["name"] for rule in told if rule["type"] == "alerting" and rule["state"] == "firing"}
    assert firing == set(), "All is well."


async def test_a_shop_that_is_gone_is_told(tmp_path: Path) -> None:
    """The twin: where nobody answers, there is no data, and the targets are down."""
    nowhere = {name: f"http://127.0.0.1:{port}" for port, name in enumerate(SERVICES, start=1)}
    async with prometheus(tmp_path, nowhere) as asks:
        assert await unanswered(asks, {f"count(up == 0) == {len(SERVICES)}"}, seconds=PATIENCE) == set()
        query = 'service:http_server_requests:rate5m{namespace="ecommerce"}'
        assert await unanswered(asks, {query}, seconds=2) == {query}
        assert set((await asks.targets()).values()) == {"down"}
