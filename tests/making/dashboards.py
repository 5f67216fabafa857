"""Writes Grafana's dashboards, k8s/monitoring/dashboards/*.json: `make dashboards`.

A page for the whole shop, one for each service, and one for the checkout.
"""

from pathlib import Path

from tests.making.grafana import Dashboard, Panel, Row, files
from tests.making.panels import (
    BY_ROUTE,
    BY_SERVICE,
    DATABASE,
    HERE,
    NEIGHBOURS,
    PROCESSES,
    PROMISES,
    USE_CASES,
    quantile,
    rate,
)

FOLDER = Path(__file__).parents[2] / "k8s/monitoring/dashboards"
SERVICES = ("product", "user", "cart", "order")
SHOP = 'namespace="$namespace"'

WORKERS = Row(
    title="Work that goes on by itself",
    panels=[
        Panel(
            title="Rounds",
            tells="Ended in a second, well or not.",
            queries={rate("portico_worker_rounds_total", "worker, outcome"): "{{worker}}: {{outcome}}"},
            unit="ops",
        ),
        Panel(
            title="Things done",
            tells="In a second, by worker.",
            queries={rate("portico_worker_items_total", "worker"): "{{worker}}"},
            unit="ops",
        ),
        Panel(
            title="Since the last success",
            tells="How long ago a round ended well, in whichever process did so last.",
            queries={
                f"time() - (max by (worker) (portico_worker_last_success_timestamp_seconds{HERE}) > 0)": "{{worker}}"
            },
            unit="s",
            steps=(60, 300),
        ),
    ],
)

BOOKS = Row(
    title="Orders, events and units",
    panels=[
        Panel(
            title="Orders that are not done with",
            tells="By state (docs/checkout.md).",
            queries={f"max by (status) (portico_orders_unfinished{{{SHOP}}})": "{{status}}"},
            unit="short",
            width=6,
        ),
        Panel(
            title="The oldest of them",
            tells="How long it has been in that state. Orders are decided within a minute, or cancelled.",
            queries={f"max by (status) (portico_orders_unfinished_oldest_age_seconds{{{SHOP}}})": "{{status}}"},
            unit="s",
            width=6,
            steps=(60, 300),
        ),
        Panel(
            title="Events not told yet",
            tells="How many there are, and the age of the oldest.",
            queries={
                f"max(portico_outbox_events{{{SHOP}}})": "events",
                f"max(portico_outbox_oldest_age_seconds{{{SHOP}}})": "seconds",
            },
            unit="short",
            width=6,
        ),
        Panel(
            title="Units set aside",
            tells="For orders that are not shipped yet, and not cancelled.",
            queries={f"max(portico_stock_units_held{{{SHOP}}})": "units"},
            unit="short",
            width=6,
        ),
    ],
)

MAILS = Row(
    title="Mails",
    panels=[
        Panel(
            title="Mails not sent yet",
            tells="Asked for, and waiting to be sent or tried again.",
            queries={f"max(portico_mails_pending{{{SHOP}}})": "mails"},
            unit="short",
            width=12,
        ),
        Panel(
            title="The oldest of them",
            tells="How long ago it was asked for.",
            queries={f"max(portico_mails_pending_oldest_age_seconds{{{SHOP}}})": "age"},
            unit="s",
            width=12,
            steps=(60, 300),
        ),
    ],
)

PASSWORDS = Row(
    title="Passwords",
    panels=[
        Panel(
            title="Passwords checked",
            tells="In a second.",
            queries={rate("portico_password_hash_duration_seconds_count", "service"): "checked"},
            unit="ops",
        ),
        Panel(
            title="How long that takes",
            tells="The 50th and 95th percentile, waiting included.",
            queries={
                quantile(0.5, "portico_password_hash_duration_seconds", "service"): "p50",
                quantile(0.95, "portico_password_hash_duration_seconds", "service"): "p95",
            },
            unit="s",
            steps=(0.5, 1),
        ),
        Panel(
            title="Waiting",
            tells="Being checked or waiting for it, by process; behind 64 people are sent away.",
            queries={f"max by (pod) (portico_password_hashes_waiting{HERE})": "{{pod}}"},
            unit="short",
            steps=(32, 48),
        ),
    ],
)

ORDERS = 'job="portico", namespace="$namespace", route="/v1/orders", method="POST"'
PLACING = 'namespace="$namespace", use_case="place_order"'
INSIDE = '{namespace="$namespace", route=~"/internal/.+"}'
CHECKOUT = Row(
    title="Checkout",
    panels=[
        Panel(
            title="Answers",
            tells="201: bought. 202: to be decided. 409: sold out, or something changed. 422: cannot be bought.",
            queries={rate("http_server_request_duration_seconds_count", "status", ORDERS): "{{status}}"},
            unit="reqps",
            width=6,
        ),
        Panel(
            title="What came of it",
            tells="By the error's code (docs/errors.md).",
            queries={rate("portico_use_case_duration_seconds_count", "outcome", PLACING): "{{outcome}}"},
            unit="ops",
            width=6,
        ),
        Panel(
            title="How long it takes",
            tells="The 50th, 95th and 99th percentile.",
            queries={
                quantile(0.5, "http_server_request_duration_seconds", "route", ORDERS): "p50",
                quantile(0.95, "http_server_request_duration_seconds", "route", ORDERS): "p95",
                quantile(0.99, "http_server_request_duration_seconds", "route", ORDERS): "p99",
            },
            unit="s",
            width=6,
            steps=(0.25, 0.5),
        ),
        Panel(
            title="What its neighbours take",
            tells="The 95th percentile of what the order service asks of stock and carts.",
            queries={f"route:http_server_request_duration_seconds:p95_rate5m{INSIDE}": "{{service}} {{route}}"},
            unit="s",
            width=6,
        ),
    ],
)

OWN = {
    "product": [BY_ROUTE, USE_CASES, DATABASE, NEIGHBOURS, PROCESSES],
    "user": [BY_ROUTE, USE_CASES, PASSWORDS, MAILS, WORKERS, DATABASE, PROCESSES],
    "cart": [BY_ROUTE, USE_CASES, DATABASE, NEIGHBOURS, PROCESSES],
    "order": [BY_ROUTE, USE_CASES, WORKERS, DATABASE, NEIGHBOURS, PROCESSES],
}

DASHBOARDS = [
    Dashboard(
        name="overview",
        title="Portico: overview",
        tells="How the shop fares as a whole.",
        rows=[PROMISES, BY_SERVICE, BOOKS, PROCESSES],
    ),
    *(
        Dashboard(
            name=service,
            title=f"Portico: {service} service",
            tells=f"What the {service} service does, and what it stands on.",
            rows=[PROMISES, *OWN[service]],
            service=service,
        )
        for service in SERVICES
    ),
    Dashboard(
        name="checkout",
        title="Portico: checkout",
        tells="From the cart to a decided order, and what is told of it.",
        rows=[CHECKOUT, BOOKS, WORKERS, NEIGHBOURS],
        service="order",
    ),
]


def main() -> None:
    for name, text in files(DASHBOARDS).items():
        (FOLDER / name).write_text(text, "utf-8")
        print(FOLDER / name)


if __name__ == "__main__":
    main()
