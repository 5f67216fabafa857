"""What a minute of looks at a shop comes to."""

import json
from dataclasses import asdict

import pytest

from adapters.inbound.cli.status.history import History
from adapters.inbound.cli.status.probe import Look, State
from adapters.inbound.cli.status.summary import ShopStatus, shop_status
from adapters.telemetry.reading import read
from tests.adapters.cli.status.services import Service, busy, four

NOW = 2e9
URLS = {name: f"http://{name}" for name in four()}


class Shop:
    """Four services, and what was seen of them: the clock is moved by looking."""

    def __init__(self) -> None:
        self.services = four()
        self.histories = {name: History() for name in self.services}
        self.states: dict[str, State] = dict.fromkeys(self.services, "ready")
        self.at = 100.0

    def look(self, after: float = 1.0) -> ShopStatus:
        self.at += after
        for name, service in self.services.items():
            state = self.states[name]
            values = None if state == "not answering" else read(service.metrics.text().decode())
            why = "nobody is there" if values is None else ""
            self.histories[name].add(Look(at=self.at, state=state, why=why, values=values))
        return shop_status(self.histories, URLS, now=NOW)


def requests(shop: ShopStatus, name: str) -> float | None:
    (found,) = (service for service in shop.services if service.name == name)
    return found.requests.per_second if found.requests else None


def test_rates_need_two_looks() -> None:
    shop = Shop()
    busy(shop.services)
    assert requests(shop.look(), "product") is None
    assert requests(shop.look(), "product") == 0.0


def test_a_busy_second_is_told_in_full() -> None:
    shop = Shop()
    shop.look()
    busy(shop.services)
    told = shop.look(2)
    product, _, cart, order = told.services
    assert (product.version, product.in_flight, product.connections, product.connections_max) == ("1.2.3", 2, 4, 100)
    assert product.requests is not None
    assert product.requests.per_second == 70
    assert product.requests.p50_seconds == pytest.approx(0.0025 + 0.0025 * 70 / 100)
    assert product.requests.p95_seconds == pytest.approx(0.025 + 0.025 * 33 / 40)
    assert cart.requests is not None
    assert (cart.requests.per_second, cart.requests.failed) == (5, 0.1)
    assert order.loop_lag_p99_seconds == pytest.approx(0.00099)
    assert (told.seconds, [call.caller for call in told.calls]) == (2, ["cart", "order", "order", "order"])
    assert [call.peer for call in told.calls] == ["product", "cart", "product", "user"]
    first = told.calls[0]
    assert (first.calls.per_second, first.calls.failed, first.retries_per_second) == (5, 0.1, 0.5)
    assert [route.route for route in told.routes] == [
        "/v1/products/{id}",
        "/v1/products",
        "/v1/cart/items",
        "/v1/orders",
        "/v1/auth/login",
    ]
    assert told.checkouts.outcomes == {"confirmed": 8, "out_of_stock": 3, "pending": 2}
    pending = next(each for each in told.checkouts.unfinished if each.status == "PENDING")
    assert (pending.orders, pending.oldest_seconds) == (2, 75)
    assert (told.checkouts.outbox_events, told.checkouts.units_held) == (5, 1_234)
    (work,) = told.work
    assert (work.service, work.worker, work.rounds, work.failed, work.items) == ("order", "resume_orders", 3, 1, 7)
    assert json.loads(json.dumps(asdict(told)))["checkouts"]["outbox_oldest_seconds"] == 3


def test_who_asks_after_a_service_is_no_traffic() -> None:
    shop = Shop()
    shop.look()
    for path in ("/metrics", "/readyz", "/livez", "/health"):
        shop.services["user"].serves(10, route=path)
    told = shop.look()
    assert (requests(told, "user"), told.routes) == (0.0, ())


def test_rates_are_of_the_last_half_minute_and_checkouts_of_the_last_minute() -> None:
    shop = Shop()
    shop.look()
    busy(shop.services)
    told = shop.look()
    for _ in range(29):
        told = shop.look()
    assert requests(told, "product") == pytest.approx(140 / 30)
    told = shop.look()
    assert (requests(told, "product"), told.checkouts.outcomes["confirmed"]) == (0.0, 8)
    for _ in range(30):
        told = shop.look()
    assert told.checkouts.outcomes == {}


def test_looks_further_apart_than_the_window_still_give_a_rate() -> None:
    shop = Shop()
    shop.look()
    shop.services["user"].serves(90)
    assert requests(shop.look(45), "user") == 2.0


def test_a_service_that_was_restarted_counts_on_from_nothing() -> None:
    shop = Shop()
    shop.services["user"].serves(1_000)
    shop.look()
    shop.services["user"].restart()
    shop.services["user"].serves(4)
    told = shop.look(2)
    assert requests(told, "user") == 2.0


def test_of_one_that_does_not_answer_nothing_is_told_but_for_how_long_and_why() -> None:
    shop = Shop()
    shop.look()
    shop.services["cart"].serves(10)
    shop.look()
    shop.states["cart"] = "not answering"
    shop.look()
    told = shop.look(4)
    cart = told.services[2]
    assert (cart.state, cart.state_seconds, cart.why) == ("not answering", 4, "nobody is there")
    assert (cart.requests, cart.uptime_seconds, cart.in_flight, told.all_answer) == (None, None, None, False)
    assert "cart" not in {route.service for route in told.routes}
    shop.states["cart"] = "ready"
    shop.services["cart"].serves(10)
    back = shop.look()
    assert (requests(back, "cart"), back.services[2].state_seconds, back.all_answer) == (20 / 7, 0, True)


def test_where_nothing_is_kept_in_mongodb_there_are_no_connections() -> None:
    shop = Shop()
    told = shop.look()
    assert (told.services[0].connections, told.services[0].connections_max) == (None, None)


def test_a_trend_has_a_cell_a_look_until_there_are_too_many() -> None:
    service, history = Service("cart"), History()
    for number in range(7):
        values = read(service.metrics.text().decode()) if number != 4 else None
        history.add(Look(at=float(number), state="ready", values=values))
        service.serves(number)
    # Between the 4th and the 6th look, 3 and 4 requests came in two seconds.
    assert history.trend(60, 60) == [None, 0, 1, 2, None, 3.5, 5]
    assert history.trend(30, 60) == [0, 1.5, 3.5, 5]
    assert history.trend(2, 4) == [3.5, 5]


def test_a_trend_covers_a_minute() -> None:
    service, history = Service("cart"), History()
    for number in range(100):
        service.serves(1)
        history.add(Look(at=float(number), state="ready", values=read(service.metrics.text().decode())))
    assert history.trend(100, 100) == [1.0] * 60
