"""Pods that may do too much, have too little, or are another program tomorrow."""

from collections.abc import Sequence

from tests.deploy.mutations.mutation import Mutation, add, drop, more, put

_POD = "spec template spec"
_CONTAINER = f"{_POD} containers 0"
_CONTEXT = f"{_CONTAINER} securityContext"
_ORDER = "Deployment order"
_HOST_PATH = {"name": "host", "hostPath": {"path": "/var/run"}}
_TOKEN = {"name": "token", "projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}}
_ROLE = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "reader"}, "rules": []}

RESTRICTED: Sequence[Mutation] = [
    Mutation("pods_are_restricted", wrong, change)
    for wrong, change in (
        ("it is in the node's network", put(_ORDER, f"{_POD} hostNetwork", True)),
        ("it sees the node's processes", put(_ORDER, f"{_POD} hostPID", True)),
        ("it shares the node's memory", put(_ORDER, f"{_POD} hostIPC", True)),
        ("it mounts a folder of the node", add(_ORDER, f"{_POD} volumes", _HOST_PATH)),
        (
            "it changes the kernel",
            put(_ORDER, f"{_POD} securityContext sysctls", [{"name": "kernel.msgmax", "value": "1"}]),
        ),
        ("it takes a port of the node", put(_ORDER, f"{_CONTAINER} ports 0 hostPort", 3004)),
        ("it is privileged", put(_ORDER, f"{_CONTEXT} privileged", True)),
        ("it may get more rights", put(_ORDER, f"{_CONTEXT} allowPrivilegeEscalation", True)),
        ("nobody says that it may not get more rights", drop(_ORDER, f"{_CONTEXT} allowPrivilegeEscalation")),
        ("it keeps capabilities", put(_ORDER, f"{_CONTEXT} capabilities drop", ["NET_RAW"])),
        ("it adds capabilities", put(_ORDER, f"{_CONTEXT} capabilities add", ["SYS_ADMIN"])),
        ("it may be root", put(_ORDER, f"{_CONTEXT} runAsNonRoot", False)),
        ("it is root", put(_ORDER, f"{_CONTEXT} runAsUser", 0)),
        ("its system calls are not filtered", put(_ORDER, f"{_CONTEXT} seccompProfile", {"type": "Unconfined"})),
        ("it sees all of /proc", put(_ORDER, f"{_CONTEXT} procMount", "Unmasked")),
        ("it is another kind to SELinux", put(_ORDER, f"{_CONTEXT} seLinuxOptions", {"type": "spc_t"})),
        ("AppArmor does not confine it", put(_ORDER, f"{_CONTEXT} appArmorProfile", {"type": "Unconfined"})),
        ("it is a process of a Windows host", put(_ORDER, f"{_CONTEXT} windowsOptions", {"hostProcess": True})),
        ("it can write its own program", put(_ORDER, f"{_CONTEXT} readOnlyRootFilesystem", False)),
        (
            "a container that only begins is privileged",
            put("StatefulSet mongo", f"{_POD} initContainers 0 securityContext privileged", True),
        ),
    )
]

OTHERS: Sequence[Mutation] = [
    Mutation(
        "namespaces_enforce_it",
        "it enforces less",
        put("Namespace ecommerce", "metadata labels pod-security.kubernetes.io/enforce", "baseline"),
    ),
    Mutation(
        "namespaces_enforce_it",
        "it enforces nothing",
        drop("Namespace ecommerce", "metadata labels pod-security.kubernetes.io/enforce"),
    ),
    Mutation(
        "namespaces_enforce_it",
        "pods are ready before the load balancer has them",
        drop("Namespace ecommerce", "metadata labels elbv2.k8s.aws/pod-readiness-gate-inject"),
    ),
    Mutation("containers_have_their_share", "it asks for no CPU", drop(_ORDER, f"{_CONTAINER} resources requests cpu")),
    Mutation(
        "containers_have_their_share", "it asks for no memory", drop(_ORDER, f"{_CONTAINER} resources requests memory")
    ),
    Mutation(
        "containers_have_their_share", "it may take all memory", drop(_ORDER, f"{_CONTAINER} resources limits memory")
    ),
    Mutation(
        "containers_have_their_share",
        "it asks for more than it may have",
        put(_ORDER, f"{_CONTAINER} resources requests memory", "64Gi"),
    ),
    Mutation(
        "containers_have_their_share",
        "what begins with a pod asks for nothing",
        drop("StatefulSet mongo", f"{_POD} initContainers 0 resources"),
    ),
    Mutation(
        "containers_have_their_share",
        "it may fill a disk",
        add(_ORDER, f"{_POD} volumes", {"name": "much", "emptyDir": {}}),
    ),
    Mutation("containers_have_their_share", "it may take all CPU", drop(_ORDER, f"{_CONTAINER} resources limits cpu")),
    Mutation("images_are_pinned", "it is the latest", put(_ORDER, f"{_CONTAINER} image", "portico:latest")),
    Mutation(
        "images_are_pinned", "it says nothing", put(_ORDER, f"{_CONTAINER} image", "registry.example:5000/portico")
    ),
    Mutation("images_are_pinned", "it is any of a version", put("StatefulSet mongo", f"{_CONTAINER} image", "mongo:8")),
    Mutation("no_pod_has_a_token", "it mounts a token", put(_ORDER, f"{_POD} automountServiceAccountToken", True)),
    Mutation(
        "no_pod_has_a_token",
        "its account gives it a token",
        put("ServiceAccount order", "automountServiceAccountToken", True),
    ),
    Mutation("no_pod_has_a_token", "it uses the account of all", drop(_ORDER, f"{_POD} serviceAccountName")),
    Mutation("no_pod_has_a_token", "its account does not exist", put(_ORDER, f"{_POD} serviceAccountName", "orders")),
    Mutation("no_pod_has_a_token", "it mounts a token by hand", add(_ORDER, f"{_POD} volumes", _TOKEN)),
    Mutation("no_pod_has_a_token", "there is a role for it", more(_ROLE)),
]
