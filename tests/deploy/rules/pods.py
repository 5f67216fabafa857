"""What a pod may do, and what it has: Pod Security `restricted`, a read-only root, its share of a node, no token.

https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
"""

import re
from collections.abc import Iterator

from tests.deploy.rendered import Manifest, Rendered, label

_VOLUMES = {
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
}
_SYSCTLS = {
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
}
_SELINUX = {"", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"}
_VERSION = re.compile(r"v?\d+\.\d+\.\d+([.-][\w.-]+)?")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def pods_are_restricted(rendered: Rendered) -> Iterator[str]:
    """Every check of the standard, and a read-only root beside."""
    for workload in rendered.workloads:
        yield from (f"{workload}: {fault}" for fault in _pod_faults(workload.pod))
        for container in workload.containers:
            name = f"{workload}, {container['name']}"
            yield from (f"{name}: {fault}" for fault in _container_faults(workload.pod, container))


def _pod_faults(pod: Manifest) -> Iterator[str]:
    for name in ("hostNetwork", "hostPID", "hostIPC"):
        if pod.get(name):
            yield f"{name} is set."
    for volume in pod.get("volumes", ()):
        kinds = volume.keys() - {"name"}
        if not kinds <= _VOLUMES:
            yield f"the volume {volume['name']} is of the kind {', '.join(kinds - _VOLUMES)}."
    for sysctl in pod.get("securityContext", {}).get("sysctls", ()):
        if sysctl["name"] not in _SYSCTLS:
            yield f"the sysctl {sysctl['name']} is not a safe one."
    if pod.get("ephemeralContainers"):
        yield "it has ephemeral containers."


def _container_faults(pod: Manifest, container: Manifest) -> Iterator[str]:
    own, shared = container.get("securityContext", {}), pod.get("securityContext", {})
    both = {**shared, **own}
    if own.get("privileged"):
        yield "it is privileged."
    if own.get("allowPrivilegeEscalation") is not False:
        yield "allowPrivilegeEscalation is not false."
    if own.get("capabilities", {}).get("drop") != ["ALL"]:
        yield "it does not drop all capabilities."
    if not {*own.get("capabilities", {}).get("add", ())} <= {"NET_BIND_SERVICE"}:
        yield "it adds capabilities."
    if both.get("runAsNonRoot") is not True:
        yield "runAsNonRoot is not true."
    if not both.get("runAsUser"):
        yield "it has no user of its own, or root."
    if both.get("seccompProfile", {}).get("type") not in ("RuntimeDefault", "Localhost"):
        yield "it has no seccomp profile."
    if both.get("procMount", "Default") != "Default":
        yield "it has another procMount."
    for options in (own.get("seLinuxOptions", {}), shared.get("seLinuxOptions", {})):
        if options.get("type", "") not in _SELINUX or options.keys() & {"user", "role"}:
            yield "it has SELinux options of its own."
    if both.get("appArmorProfile", {}).get("type") == "Unconfined":
        yield "AppArmor does not confine it."
    if both.get("windowsOptions", {}).get("hostProcess"):
        yield "it is a process of the host."
    if any(port.get("hostPort") for port in container.get("ports", ())):
        yield "it takes a port of the host."
    if own.get("readOnlyRootFilesystem") is not True:
        yield "its root can be written to."


def namespaces_enforce_it(rendered: Rendered) -> Iterator[str]:
    """What is true of today's pods stays true of tomorrow's."""
    for namespace in rendered.of("Namespace"):
        labels = namespace["metadata"].get("labels", {})
        for mode in ("enforce", "audit", "warn"):
            if labels.get(f"pod-security.kubernetes.io/{mode}") != "restricted":
                yield f"{label(namespace)} does not {mode} the standard `restricted`."
        if rendered.on_aws and labels.get("elbv2.k8s.aws/pod-readiness-gate-inject") != "enabled":
            yield f"{label(namespace)}: pods would count as ready before the load balancer knows them."
    if not rendered.of("Namespace"):
        yield "There is no Namespace."


def containers_have_their_share(rendered: Rendered) -> Iterator[str]:
    """CPU and memory are asked for, and have an end, which is not below what is asked for; so has a disk's."""
    for workload in rendered.workloads:
        for container in workload.containers:
            asked, most = (container.get("resources", {}).get(kind, {}) for kind in ("requests", "limits"))
            name = f"{workload}, {container['name']}"
            for what in ("cpu", "memory"):
                if what not in asked:
                    yield f"{name} asks for no {what}."
                if what not in most:
                    yield f"{name} may take all {what} of a node."
                elif quantity(most[what]) < quantity(asked.get(what, 0)):
                    yield f"{name} may have less {what} than it asks for."
        for volume in workload.pod.get("volumes", ()):
            empty = volume.get("emptyDir", {}) if volume.keys() & {"emptyDir"} or len(volume) == 1 else None
            if empty is not None and "sizeLimit" not in (empty or {}):
                yield f"{workload} may fill a node's disk with {volume['name']}."


_UNITS = {"m": 1e-3, "": 1.0, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12} | {
    f"{unit}i": 1024.0**power for power, unit in enumerate("KMGT", 1)
}


def quantity(text: str | int) -> float:
    """As Kubernetes reads it: `250m`, `1`, `192Mi`."""
    found = re.fullmatch(r"([\d.]+)(\w*)", str(text))
    if found is None or found[2] not in _UNITS:
        raise ValueError(f"{text} is no quantity.")
    return float(found[1]) * _UNITS[found[2]]


def images_are_pinned(rendered: Rendered) -> Iterator[str]:
    """By a version or a digest, so that the same manifest is the same program tomorrow."""
    for workload in rendered.workloads:
        for container in workload.containers:
            image = container["image"]
            name, _, digest = image.partition("@")
            tag = name.rpartition("/")[2].partition(":")[2]
            if not (_DIGEST.fullmatch(digest) or _VERSION.fullmatch(tag)):
                yield f"{workload}, {container['name']}: {image} may be another one tomorrow."


def no_pod_has_a_token(rendered: Rendered) -> Iterator[str]:
    """None asks the Kubernetes API anything, so none can."""
    accounts = {each["metadata"]["name"]: each for each in rendered.of("ServiceAccount")}
    for workload in rendered.workloads:
        account = workload.pod.get("serviceAccountName", "default")
        if account == "default":
            yield f"{workload} has no ServiceAccount of its own."
        elif account not in accounts:
            yield f"{workload}: there is no ServiceAccount {account}."
        elif accounts[account].get("automountServiceAccountToken") is not False:
            yield f"ServiceAccount {account} gives its token to whoever takes it."
        if workload.pod.get("automountServiceAccountToken") is not False:
            yield f"{workload} mounts the token of its ServiceAccount."
        for volume in workload.pod.get("volumes", ()):
            for source in volume.get("projected", {}).get("sources", ()):
                if "serviceAccountToken" in source:
                    yield f"{workload} mounts a token as the volume {volume['name']}."
    for kind in ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"):
        yield from (f"{label(each)}: no pod of the shop asks the Kubernetes API." for each in rendered.of(kind))
