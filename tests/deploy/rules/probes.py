"""Who asks whether a pod is well gets an answer from the app itself, on the port where it listens."""

from collections.abc import Iterator

from tests.deploy.composed import answers
from tests.deploy.rendered import SERVICE_PORTS, Manifest, Rendered, Workload, label
from tests.deploy.rules.stopping import settings_of

_PROBES = ("startupProbe", "livenessProbe", "readinessProbe")
_HEALTH = "alb.ingress.kubernetes.io/healthcheck-path"
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - a pod's own network


def probes_are_answered(rendered: Rendered) -> Iterator[str]:
    """Alive is who answers, even while it drains; ready is who wants requests, and one that drains does not."""
    for workload in rendered.workloads:
        if workload.service:
            yield from (f"{workload}: {fault}" for fault in _of_service(rendered, workload))
        elif workload.lasts:
            for container in workload.pod["containers"]:
                missing = [name for name in _PROBES if name not in container]
                yield from (f"{workload}, {container['name']} has no {name}." for name in missing)
                asks = {
                    name: container.get(name, {}).keys() & {"exec", "tcpSocket", "grpc", "httpGet"} for name in _PROBES
                }
                yield from (f"{workload}: its {name} asks nothing." for name, how in asks.items() if len(how) != 1)
    for ingress in rendered.of("Ingress"):
        path = ingress["metadata"].get("annotations", {}).get(_HEALTH)
        for workload in rendered.services:
            if path is None or not _tells_readiness(workload.service, path):
                yield f"{label(ingress)} asks {workload.service} for {path}, which does not tell whether it is ready."


def _of_service(rendered: Rendered, workload: Workload) -> Iterator[str]:
    settings = settings_of(rendered, workload)
    listens = settings.port or SERVICE_PORTS[workload.service]
    if settings.host not in EVERYWHERE:
        yield f"it listens on {settings.host}, where nobody reaches it."
    (container,) = workload.pod["containers"]
    if {port["containerPort"] for port in container.get("ports", ())} != {listens}:
        yield f"it listens on {listens}, which is not the port of its container."
    for name in _PROBES:
        probe = container.get(name, {})
        path = probe.get("httpGet", {}).get("path")
        if path is None:
            yield f"it has no {name} by HTTP."
            continue
        port = probe["httpGet"].get("port")
        if workload.ports.get(str(port), port) != listens:
            yield f"its {name} asks the port {port}."
        told = (
            _tells_readiness(workload.service, path)
            if name == "readinessProbe"
            else _tells_life(workload.service, path)
        )
        if not told:
            yield f"its {name} asks for {path}, which does not tell that."
        yield from _in_time(name, probe)


def _in_time(name: str, probe: Manifest) -> Iterator[str]:
    failures, period = probe.get("failureThreshold", 3), probe.get("periodSeconds", 10)
    if name == "livenessProbe" and failures * period < 15:
        yield "it would be restarted for a pause of a few seconds."
    if name == "startupProbe" and failures * period < 30:
        yield "it has little time to start."
    if name == "readinessProbe" and failures * period > 30:
        yield "it is sent requests long after it said no."


def _tells_readiness(service: str, path: str) -> bool:
    return answers(service, path) == 200 and answers(service, path, draining=True) == 503


def _tells_life(service: str, path: str) -> bool:
    return answers(service, path) == 200 and answers(service, path, draining=True) == 200 and path != "/metrics"
