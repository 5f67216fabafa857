"""What Grafana shows of any service: what is promised, requests, what is done, and what that stands on."""

from tests.making.grafana import Panel, Row

HERE = '{namespace="$namespace", service=~"$service"}'
OURS = 'job="portico", namespace="$namespace", service=~"$service"'
MINE = 'namespace="$namespace", service=~"$service"'
RATE = "[$__rate_interval]"


def quantile(q: float, name: str, by: str, where: str = MINE) -> str:
    return f"histogram_quantile({q}, sum by (le, {by}) (rate({name}_bucket{{{where}}}{RATE})))"


def rate(name: str, by: str, where: str = MINE) -> str:
    return f"sum by ({by}) (rate({name}{{{where}}}{RATE}))"


PROMISES = Row(
    title="What is promised",
    panels=[
        Panel(
            title="Faults that may still happen",
            tells="Of the 0.1 % of requests which may fail in 30 days, the part that is left. Below 0 it is broken.",
            queries={f"service:slo_errors:budget_left{HERE}": "{{service}}"},
            unit="percentunit",
            kind="stat",
            steps=(0.25, 0),
        ),
        Panel(
            title="Slow answers that may still happen",
            tells="Of the 1 % of answers which may take half a second or longer in 30 days, the part that is left.",
            queries={f"service:slo_slow:budget_left{HERE}": "{{service}}"},
            unit="percentunit",
            kind="stat",
            steps=(0.25, 0),
        ),
        Panel(
            title="Processes",
            tells="How many answer Prometheus.",
            queries={f"sum by (service) (up{{{OURS}}})": "{{service}}"},
            unit="short",
            kind="stat",
            steps=(2, 1),
        ),
    ],
)

BY_SERVICE = Row(
    title="Requests",
    panels=[
        Panel(
            title="Requests",
            tells="Answered in a second, but for probes and scrapes.",
            queries={f"service:http_server_requests:rate5m{HERE}": "{{service}}"},
            unit="reqps",
        ),
        Panel(
            title="Faults",
            tells="The part that was answered with 500 or higher.",
            queries={f"service:http_server_errors:ratio_rate5m{HERE}": "{{service}}"},
            unit="percentunit",
            steps=(0.001, 0.0144),
        ),
        Panel(
            title="95 of 100 are answered within",
            tells="The 95th percentile of how long a request takes.",
            queries={f"service:http_server_request_duration_seconds:p95_rate5m{HERE}": "{{service}}"},
            unit="s",
            steps=(0.25, 0.5),
        ),
        Panel(
            title="99 of 100 are answered within",
            tells="The 99th percentile; half a second is what is promised.",
            queries={f"service:http_server_request_duration_seconds:p99_rate5m{HERE}": "{{service}}"},
            unit="s",
            steps=(0.25, 0.5),
        ),
        Panel(
            title="At the same time",
            tells="Requests being answered now.",
            queries={f"sum by (service) (http_server_active_requests{{{OURS}}})": "{{service}}"},
            unit="short",
        ),
        Panel(
            title="Sent away for coming too often",
            tells="Requests in a second that a limit refused, by limit; nothing while there is none.",
            queries={rate("portico_throttled_total", "service, limit"): "{{service}}: {{limit}}"},
            unit="reqps",
            steps=(1, 5),
        ),
    ],
)

BY_ROUTE = Row(
    title="Requests",
    panels=[
        Panel(
            title="Requests by route",
            tells="Answered in a second.",
            queries={f"route:http_server_requests:rate5m{HERE}": "{{route}}"},
            unit="reqps",
        ),
        Panel(
            title="Requests by status",
            tells="Answered in a second. 4xx are refusals with a reason, 5xx are faults of ours.",
            queries={rate("http_server_request_duration_seconds_count", "status", OURS): "{{status}}"},
            unit="reqps",
        ),
        Panel(
            title="Faults by route",
            tells="The part that was answered with 500 or higher.",
            queries={f"route:http_server_errors:ratio_rate5m{HERE}": "{{route}}"},
            unit="percentunit",
            steps=(0.001, 0.0144),
        ),
        Panel(
            title="How long requests take",
            tells="The 50th, 95th and 99th percentile of all routes together, but for probes and scrapes.",
            queries={
                f"service:http_server_request_duration_seconds:{q}_rate5m{HERE}": q for q in ("p50", "p95", "p99")
            },
            unit="s",
            steps=(0.25, 0.5),
        ),
        Panel(
            title="95 of 100 are answered within, by route",
            tells="The 95th percentile of how long a request takes.",
            queries={f"route:http_server_request_duration_seconds:p95_rate5m{HERE}": "{{route}}"},
            unit="s",
            steps=(0.25, 0.5),
        ),
        Panel(
            title="Sent away for coming too often",
            tells="Requests in a second that a limit refused, by limit; nothing while there is none.",
            queries={rate("portico_throttled_total", "limit"): "{{limit}}"},
            unit="reqps",
            steps=(1, 5),
        ),
    ],
)

USE_CASES = Row(
    title="What is done",
    panels=[
        Panel(
            title="Use cases",
            tells="Done in a second, whatever came of it.",
            queries={rate("portico_use_case_duration_seconds_count", "use_case"): "{{use_case}}"},
            unit="ops",
        ),
        Panel(
            title="Refusals",
            tells="What came of it where it was not done, by the error's code (docs/errors.md).",
            queries={
                rate("portico_use_case_duration_seconds_count", "use_case, outcome", f'{MINE}, outcome!="ok"'): (
                    "{{use_case}}: {{outcome}}"
                )
            },
            unit="ops",
        ),
        Panel(
            title="95 of 100 are done within",
            tells="The 95th percentile of how long a use case takes.",
            queries={quantile(0.95, "portico_use_case_duration_seconds", "use_case"): "{{use_case}}"},
            unit="s",
        ),
    ],
)

DATABASE = Row(
    title="MongoDB",
    panels=[
        Panel(
            title="Commands",
            tells="Sent in a second, by command.",
            queries={rate("portico_mongo_command_duration_seconds_count", "command"): "{{command}}"},
            unit="ops",
            width=6,
        ),
        Panel(
            title="95 of 100 are answered within",
            tells="The 95th percentile of how long a command takes, seen from here.",
            queries={quantile(0.95, "portico_mongo_command_duration_seconds", "command"): "{{command}}"},
            unit="s",
            width=6,
        ),
        Panel(
            title="Commands by outcome",
            tells="What is not ok was refused by MongoDB, or cut off.",
            queries={rate("portico_mongo_command_duration_seconds_count", "outcome"): "{{outcome}}"},
            unit="ops",
            width=6,
        ),
        Panel(
            title="Connections",
            tells="Of each process, by state, and the most that it may have.",
            queries={
                f"sum by (pod, state) (portico_mongo_pool_connections{HERE})": "{{pod}} {{state}}",
                f"max by (service) (portico_mongo_pool_connections_max{HERE})": "at most",
            },
            unit="short",
            width=6,
        ),
    ],
)

NEIGHBOURS = Row(
    title="Calls to other services",
    panels=[
        Panel(
            title="Calls",
            tells="Tried in a second, by who was called and what came of it.",
            queries={
                rate("http_client_request_duration_seconds_count", "peer, outcome", OURS): "{{peer}}: {{outcome}}"
            },
            unit="reqps",
        ),
        Panel(
            title="95 of 100 are answered within",
            tells="The 95th percentile of how long a try takes.",
            queries={quantile(0.95, "http_client_request_duration_seconds", "peer", OURS): "{{peer}}"},
            unit="s",
        ),
        Panel(
            title="Repeats left",
            tells="How many failed calls may still be tried again, of the process that has fewest left; 10 at most.",
            queries={f"min by (peer) (portico_peer_retry_budget{HERE})": "{{peer}}"},
            unit="short",
            steps=(5, 1),
        ),
    ],
)

PROCESSES = Row(
    title="Processes",
    panels=[
        Panel(
            title="Processor",
            tells="Cores in use.",
            queries={rate("process_cpu_seconds_total", "service, pod", OURS): "{{pod}}"},
            unit="short",
            width=6,
        ),
        Panel(
            title="Memory",
            tells="Resident.",
            queries={f"max by (service, pod) (process_resident_memory_bytes{{{OURS}}})": "{{pod}}"},
            unit="bytes",
            width=6,
        ),
        Panel(
            title="Lateness of the event loop",
            tells="The 99th percentile of how late a process comes to what is due, and so every request.",
            queries={quantile(0.99, "portico_event_loop_lag_seconds", "service, pod"): "{{pod}}"},
            unit="s",
            width=6,
            steps=(0.05, 0.1),
        ),
        Panel(
            title="Starts",
            tells="How often a process started anew in the last hour, in a pod that stayed.",
            queries={f"sum by (service, pod) (changes(process_start_time_seconds{{{OURS}}}[1h]))": "{{pod}}"},
            unit="short",
            width=6,
            steps=(1, 3),
        ),
    ],
)
