"""Reads back what `Metrics.text()` tells, for those who look at a process from outside."""

from collections.abc import Mapping

from prometheus_client.parser import text_string_to_metric_families

Labels = tuple[tuple[str, str], ...]
"""Names and values, sorted by name."""
Values = Mapping[str, Mapping[Labels, float]]
"""By a sample's name (a histogram has `_bucket`, `_count` and `_sum`), and by its labels."""


def read(text: str) -> Values:
    """The samples of a text in Prometheus' text format. Raises: ValueError if it is none."""
    values: dict[str, dict[Labels, float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            values.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return values
