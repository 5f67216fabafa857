"""A pod that ends is waited for: by the load balancer first, then by its node."""

import re
from collections.abc import Iterator
from functools import cache

from adapters.bootstrap.settings import Settings
from tests.deploy.environments import environment, expanded
from tests.deploy.rendered import Manifest, Rendered, Workload, label
from tests.deploy.served import drain_seconds, keep_alive_seconds

PROPAGATION_SECONDS = 15
"""Until the AWS Load Balancer Controller has taken a pod that ends out of its target group: it sees the endpoint go and
asks for the deregistration, which takes it a few seconds when much else happens."""
_ALB = "alb.ingress.kubernetes.io/"
_ATTRIBUTE = re.compile(r"([\w.]+)=([^,]*)")


def stopping_is_waited_for(rendered: Rendered) -> Iterator[str]:
    """A pod ends once it is sent nothing more, and has the time to; connections last longer than the balancer's.

    That is: preStop >= propagation + deregistration delay, preStop + drain < grace, keep-alive > idle time-out.
    """
    delay = max(
        (seconds for each in rendered.of("Ingress") for seconds in _told(each, "deregistration_delay")), default=0
    )
    for workload in rendered.services:
        waits = [
            container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
            for container in workload.pod["containers"]
        ]
        grace = workload.pod.get("terminationGracePeriodSeconds", 30)
        drain = drain_seconds(settings_of(rendered, workload))
        if min(waits) < PROPAGATION_SECONDS + delay:
            yield f"{workload} ends after {min(waits)} s, and is sent requests for {PROPAGATION_SECONDS + delay} s."
        if max(waits) + drain >= grace:
            yield f"{workload} needs {max(waits)} + {drain:g} s to end, and is killed after {grace} s."
    for ingress in rendered.of("Ingress"):
        delays, idles = list(_told(ingress, "deregistration_delay")), list(_told(ingress, "idle_timeout"))
        if not delays or not idles:
            yield f"{label(ingress)} leaves a delay to chance, which the pods have to know."
        yield from (
            f"{label(ingress)} keeps idle connections for {idle} s, the services {keep_alive_seconds()} s."
            for idle in idles
            if idle >= keep_alive_seconds()
        )


def settings_of(rendered: Rendered, workload: Workload) -> Settings:
    """Those of its numbers that its environment gives; a secret is none."""
    (container,) = workload.pod["containers"]
    texts = expanded(environment(rendered, workload, container))
    numbers = {"REQUEST_SECONDS", "PORT", "HOST"} & texts.keys()
    return _settings(tuple(sorted((name.lower(), texts[name]) for name in numbers)))


@cache
def _settings(given: tuple[tuple[str, str], ...]) -> Settings:
    return Settings.model_validate(dict(given))


def _told(ingress: Manifest, what: str) -> Iterator[int]:
    """The seconds of `what` in the annotations that hold attributes."""
    annotations = ingress["metadata"].get("annotations", {})
    for name in ("load-balancer-attributes", "target-group-attributes"):
        for key, value in _ATTRIBUTE.findall(annotations.get(_ALB + name, "")):
            if key == f"{what}.timeout_seconds":
                yield int(value)
