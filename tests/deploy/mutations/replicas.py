"""Nobody answers for a while: in a rollout, in a drain, at an end that is not waited for, or since no probe told."""

from collections.abc import Sequence

from tests.deploy.mutations.mutation import Change, Mutation, add, drop, put, replace, without
from tests.deploy.rendered import Rendered

_POD = "spec template spec"
_CONTAINER = f"{_POD} containers 0"
_ORDER = "Deployment order"
_ALB = "metadata annotations alb.ingress.kubernetes.io/"
_SLEEP = f"{_CONTAINER} lifecycle preStop sleep seconds"


def _grace_is_what_it_needs(rendered: Rendered) -> None:
    """To the second; it has to be more."""
    order = next(each for each in rendered.services if each.service == "order")
    sleep = order.pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    order.pod["terminationGracePeriodSeconds"] = sleep + 20


def _probe(name: str, port: object, path: str) -> Change:
    return put(_ORDER, f"{_CONTAINER} {name} httpGet", {"path": path, "port": port})


STOPPING: Sequence[Mutation] = [
    Mutation("stopping_is_waited_for", wrong, change)
    for wrong, change in (
        ("it ends while it is still sent requests", put(_ORDER, _SLEEP, 29)),
        ("it ends before the controller has told the load balancer", put(_ORDER, _SLEEP, 31)),
        ("it ends at once", drop(_ORDER, f"{_CONTAINER} lifecycle")),
        ("it is killed while it drains", _grace_is_what_it_needs),
        ("it has the time that everybody has", drop(_ORDER, f"{_POD} terminationGracePeriodSeconds")),
        (
            "the load balancer takes longer to let go",
            replace("Ingress", f"{_ALB}target-group-attributes", "timeout_seconds=30", "timeout_seconds=300"),
        ),
        ("the load balancer takes as long as it will", drop("Ingress", f"{_ALB}target-group-attributes")),
        (
            "the load balancer keeps connections that are closed here",
            replace("Ingress", f"{_ALB}load-balancer-attributes", "timeout_seconds=60", "timeout_seconds=75"),
        ),
        ("nobody says how long connections are kept", drop("Ingress", f"{_ALB}load-balancer-attributes")),
    )
]

PROBES: Sequence[Mutation] = [
    Mutation("probes_are_answered", wrong, change)
    for wrong, change in (
        ("it is asked for a path that is not there", _probe("livenessProbe", "http", "/healthz")),
        ("it is restarted while it drains", _probe("livenessProbe", "http", "/readyz")),
        ("it is ready while it drains", _probe("readinessProbe", "http", "/livez")),
        ("it is asked on another port", _probe("readinessProbe", 8080, "/readyz")),
        ("it is asked on a port without a number", _probe("readinessProbe", "web", "/readyz")),
        ("nobody asks whether it is ready", drop(_ORDER, f"{_CONTAINER} readinessProbe")),
        ("nobody asks whether it has started", drop(_ORDER, f"{_CONTAINER} startupProbe")),
        ("it is restarted for a pause", put(_ORDER, f"{_CONTAINER} livenessProbe failureThreshold", 1)),
        ("it has no time to start", put(_ORDER, f"{_CONTAINER} startupProbe failureThreshold", 1)),
        ("it is sent requests for minutes", put(_ORDER, f"{_CONTAINER} readinessProbe failureThreshold", 30)),
        ("its container has another port", put(_ORDER, f"{_CONTAINER} ports 0 containerPort", 8080)),
        ("it listens on another port", add(_ORDER, f"{_CONTAINER} env", {"name": "PORT", "value": "8080"})),
        ("the database is asked nothing", drop("StatefulSet mongo", f"{_CONTAINER} livenessProbe tcpSocket")),
        ("the database is not asked", drop("StatefulSet mongo", f"{_CONTAINER} livenessProbe")),
        ("the load balancer asks who is alive", put("Ingress", f"{_ALB}healthcheck-path", "/livez")),
        ("the load balancer asks for what it likes", drop("Ingress", f"{_ALB}healthcheck-path")),
    )
]

REPLICAS: Sequence[Mutation] = [
    Mutation(
        "rollouts_keep_everybody", "one less in a rollout", put(_ORDER, "spec strategy rollingUpdate maxUnavailable", 1)
    ),
    Mutation("rollouts_keep_everybody", "a quarter less, as nobody said", drop(_ORDER, "spec strategy")),
    Mutation("rollouts_keep_everybody", "all end first", put(_ORDER, "spec strategy", {"type": "Recreate"})),
    Mutation("rollouts_keep_everybody", "no rollout begins", put(_ORDER, "spec strategy rollingUpdate maxSurge", 0)),
    Mutation(
        "rollouts_keep_everybody",
        "members are not renewed",
        put("StatefulSet mongo", "spec updateStrategy type", "OnDelete"),
    ),
    Mutation("a_drain_leaves_one", "nobody holds a drain up", without("PodDisruptionBudget order")),
    Mutation(
        "a_drain_leaves_one", "a drain takes both", put("PodDisruptionBudget order", "spec", {"maxUnavailable": 2})
    ),
    Mutation("a_drain_leaves_one", "no drain ever ends", put("PodDisruptionBudget order", "spec maxUnavailable", 0)),
    Mutation("a_drain_leaves_one", "there is one", put("HorizontalPodAutoscaler order", "spec minReplicas", 1)),
    Mutation(
        "a_drain_leaves_one", "a drain takes the majority", put("PodDisruptionBudget mongo", "spec maxUnavailable", 2)
    ),
    Mutation(
        "a_drain_leaves_one",
        "one that is never ready holds a node",
        drop("PodDisruptionBudget order", "spec unhealthyPodEvictionPolicy"),
    ),
    Mutation("scaling_can_happen", "it does not scale", without("HorizontalPodAutoscaler order")),
    Mutation(
        "scaling_can_happen", "it scales from two to two", put("HorizontalPodAutoscaler order", "spec maxReplicas", 2)
    ),
    Mutation("scaling_can_happen", "it goes down to one", put("HorizontalPodAutoscaler order", "spec minReplicas", 1)),
    Mutation(
        "scaling_can_happen", "it does not look at the CPU", put("HorizontalPodAutoscaler order", "spec metrics", [])
    ),
    Mutation(
        "scaling_can_happen",
        "it goes down at once",
        drop("HorizontalPodAutoscaler order", "spec behavior scaleDown stabilizationWindowSeconds"),
    ),
    Mutation("scaling_can_happen", "a rollout undoes it", put(_ORDER, "spec replicas", 2)),
    Mutation(
        "the_namespace_has_room",
        "there are to be more than fit",
        put("HorizontalPodAutoscaler order", "spec maxReplicas", 60),
    ),
    Mutation(
        "the_namespace_has_room",
        "each takes more than fits",
        put(_ORDER, f"{_CONTAINER} resources requests memory", "4Gi"),
    ),
    Mutation("the_namespace_has_room", "nobody holds it in", without("ResourceQuota")),
    Mutation("the_namespace_has_room", "nobody holds its memory in", drop("ResourceQuota", "spec hard limits.memory")),
]

APART: Sequence[Mutation] = [
    Mutation("replicas_are_apart", wrong, change)
    for wrong, change in (
        ("all may be on one node", drop(_ORDER, f"{_POD} topologySpreadConstraints 0")),
        ("all may be in one zone", drop(_ORDER, f"{_POD} topologySpreadConstraints 1")),
        ("members may be on one node", drop("StatefulSet mongo", f"{_POD} affinity")),
    )
]
