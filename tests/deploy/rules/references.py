"""Every name leads somewhere, and every selector selects what it means to."""

import re
from collections.abc import Iterator

from tests.deploy.environments import Missing, environment, secret_keys
from tests.deploy.policies import Network
from tests.deploy.rendered import NAME, SERVICES, Manifest, Rendered, Workload, label, selects, strings

_PLACE = re.compile(r"{{\s*\.(\w+)")


def selectors_select_what_they_mean(rendered: Rendered) -> Iterator[str]:
    for workload in rendered.workloads:
        yield from _own_pods(workload)
        others = [each for each in rendered.workloads if each.manifest is not workload.manifest]
        if workload.lasts and any(selects(workload.manifest["spec"].get("selector"), each.labels) for each in others):
            yield f"{workload} takes others' pods for its own."
    for service in rendered.of("Service"):
        yield from _of_service(rendered, service)
    for budget in rendered.of("PodDisruptionBudget"):
        found = [each for each in rendered.workloads if selects(budget["spec"].get("selector"), each.labels)]
        if len(found) != 1:
            yield f"{label(budget)} selects pods of {len(found)} workloads."
    yield from (f"NetworkPolicy {name} selects no pod." for name in Network(rendered).idle())
    yield from _monitors(rendered)


def _own_pods(workload: Workload) -> Iterator[str]:
    selector = workload.manifest["spec"].get("selector")
    if workload.lasts and not selects(selector, workload.labels):
        yield f"{workload} does not select its own pods."
    if workload.lasts and (not selector or not selector.get("matchLabels")):
        yield f"{workload} selects everything."
    for each in workload.pod.get("topologySpreadConstraints", ()):
        if NAME not in {*each["labelSelector"].get("matchLabels", {}), *each.get("matchLabelKeys", ())}:
            yield f"{workload} is spread together with pods of others."
    spreads = [each["labelSelector"] for each in workload.pod.get("topologySpreadConstraints", ())]
    anti = workload.pod.get("affinity", {}).get("podAntiAffinity", {})
    spreads += [each["labelSelector"] for each in anti.get("requiredDuringSchedulingIgnoredDuringExecution", ())]
    spreads += [
        each["podAffinityTerm"]["labelSelector"]
        for each in anti.get("preferredDuringSchedulingIgnoredDuringExecution", ())
    ]
    if any(not selects(each, workload.labels) for each in spreads):
        yield f"{workload} is to be kept apart from pods that are not its own."


def _of_service(rendered: Rendered, service: Manifest) -> Iterator[str]:
    selector = {"matchLabels": service["spec"].get("selector", {})}
    found = [each for each in rendered.workloads if selects(selector, each.labels)]
    lasting = [each for each in found if each.lasts]
    if len(lasting) != 1 or len(found) != 1:
        yield f"{label(service)} selects pods of {', '.join(map(str, found)) or 'nobody'}."
        return
    (workload,) = lasting
    if workload.service and workload.service != service["metadata"]["name"]:
        yield f"{label(service)} leads to {workload}."
    for port in service["spec"].get("ports", ()):
        target = port.get("targetPort", port["port"])
        number = workload.ports.get(str(target), target if target in workload.ports.values() else None)
        if number is None:
            yield f"{label(service)}: {workload} has no port {target}."
        elif number != port["port"]:
            yield f"{label(service)}: port {port['port']} leads to {number}; policies are asked for the pod's."


def _monitors(rendered: Rendered) -> Iterator[str]:
    for monitor in rendered.of("PodMonitor"):
        found = [each for each in rendered.workloads if selects(monitor["spec"]["selector"], each.labels)]
        if {each.service for each in found} != {*SERVICES}:
            yield f"{label(monitor)} selects pods of {', '.join(map(str, found)) or 'nobody'}."
        for endpoint in monitor["spec"]["podMetricsEndpoints"]:
            yield from (
                f"{label(monitor)}: {each} has no port {endpoint['port']}."
                for each in found
                if endpoint["port"] not in each.ports
            )
    for monitor in rendered.of("ServiceMonitor"):
        services = [
            each
            for each in rendered.of("Service")
            if selects(monitor["spec"]["selector"], each["metadata"].get("labels", {}))
        ]
        if {each["metadata"]["name"] for each in services} != {*SERVICES}:
            yield f"{label(monitor)} selects {', '.join(map(label, services)) or 'nothing'}."
        names = {port.get("name") for each in services for port in each["spec"]["ports"]}
        yield from (
            f"{label(monitor)}: a Service has no port {endpoint['port']}."
            for endpoint in monitor["spec"]["endpoints"]
            if names != {endpoint["port"]}
        )


def names_lead_somewhere(rendered: Rendered) -> Iterator[str]:
    """Files, claims, classes, scaled workloads and the services behind paths; variables have a rule of their own."""
    for workload in rendered.workloads:
        yield from _volumes(rendered, workload)
        for container in workload.containers:
            try:
                environment(rendered, workload, container)
            except Missing as missing:
                yield str(missing)
        priority = workload.pod.get("priorityClassName")
        if rendered.find("PriorityClass", str(priority)) is None:
            yield f"{workload}: there is no PriorityClass {priority}."
        if workload.kind == "StatefulSet":
            yield from _stateful(rendered, workload)
        if workload.service and rendered.find("Service", workload.service) is None:
            yield f"{workload}: there is no Service {workload.service}."
    for scaler in rendered.of("HorizontalPodAutoscaler"):
        target = scaler["spec"]["scaleTargetRef"]
        if rendered.find(target["kind"], target["name"]) is None:
            yield f"{label(scaler)}: there is no {target['kind']} {target['name']}."
        elif target["name"] != scaler["metadata"]["name"]:
            yield f"{label(scaler)} scales {target['name']}."
    for ingress in rendered.of("Ingress"):
        yield from (f"{label(ingress)}: {fault}" for fault in _backends(rendered, ingress))
    for secret in rendered.of("ExternalSecret"):
        keys = {each["secretKey"] for each in secret["spec"].get("data", ())}
        template = secret["spec"].get("target", {}).get("template", {})
        asked = {name for text in strings(template) for name in _PLACE.findall(text)}
        yield from (f"{label(secret)}: its template asks for {name}." for name in sorted(asked - keys))
        store = secret["spec"].get("secretStoreRef", {})
        if rendered.find(store.get("kind", "SecretStore"), store.get("name", "")) is None:
            yield f"{label(secret)}: there is no {store.get('kind', 'SecretStore')} {store.get('name')}."


def _stateful(rendered: Rendered, workload: Workload) -> Iterator[str]:
    service = rendered.find("Service", workload.manifest["spec"].get("serviceName", ""))
    if service is None or service["spec"].get("clusterIP") != "None":
        yield f"{workload} has no headless Service, so its members have no names."
    for claim in workload.manifest["spec"].get("volumeClaimTemplates", ()):
        storage = claim["spec"].get("storageClassName")
        if storage and rendered.on_aws and rendered.find("StorageClass", storage) is None:
            yield f"{workload}: there is no StorageClass {storage}."


def _volumes(rendered: Rendered, workload: Workload) -> Iterator[str]:
    there = secret_keys(rendered)
    volumes = workload.pod.get("volumes", ())
    for volume in volumes:
        name = volume.get("configMap", {}).get("name")
        if name and rendered.find("ConfigMap", name) is None:
            yield f"{workload}: there is no ConfigMap {name}."
        name = volume.get("secret", {}).get("secretName")
        if name and name not in there:
            yield f"{workload}: there is no Secret {name}."
        mode = volume.get("secret", {}).get("defaultMode", 0o644)
        if not mode & 0o004 and not (mode & 0o040 and workload.pod.get("securityContext", {}).get("fsGroup")):
            yield f"{workload} may not read its volume {volume['name']}."
        for item in volume.get("secret", {}).get("items", ()):
            if name in there and item["key"] not in there[name]:
                yield f"{workload}: {name} has no {item['key']}."
    claims = workload.manifest["spec"].get("volumeClaimTemplates", ())
    named = {each["name"] for each in volumes} | {each["metadata"]["name"] for each in claims}
    mounted = {mount["name"] for container in workload.containers for mount in container.get("volumeMounts", ())}
    yield from (f"{workload}: there is no volume {name}." for name in sorted(mounted - named))
    yield from (f"{workload}: nobody mounts the volume {name}." for name in sorted(named - mounted))


def _backends(rendered: Rendered, ingress: Manifest) -> Iterator[str]:
    for rule in ingress["spec"].get("rules", ()):
        for path in rule["http"]["paths"]:
            backend = path["backend"]["service"]
            service = rendered.find("Service", backend["name"])
            ports = {
                (key, port.get(at))
                for port in (service or {"spec": {}})["spec"].get("ports", ())
                for key, at in (("number", "port"), ("name", "name"))
            }
            if not {*backend["port"].items()} <= ports:
                yield f"{path['path']} leads to {backend['name']}, where no such port is."
