"""Holds what a shop told of itself against what docs/observability.md promises: a sentence for each thing amiss."""

from collections.abc import Collection, Iterator, Mapping

from adapters.bootstrap.settings import Service
from adapters.telemetry.reading import Labels, Values
from tests.security.shops import SERVICES
from tests.telemetry.collector import Span
from tests.telemetry.observed import Line, Told
from tests.telemetry.page import Page
from tests.telemetry.sets import USE_CASES, sets
from tests.telemetry.walk import Asked

ACCESS = "portico.access"
QUIET = ("/livez", "/readyz", "/health", "/metrics")
REQUESTS = "http_server_request_duration_seconds_count"
DONE = "portico_use_case_duration_seconds_count"
WORKERS: Mapping[Service, tuple[str, ...]] = {
    "order": ("resume_orders", "relay_events", "count_books"),
    "product": ("count_books",),
    "user": ("send_mails", "count_books"),
}
PEERS: Mapping[Service, tuple[Service, ...]] = {
    "product": ("user",),
    "cart": ("product", "user"),
    "order": ("product", "cart", "user"),
}

_ENDINGS = ("_bucket", "_count", "_sum", "_created", "_total", "_info")


def of_requests(told: Told, asked: Collection[Asked], page: Page) -> Iterator[str]:
    """Each has its sample, its line, its span, and those of what was done for it."""
    for each in asked:
        yield from (f"{each.operation}: {fault}" for fault in _of_a_request(told, each, page))


def _of_a_request(told: Told, each: Asked, page: Page) -> Iterator[str]:
    operation, status = each.operation, str(each.status)
    samples = told.samples(operation.service)
    red = {"method": operation.method, "route": operation.path, "status": status}
    if not _sample(samples, REQUESTS, red):
        yield "no sample"
    lines = [
        line
        for line in told.lines[operation.service]
        if line["log.logger"] == ACCESS and line.get("http.request.id") == each.request_id
    ]
    if len(lines) != 1:
        yield f"{len(lines)} lines instead of one"
    else:
        yield from _of_a_line(lines[0], each, page)
    spans = [each_ for each_ in told.spans if each_.trace_id == each.trace_id and each_.service == operation.service]
    requests = [span for span in spans if span.kind == "server" and span.name == f"{operation.method} {operation.path}"]
    if len(requests) != 1:
        yield f"{len(requests)} spans of the request instead of one"
    elif lines and lines[0].get("span.id") != requests[0].span_id:
        yield "its line and its span do not belong together"
    if does_something(each):
        yield from _of_what_was_done(samples, spans)


def _of_a_line(line: Line, each: Asked, page: Page) -> Iterator[str]:
    operation = each.operation
    promised = page.fields["every line"] | page.fields["lines of a request"] | page.fields["the access line"]
    if line.keys() != promised:
        yield f"its line lacks {sorted(promised - line.keys())}, and has {sorted(line.keys() - promised)} besides"
        return
    expected = {
        "message": f"{operation.method} {operation.path} {each.status}",
        "service.name": operation.service,
        "log.level": "DEBUG" if operation.path in QUIET else "INFO",
        "http.request.method": operation.method,
        "http.route": operation.path,
        "http.response.status_code": each.status,
        "user.kind": each.kind,
        "trace.id": each.trace_id,
    }
    yield from (f"{name} is {line[name]!r}" for name, value in expected.items() if line[name] != value)
    if not isinstance(line["event.duration"], int) or not 0 < line["event.duration"] < 60 * 10**9:
        yield f"event.duration is {line['event.duration']!r}, which are no nanoseconds"


def _of_what_was_done(samples: Values, spans: Collection[Span]) -> Iterator[str]:
    done = [span for span in spans if span.kind == "internal"]
    if not done:
        yield "no span of a use case"
    for span in done:
        if not _sample(samples, DONE, {"use_case": span.name, "outcome": span.attributes.get("error.type", "ok")}):
            yield f"no sample of {span.name}"


def does_something(asked: Asked) -> bool:
    """Whether a use case is called for it: not for what is said of the service itself."""
    path = asked.operation.path
    return path.startswith(("/v1/", "/internal/")) or path.endswith("jwks.json")


def of_use_cases(told: Told, but: Collection[str] = ()) -> Iterator[str]:
    """Each of the four services' is counted and has a span, but for those named."""
    for service in SERVICES:
        counted = {dict(labels)["use_case"] for labels in told.samples(service).get(DONE, {})}
        spans = {span.name for span in told.spans if span.service == service and span.kind == "internal"}
        for name in sorted(USE_CASES[service] - set(but)):
            if name not in counted:
                yield f"{service}: {name} is not counted"
            if name not in spans:
                yield f"{service}: {name} has no span"


def of_names(told: Told, page: Page) -> Iterator[str]:
    """Nothing is told under a name, label, value, field or attribute that the page does not have."""
    known = sets()
    for service in SERVICES:
        for samples in told.looks[service]:
            for name, series in samples.items():
                yield from (f"{service}: {fault}" for fault in _of_series(name, series, page, known))
        for line in told.lines[service]:
            if strange := line.keys() - frozenset().union(*page.fields.values()):
                yield f"{service}: a line has {sorted(strange)}"
    for span in told.spans:
        if strange := span.attributes.keys() - page.attributes.get(span.kind, frozenset()):
            yield f"{span.service}: the {span.kind} span {span.name} has {sorted(strange)}"


def _of_series(
    name: str, series: Mapping[Labels, float], page: Page, known: Mapping[str, frozenset[str]]
) -> Iterator[str]:
    family = family_of(name, page)
    if family is None:
        if not name.startswith(("process_", "python_")):
            yield f"{name} is not on the page"
        return
    for labels in series:
        told = {label: value for label, value in labels if label != "le"}
        if told.keys() != page.metrics[family].labels:
            yield f"{name} has the labels {sorted(told)}"
        for label, value in told.items():
            possible = page.values.get((family, label))
            if possible is None:
                yield f"the page does not say what {label} of {family} can be"
            elif value not in possible.literal and not any(value in known[name] for name in possible.named):
                yield f"{label} of {family} is {value!r}"


def of_attributes(spans: Collection[Span], page: Page) -> Iterator[str]:
    """Each attribute of the page was told by some span of its kind."""
    for kind, promised in page.attributes.items():
        told = {name for span in spans if span.kind == kind for name in span.attributes}
        yield from (f"no {kind} span has {name}" for name in sorted(promised - told))


def of_metrics(looks: Collection[Values], page: Page) -> Iterator[str]:
    """Each metric of the page was moved at some look."""
    moved = {
        family_of(name, page)
        for samples in looks
        for name, series in samples.items()
        if not name.endswith(("_created", "_bucket")) and any(series.values())
    }
    yield from (f"{metric} never moved" for metric in sorted(page.metrics.keys() - moved))


def family_of(sample: str, page: Page) -> str | None:
    """The name on the page of the metric that a sample is of."""
    names = (sample, *(sample.removesuffix(ending) for ending in _ENDINGS))
    return next((name for name in names if name in page.metrics), None)


def _sample(samples: Values, name: str, labels: Mapping[str, object]) -> float:
    return samples.get(name, {}).get(tuple(sorted((label, str(value)) for label, value in labels.items())), 0)


def of_rounds(told: Told) -> Iterator[str]:
    """Each kind of background work is counted, has a span, and has ended well."""
    for service, names in WORKERS.items():
        samples = told.samples(service)
        for name in names:
            if not _sample(samples, "portico_worker_rounds_total", {"worker": name, "outcome": "ok"}):
                yield f"{service}: no round of {name} is counted"
            if not _sample(samples, "portico_worker_last_success_timestamp_seconds", {"worker": name}):
                yield f"{service}: {name} never ended well"
            if not any(span.service == service and span.name == f"{name} round" for span in told.spans):
                yield f"{service}: {name} has no span"


def of_calls(told: Told) -> Iterator[str]:
    """Each service's calls to each of its peers are counted, and have a span that the peer's request is a part of."""
    begun = {span.span_id: span for span in told.spans if span.kind == "client"}
    answered = {
        (begun[span.parent_id].service, span.service)
        for span in told.spans
        if span.kind == "server" and span.parent_id in begun and span.trace_id == begun[span.parent_id].trace_id
    }
    for service, peers in PEERS.items():
        for peer in peers:
            if not _sample(
                told.samples(service), "http_client_request_duration_seconds_count", {"peer": peer, "outcome": "ok"}
            ):
                yield f"{service}: no call to {peer} is counted"
            if (service, peer) not in answered:
                yield f"{service}: no span of a call to {peer} is joined by that"


def of_commands(told: Told) -> Iterator[str]:
    """Each command that a service sends to MongoDB is counted, and has a span."""
    for service in SERVICES:
        counted = told.samples(service).get("portico_mongo_command_duration_seconds_count", {})
        names = {dict(labels)["command"] for labels in counted} - {"other", "createIndexes"}
        spans = {
            span.attributes["db.operation.name"]
            for span in told.spans
            if span.service == service and "db.operation.name" in span.attributes
        }
        if not {"find", "update"} <= names:
            yield f"{service}: only {sorted(names)} are counted"
        yield from (f"{service}: {name} has no span" for name in sorted(names - spans))
