"""Rates and quantiles are those that Prometheus would reckon."""

from math import inf

import pytest

from adapters.inbound.cli.status.figures import buckets, grown, quantile, started, together
from adapters.telemetry.prometheus import PrometheusMetrics
from adapters.telemetry.reading import Values, read

BUCKETS = {0.1: 10.0, 0.2: 30.0, 0.4: 90.0, 1.0: 100.0, inf: 100.0}


def counted(value: float, *, since: float = 1_000.0, **others: float) -> Values:
    return {
        "process_start_time_seconds": {(): since},
        "requests_total": {(("route", "/a"),): value, **{(("route", f"/{name}"),): it for name, it in others.items()}},
        "in_flight": {(): value},
    }


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        (0.05, 0.05),  # the 5th of 10 between 0 and 0.1
        (0.1, 0.1),  # the last of its bucket: its bound
        (0.2, 0.15),  # the 10th of 20 between 0.1 and 0.2
        (0.5, 0.2 + 0.2 * 20 / 60),
        (0.95, 0.7),  # half way from 0.4 to 1.0
        (1.0, 1.0),
    ],
)
def test_a_quantile_lies_in_its_bucket_in_proportion(q: float, expected: float) -> None:
    assert quantile(q, BUCKETS) == pytest.approx(expected)


def test_what_is_beyond_the_last_bound_is_taken_to_be_that_bound() -> None:
    assert quantile(0.99, {0.1: 5.0, 10.0: 5.0, inf: 10.0}) == 10.0
    assert quantile(0.5, {0.1: 5.0, 10.0: 5.0, inf: 10.0}) == pytest.approx(0.1)


def test_an_empty_bucket_below_holds_nothing() -> None:
    assert quantile(0.5, {0.1: 0.0, 0.2: 4.0, inf: 4.0}) == pytest.approx(0.15)


def test_of_nothing_there_is_no_quantile() -> None:
    assert quantile(0.5, {}) is None
    assert quantile(0.5, {0.1: 0.0, inf: 0.0}) is None


def test_the_order_of_buckets_does_not_matter() -> None:
    assert quantile(0.5, dict(reversed(BUCKETS.items()))) == quantile(0.5, BUCKETS)


def test_series_of_one_histogram_are_summed_by_bound() -> None:
    samples: list[tuple[dict[str, str], float]] = [
        ({"le": "0.1", "route": "/a"}, 1.0),
        ({"le": "+Inf", "route": "/a"}, 2.0),
        ({"le": "0.1", "route": "/b"}, 10.0),
        ({"le": "+Inf", "route": "/b"}, 20.0),
    ]
    assert buckets(samples) == {0.1: 11.0, inf: 22.0}


def test_a_counter_grows_by_the_difference_and_a_gauge_does_not_grow() -> None:
    assert grown(counted(5), counted(12)) == {"requests_total": {(("route", "/a"),): 7.0}}


def test_what_did_not_grow_is_left_out() -> None:
    assert grown(counted(5), counted(5)) == {}


def test_of_a_histogram_that_grew_no_bucket_is_left_out() -> None:
    metrics = PrometheusMetrics(service="cart", version="1")
    for route in ("/a", "/b"):
        metrics.requests.labels("GET", route, "200")
    before = read(metrics.text().decode())
    metrics.requests.labels("GET", "/a", "200").observe(0.004)
    growth = grown(before, read(metrics.text().decode()))["http_server_request_duration_seconds_bucket"]
    assert {dict(labels)["route"] for labels in growth} == {"/a"}
    spread = buckets((dict(labels), value) for labels, value in growth.items())
    assert (spread[0.0025], spread[0.005]) == (0.0, 1.0)
    assert quantile(0.5, spread) == pytest.approx(0.00375)


def test_a_series_that_is_new_grew_by_all_that_it_counted() -> None:
    assert grown(counted(5), counted(5, b=3)) == {"requests_total": {(("route", "/b"),): 3.0}}


def test_a_counter_below_its_last_value_began_anew() -> None:
    assert grown(counted(100), counted(4)) == {"requests_total": {(("route", "/a"),): 4.0}}


def test_a_process_that_began_anew_is_noticed_even_if_it_has_counted_further() -> None:
    assert grown(counted(5, since=1_000), counted(8, since=2_000)) == {"requests_total": {(("route", "/a"),): 8.0}}


def test_growth_adds_up() -> None:
    steps = [grown(counted(0), counted(5)), grown(counted(5), counted(7, b=1)), {}]
    assert together(steps) == {"requests_total": {(("route", "/a"),): 7.0, (("route", "/b"),): 1.0}}


def test_our_own_text_is_read_back() -> None:
    metrics = PrometheusMetrics(service="cart", version="1")
    metrics.requests.labels("GET", '/v1/"odd"\n', "200").observe(0.03)
    metrics.retries.labels("product").inc(3)
    values = read(metrics.text().decode())
    assert values["portico_peer_retries_total"] == {(("peer", "product"),): 3.0}
    (labels,) = values["http_server_request_duration_seconds_count"]
    assert dict(labels) == {"method": "GET", "route": '/v1/"odd"\n', "status": "200"}
    spread = values["http_server_request_duration_seconds_bucket"]
    assert buckets((dict(labels), value) for labels, value in spread.items())[0.05] == 1.0
    assert started(values) is not None


def test_where_the_system_does_not_tell_the_metrics_know_when_the_process_began() -> None:
    values = dict(read(PrometheusMetrics(service="cart", version="1").text().decode()))
    values.pop("process_start_time_seconds", None)
    assert started(values) is not None
    assert started({}) is None


@pytest.mark.parametrize("text", ["<html>\n<body>hello</body>", "{}", "a b c d\n", "name{x=\n"])
def test_what_is_not_prometheus_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read(text)
