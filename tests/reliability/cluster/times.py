"""How long things take in a cluster, scaled down: but for the propagation, as the manifests say."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import yaml

from tests.deploy.rules.stopping import PROPAGATION_SECONDS

BASE = Path(__file__).parents[3] / "k8s/base"
PREFIX = "alb.ingress.kubernetes.io/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """In seconds, but for `threshold`, the checks that it takes to believe in a change.

    `propagation` is until the load balancer and all nodes have heard that a pod is to end; `pre_stop`, until it is told
    so itself, by SIGTERM; then it has `grace`. That, and what a check may take, is not scaled: requests take as long
    as they take.
    """

    check_interval: float
    check_timeout: float
    threshold: int
    deregistration: float
    idle: float
    propagation: float
    pre_stop: float
    grace: float

    @classmethod
    def of_the_manifests(cls, scale: float) -> Self:
        """Those of the cluster, `scale` times as long."""
        ingress = yaml.safe_load((BASE / "ingress/ingress.yaml").read_text())["metadata"]["annotations"]
        pod = yaml.safe_load((BASE / "every-service/pod.yaml").read_text())["spec"]["template"]["spec"]
        container = {
            patch["path"].rpartition("/")[2]: patch["value"]
            for patch in yaml.safe_load((BASE / "every-service/container.yaml").read_text())
        }
        told = {name.removeprefix(PREFIX): value for name, value in ingress.items()}
        attributes = dict(
            pair.split("=")
            for name in ("load-balancer-attributes", "target-group-attributes")
            for pair in told[name].split(",")
        )
        pre_stop = container["lifecycle"]["preStop"]["sleep"]["seconds"]
        return cls(
            check_interval=scale * float(told["healthcheck-interval-seconds"]),
            check_timeout=float(told["healthcheck-timeout-seconds"]),
            threshold=int(told["unhealthy-threshold-count"]),
            deregistration=scale * float(attributes["deregistration_delay.timeout_seconds"]),
            idle=scale * float(attributes["idle_timeout.timeout_seconds"]),
            propagation=scale * PROPAGATION_SECONDS,
            pre_stop=scale * pre_stop,
            grace=pod["terminationGracePeriodSeconds"] - pre_stop,
        )
