"""How the shop is: what the histories of its services come to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from adapters.inbound.cli.status.figures import buckets, chosen, only, quantile, started, summed
from adapters.inbound.cli.status.history import MINUTE, REQUESTS, Growth, History, traffic
from adapters.inbound.cli.status.probe import State
from adapters.telemetry.reading import Values

WINDOW = 30.0
"""Seconds over which rates and latencies are taken, once so much was seen."""
_USE_CASES = "portico_use_case_duration_seconds"
_CALLS = "http_client_request_duration_seconds"
_SUCCESS = "portico_worker_last_success_timestamp_seconds"
COUNTS = "count_books"
"""The worker that counts what waits."""
_DONE = "ok"
"""The outcome of what went well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """How much came, which share of it failed, and how long it took: half, 95 % and 99 % of it at most so long."""

    per_second: float
    failed: float
    p50_seconds: float | None
    p95_seconds: float | None
    p99_seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One of the four. What is `None` is not known. Failed requests are those answered with a status of 500 or more."""

    name: str
    url: str
    state: State
    state_seconds: float
    why: str
    version: str | None
    uptime_seconds: float | None
    requests: Speed | None
    in_flight: float | None
    loop_lag_p99_seconds: float | None
    connections: float | None
    connections_max: float | None
    cpu_share: float | None
    memory_bytes: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """Of one service to another: each attempt is a call."""

    caller: str
    peer: str
    calls: Speed
    retries_per_second: float
    retry_budget: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """What is asked of a service, by the template of its path."""

    service: str
    method: str
    route: str
    requests: Speed


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """The orders of one status that are not decided yet."""

    status: str
    orders: float
    oldest_seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The rounds of a worker of a service within `seconds`."""

    service: str
    worker: str
    seconds: float
    rounds: float
    failed: float
    items: float
    last_success_seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkouts:
    """What became of checkouts within `seconds`, and what waits. What is `None` is not known.

    What waits is as it was `counted_seconds` ago: while a store does not answer, nobody can count.
    """

    seconds: float | None
    outcomes: Mapping[str, float]
    unfinished: tuple[Unfinished, ...]
    outbox_events: float | None
    outbox_oldest_seconds: float | None
    units_held: float | None
    counted_seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopStatus:
    """How the shop is; `seconds` is what rates and latencies were taken over."""

    seconds: float | None
    services: tuple[Service, ...]
    checkouts: Checkouts
    work: tuple[Work, ...]
    calls: tuple[Calls, ...]
    routes: tuple[Route, ...]

    @property
    def all_answer(self) -> bool:
        return all(service.state != "not answering" for service in self.services)


def shop_status(histories: Mapping[str, History], urls: Mapping[str, str], *, now: float) -> ShopStatus:
    """As of the last look at each; `now` is in seconds since 1970."""
    lately = {name: history.over(WINDOW) for name, history in histories.items()}
    known = {name: growth for name, growth in lately.items() if growth is not None}
    return ShopStatus(
        seconds=max((growth.seconds for growth in known.values()), default=None),
        services=tuple(
            _service(name, urls[name], history, lately[name], now=now) for name, history in histories.items()
        ),
        checkouts=_checkouts(histories, now=now),
        work=tuple(work for name, history in histories.items() for work in _work(name, history, now=now)),
        calls=tuple(call for name, growth in known.items() for call in _calls(name, growth, _values(histories[name]))),
        routes=tuple(
            sorted(
                (route for name, growth in known.items() for route in _routes(name, growth)),
                key=lambda route: (-route.requests.per_second, route.service, route.route, route.method),
            )
        ),
    )


def _service(name: str, url: str, history: History, growth: Growth | None, *, now: float) -> Service:
    last, values = history.last, _values(history)
    began = started(values)
    lag = quantile(0.99, buckets(chosen(growth.counters, "portico_event_loop_lag_seconds_bucket"))) if growth else None
    return Service(
        name=name,
        url=url,
        state=last.state if last else "not answering",
        state_seconds=history.seconds_in_state,
        why=last.why if last else "",
        version=next((labels["version"] for labels, _ in chosen(values, "portico_build_info")), None),
        uptime_seconds=max(0.0, now - began) if began is not None else None,
        requests=_requests(growth) if growth else None,
        in_flight=only(values, "http_server_active_requests"),
        loop_lag_p99_seconds=lag,
        connections=_connections(values),
        connections_max=only(values, "portico_mongo_pool_connections_max") or None,
        cpu_share=summed(growth.counters, "process_cpu_seconds_total") / growth.seconds if growth else None,
        memory_bytes=only(values, "process_resident_memory_bytes"),
    )


def _values(history: History) -> Values:
    return (history.last.values if history.last else None) or {}


def _connections(values: Values) -> float | None:
    """Those in use; `None` where nothing is in MongoDB."""
    by_state = [(labels["state"], value) for labels, value in chosen(values, "portico_mongo_pool_connections")]
    return sum(value for state, value in by_state if state != "idle") if by_state else None


def _requests(growth: Growth, **wanted: str) -> Speed:
    counted = traffic(growth.counters, "count", **wanted)
    return _speed(
        growth.seconds,
        total=sum(value for _, value in counted),
        failed=sum(value for labels, value in counted if labels["status"].startswith("5")),
        spread=buckets(traffic(growth.counters, "bucket", **wanted)),
    )


def _speed(seconds: float, *, total: float, failed: float, spread: Mapping[float, float]) -> Speed:
    return Speed(
        per_second=total / seconds,
        failed=failed / total if total else 0.0,
        p50_seconds=quantile(0.5, spread),
        p95_seconds=quantile(0.95, spread),
        p99_seconds=quantile(0.99, spread),
    )


def _calls(caller: str, growth: Growth, values: Values) -> Iterable[Calls]:
    for peer in _all(values, f"{_CALLS}_count", "peer"):
        counted = list(chosen(growth.counters, f"{_CALLS}_count", peer=peer))
        yield Calls(
            caller=caller,
            peer=peer,
            calls=_speed(
                growth.seconds,
                total=sum(value for _, value in counted),
                failed=sum(value for labels, value in counted if labels["outcome"] != _DONE),
                spread=buckets(chosen(growth.counters, f"{_CALLS}_bucket", peer=peer)),
            ),
            retries_per_second=summed(growth.counters, "portico_peer_retries_total", peer=peer) / growth.seconds,
            retry_budget=only(values, "portico_peer_retry_budget", peer=peer),
        )


def _routes(service: str, growth: Growth) -> Iterable[Route]:
    asked = {(labels["method"], labels["route"]) for labels, _ in traffic(growth.counters, "count")}
    for method, route in asked:
        requests = _requests(growth, method=method, route=route)
        yield Route(service=service, method=method, route=route, requests=requests)


def _checkouts(histories: Mapping[str, History], *, now: float) -> Checkouts:
    orders, orders_age = _counted(_values(histories["order"]), now)
    stock, stock_age = _counted(_values(histories["product"]), now)
    growth = histories["order"].over(MINUTE)
    return Checkouts(
        seconds=growth.seconds if growth else None,
        outcomes=_outcomes(growth.counters) if growth else {},
        unfinished=tuple(
            Unfinished(
                status=labels["status"],
                orders=number,
                oldest_seconds=only(orders, "portico_orders_unfinished_oldest_age_seconds", status=labels["status"]),
            )
            for labels, number in chosen(orders, "portico_orders_unfinished")
        ),
        outbox_events=only(orders, "portico_outbox_events"),
        outbox_oldest_seconds=only(orders, "portico_outbox_oldest_age_seconds"),
        units_held=only(stock, "portico_stock_units_held"),
        counted_seconds=max((each for each in (orders_age, stock_age) if each is not None), default=None),
    )


def _counted(values: Values, now: float) -> tuple[Values, float | None]:
    """What a service counted of its books, and how long ago; nothing if it never could."""
    at = only(values, _SUCCESS, worker=COUNTS)
    if at == 0:
        return {}, None
    return values, None if at is None else max(0.0, now - at)


def _outcomes(counters: Values) -> dict[str, float]:
    """The most frequent first. What went well is told apart by its answer: the order is confirmed, or is undecided."""
    found: dict[str, float] = {}
    for name, status in (("confirmed", "201"), ("pending", "202")):
        found[name] = summed(counters, f"{REQUESTS}_count", method="POST", route="/v1/orders", status=status)
    for labels, value in chosen(counters, f"{_USE_CASES}_count", use_case="place_order"):
        if labels["outcome"] != _DONE:
            found[labels["outcome"]] = value
    return {name: number for name, number in sorted(found.items(), key=lambda item: -item[1]) if number}


def _work(service: str, history: History, *, now: float) -> Iterable[Work]:
    growth, values = history.over(MINUTE), _values(history)
    if growth is None:
        return
    for worker in _all(values, "portico_worker_rounds_total", "worker"):
        rounds = list(chosen(growth.counters, "portico_worker_rounds_total", worker=worker))
        success = only(values, _SUCCESS, worker=worker)
        yield Work(
            service=service,
            worker=worker,
            seconds=growth.seconds,
            rounds=sum(value for _, value in rounds),
            failed=sum(value for labels, value in rounds if labels["outcome"] != _DONE),
            items=summed(growth.counters, "portico_worker_items_total", worker=worker),
            last_success_seconds=max(0.0, now - success) if success else None,
        )


def _all(values: Values, name: str, label: str) -> list[str]:
    return sorted({labels[label] for labels, _ in chosen(values, name)})
