"""What CloudWatch demands of a line to make metrics of it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

DIMENSIONS_MAX = 30
METRICS_MAX = 100
VALUES_MAX = 100
UNITS = {"Count", "Milliseconds"}
"""Those of the many there are that we have."""


def faults(line: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with it."""
    metadata = line["_aws"]
    if type(metadata.get("Timestamp")) is not int:
        yield "Timestamp is no whole number of milliseconds"
    for directive in metadata["CloudWatchMetrics"]:
        if not 1 <= len(directive["Namespace"]) <= 256:
            yield "Namespace is too short or too long"
        if not 1 <= len(directive["Metrics"]) <= METRICS_MAX:
            yield "there are too few Metrics or too many"
        for dimensions in directive["Dimensions"]:
            if len(dimensions) > DIMENSIONS_MAX:
                yield "there are too many Dimensions"
            yield from (
                f"{name} is no text" for name in dimensions if not (isinstance(line.get(name), str) and line[name])
            )
        for metric in directive["Metrics"]:
            value = line.get(metric["Name"])
            values = value if isinstance(value, list) else [value]
            if not 1 <= len(values) <= VALUES_MAX or not all(type(each) in (int, float) for each in values):
                yield f"{metric['Name']} is no number"
            if metric.get("Unit", "Count") not in UNITS:
                yield f"{metric['Name']} is of no unit"
