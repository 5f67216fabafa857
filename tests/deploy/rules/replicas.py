"""There is always one to answer: in a rollout, in a drain of a node, and when many ask."""

from collections.abc import Iterator
from math import ceil

from tests.deploy.rendered import Manifest, Rendered, Workload, label, selects
from tests.deploy.rules.pods import quantity


def rollouts_keep_everybody(rendered: Rendered) -> Iterator[str]:
    """A new pod is there and ready before an old one goes."""
    for workload in rendered.workloads:
        spec = workload.manifest["spec"]
        if workload.kind == "Deployment":
            rolling = spec.get("strategy", {}).get("rollingUpdate", {})
            if spec.get("strategy", {}).get("type", "RollingUpdate") != "RollingUpdate":
                yield f"{workload} ends all pods before it starts new ones."
            if rolling.get("maxUnavailable") not in (0, "0%"):
                yield f"{workload} may have fewer pods in a rollout than it should."
            if rolling.get("maxSurge", "25%") in (0, "0%"):
                yield f"{workload} may not begin a rollout."
        if (
            workload.kind == "StatefulSet"
            and spec.get("updateStrategy", {}).get("type", "RollingUpdate") != "RollingUpdate"
        ):
            yield f"{workload} is not renewed."


def a_drain_leaves_one(rendered: Rendered) -> Iterator[str]:
    """A node can be emptied, and somebody still answers; of a replica set, its majority."""
    budgets = rendered.of("PodDisruptionBudget")
    for workload in rendered.workloads:
        if workload.kind not in ("Deployment", "StatefulSet"):
            continue
        least = _least(rendered, workload)
        own = [each for each in budgets if selects(each["spec"].get("selector"), workload.labels)]
        if least == 1 and not own and not rendered.on_aws:
            continue
        if least < 2:
            yield f"{workload} may have a single pod."
        if len(own) != 1:
            yield f"{workload} has {len(own)} disruption budgets."
            continue
        gone = _disruptions(own[0], least)
        needed = least // 2 + 1 if workload.kind == "StatefulSet" else 1
        if gone < 1:
            yield f"{workload}: no node with a pod of it can ever be drained."
        if least - gone < needed:
            yield f"{workload}: a drain may leave {least - gone} of {least}."
        if own[0]["spec"].get("unhealthyPodEvictionPolicy") != "AlwaysAllow" and workload.service:
            yield f"{workload}: pods that never become ready would keep a node from being drained."


def _least(rendered: Rendered, workload: Workload) -> int:
    for scaler in rendered.of("HorizontalPodAutoscaler"):
        if scaler["spec"]["scaleTargetRef"]["name"] == workload.name:
            return int(scaler["spec"].get("minReplicas", 1))
    return int(workload.manifest["spec"].get("replicas", 1))


def _disruptions(budget: Manifest, replicas: int) -> int:
    """How many pods a budget lets go at once."""
    spec = budget["spec"]
    if "maxUnavailable" in spec:
        return _of(spec["maxUnavailable"], replicas)
    return replicas - _of(spec["minAvailable"], replicas)


def _of(told: int | str, replicas: int) -> int:
    """A percentage is rounded up, in both fields."""
    return ceil(int(told.removesuffix("%")) * replicas / 100) if isinstance(told, str) else told


def replicas_are_apart(rendered: Rendered) -> Iterator[str]:
    """No node has all of them, and no zone if it can be; members of a set are never two in one."""
    for workload in rendered.workloads:
        if not workload.lasts or _least(rendered, workload) < 2:
            continue
        spread = {each["topologyKey"] for each in workload.pod.get("topologySpreadConstraints", ())}
        affinity = workload.pod.get("affinity", {}).get("podAntiAffinity", {})
        spread |= {each["topologyKey"] for each in affinity.get("requiredDuringSchedulingIgnoredDuringExecution", ())}
        missing = {"kubernetes.io/hostname", "topology.kubernetes.io/zone"} - spread
        yield from (f"{workload} may be in one {key.rpartition('/')[2]} alone." for key in sorted(missing))


def scaling_can_happen(rendered: Rendered) -> Iterator[str]:
    """Each service scales between two numbers, by the CPU that it asks for."""
    scaled = set[str]()
    for scaler in rendered.of("HorizontalPodAutoscaler"):
        spec = scaler["spec"]
        scaled.add(spec["scaleTargetRef"]["name"])
        if spec.get("minReplicas", 1) < 2:
            yield f"{label(scaler)} may go down to a single pod."
        if spec["maxReplicas"] <= spec.get("minReplicas", 1):
            yield f"{label(scaler)} cannot scale."
        if not any(each.get("resource", {}).get("name") == "cpu" for each in spec.get("metrics", ())):
            yield f"{label(scaler)} does not look at the CPU."
        if "stabilizationWindowSeconds" not in spec.get("behavior", {}).get("scaleDown", {}):
            yield f"{label(scaler)} does not say how it scales down."
    for workload in rendered.services:
        if rendered.on_aws and workload.name not in scaled:
            yield f"{workload} does not scale."
        if workload.name in scaled and "replicas" in workload.manifest["spec"]:
            yield f"{workload}: whoever applies it undoes what its HorizontalPodAutoscaler did."


def the_namespace_has_room(rendered: Rendered) -> Iterator[str]:
    """For every service at its most, in a rollout, and for all else that may run then."""
    for quota in rendered.of("ResourceQuota"):
        for name, most in quota["spec"].get("hard", {}).items():
            needed = sum(_needs(workload, name) * _most(rendered, workload) for workload in rendered.workloads)
            if needed > quantity(most):
                yield f"{label(quota)}: {name} is {most}, and {needed:g} may be asked for."
    bounded = {name for quota in rendered.of("ResourceQuota") for name in quota["spec"].get("hard", {})}
    unbounded = {"pods", "requests.cpu", "requests.memory", "limits.memory"} - bounded
    yield from (f"The namespace may take all of the cluster: {name}." for name in sorted(unbounded))


def _most(rendered: Rendered, workload: Workload) -> int:
    """How many pods there may be at once."""
    replicas = [
        int(scaler["spec"]["maxReplicas"])
        for scaler in rendered.of("HorizontalPodAutoscaler")
        if scaler["spec"]["scaleTargetRef"]["name"] == workload.name
    ]
    surge = workload.manifest["spec"].get("strategy", {}).get("rollingUpdate", {}).get("maxSurge", 0)
    most = max([int(workload.manifest["spec"].get("replicas", 1)), *replicas])
    return most + _of(surge, most)


def _needs(workload: Workload, name: str) -> float:
    """Of a quota's `requests.cpu`, `limits.memory`, `pods`; what else there is, a pod does not use up."""
    if name == "pods":
        return 1
    kind, _, what = name.partition(".")
    if kind not in ("requests", "limits"):
        return 0
    return sum(
        quantity(container.get("resources", {}).get(kind, {}).get(what, 0)) for container in workload.pod["containers"]
    )
