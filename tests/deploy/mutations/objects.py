"""Objects that are none, are elsewhere, or select and name what is not there."""

from collections.abc import Sequence

from tests.deploy.mutations.mutation import Change, Mutation, add, drop, more, put, thing, without
from tests.deploy.rendered import Rendered

_POD = "spec template spec"
_NAME = "app.kubernetes.io/name"
_ORDER = "Deployment order"


def renamed(target: str, name: str) -> Change:
    def change(rendered: Rendered) -> None:
        thing(rendered, target)["metadata"]["name"] = name

    return change


def twice(target: str) -> Change:
    def change(rendered: Rendered) -> None:
        rendered.manifests.append(thing(rendered, target))

    return change


SCHEMAS: Sequence[Mutation] = [
    Mutation("schemas_are_kept", wrong, change)
    for wrong, change in (
        ("a field has a slip", put(_ORDER, f"{_POD} terminationGracePeriodSecond", 75)),
        ("a field is at another level", put(_ORDER, "spec securityContext", {"runAsNonRoot": True})),
        ("a number is a text", put(_ORDER, "spec replicas", "two")),
        ("a field is missing", drop(_ORDER, "spec selector")),
        ("a kind has another version", put("HorizontalPodAutoscaler order", "apiVersion", "autoscaling/v2beta2")),
        ("a kind has a slip", put("PodDisruptionBudget order", "kind", "PodDisruptionsBudget")),
        ("another's kind has an old version", put("ExternalSecret", "apiVersion", "external-secrets.io/v1beta1")),
        (
            "another's kind is none that is expected",
            more({"apiVersion": "traefik.io/v1", "kind": "Middleware", "metadata": {"name": "x"}}),
        ),
    )
]

AT_HOME: Sequence[Mutation] = [
    Mutation("objects_are_at_home", wrong, change)
    for wrong, change in (
        ("it says no namespace", drop(_ORDER, "metadata namespace")),
        ("it is in another namespace", put("Service order", "metadata namespace", "default")),
        ("it is there twice", twice(_ORDER)),
        ("it is nobody's", drop("Service order", "metadata labels app.kubernetes.io/part-of")),
        ("what is of the cluster is in a namespace", put("PriorityClass", "metadata namespace", "ecommerce")),
    )
]

SELECTORS: Sequence[Mutation] = [
    Mutation("selectors_select_what_they_mean", wrong, change)
    for wrong, change in (
        ("a Service leads to another's pods", put("Service order", f"spec selector {_NAME}", "cart")),
        ("a Service leads to nobody", put("Service order", f"spec selector {_NAME}", "orders")),
        ("a Service leads to everybody", drop("Service order", f"spec selector {_NAME}")),
        ("a Service leads to a port that is not there", put("Service order", "spec ports 0 targetPort", "web")),
        ("a Service has another port", put("Service order", "spec ports 0 port", 80)),
        (
            "a budget counts others",
            put("PodDisruptionBudget order", "spec selector matchLabels", {"app.kubernetes.io/part-of": "portico"}),
        ),
        ("a budget counts nobody", put("PodDisruptionBudget order", f"spec selector matchLabels {_NAME}", "orders")),
        ("a policy is for nobody", put("NetworkPolicy order", "spec podSelector", {"matchLabels": {_NAME: "orders"}})),
        ("a Deployment does not know its pods", put(_ORDER, f"spec template metadata labels {_NAME}", "orders")),
        ("a Deployment takes others' pods", drop(_ORDER, f"spec selector matchLabels {_NAME}")),
        ("pods are spread with those of others", drop(_ORDER, f"{_POD} topologySpreadConstraints 0 matchLabelKeys")),
        (
            "pods are spread with none",
            put(_ORDER, f"{_POD} topologySpreadConstraints 0 labelSelector matchLabels", {_NAME: "x"}),
        ),
        (
            "one service is not scraped",
            put("PodMonitor portico", "spec selector matchExpressions 0 values", ["product", "user", "cart"]),
        ),
        (
            "a port that is not there is scraped",
            put("PodMonitor portico", "spec podMetricsEndpoints 0 port", "metrics"),
        ),
        ("a Service is not scraped", drop("Service order", "metadata labels app.kubernetes.io/name")),
        ("a Service's port has another name", put("Service order", "spec ports 0 name", "web")),
    )
]

NAMES: Sequence[Mutation] = [
    Mutation("names_lead_somewhere", wrong, change)
    for wrong, change in (
        ("a Service is gone", without("Service order")),
        (
            "a path leads to a port that is not there",
            put("Ingress", "spec rules 0 http paths 0 backend service port number", 80),
        ),
        ("what is to be scaled is gone", put("HorizontalPodAutoscaler order", "spec scaleTargetRef name", "orders")),
        ("another is scaled", put("HorizontalPodAutoscaler order", "spec scaleTargetRef name", "cart")),
        ("its priority is gone", without("PriorityClass portico-service")),
        ("its storage is gone", without("StorageClass")),
        ("members have no names", drop("Service mongo", "spec clusterIP")),
        ("the store of secrets is gone", put("ExternalSecret", "spec secretStoreRef name", "gone")),
        (
            "a volume is mounted that is not there",
            add(_ORDER, f"{_POD} containers 0 volumeMounts", {"name": "gone", "mountPath": "/gone"}),
        ),
        (
            "a volume is there for nobody",
            add(_ORDER, f"{_POD} volumes", {"name": "idle", "emptyDir": {"sizeLimit": "1Mi"}}),
        ),
        (
            "a volume's Secret is gone",
            add(_ORDER, f"{_POD} volumes", {"name": "keys", "secret": {"secretName": "gone"}}),
        ),
        (
            "a volume's ConfigMap is gone",
            add(_ORDER, f"{_POD} volumes", {"name": "file", "configMap": {"name": "gone"}}),
        ),
    )
]

DATA: Sequence[Mutation] = [
    Mutation("data_stays", wrong, change)
    for wrong, change in (
        ("volumes go with their claims", put("StorageClass", "reclaimPolicy", "Delete")),
        ("volumes are not encrypted", drop("StorageClass", "parameters encrypted")),
        ("volumes are where no pod is", put("StorageClass", "volumeBindingMode", "Immediate")),
        ("volumes cannot grow", drop("StorageClass", "allowVolumeExpansion")),
        ("volumes are of an older type", put("StorageClass", "parameters type", "gp2")),
        (
            "volumes go with the set",
            put("StatefulSet mongo", "spec persistentVolumeClaimRetentionPolicy whenDeleted", "Delete"),
        ),
        ("volumes are of any class", drop("StatefulSet mongo", "spec volumeClaimTemplates 0 spec storageClassName")),
        ("volumes have no size", drop("StatefulSet mongo", "spec volumeClaimTemplates 0 spec resources")),
        (
            "volumes are written to by many",
            put("StatefulSet mongo", "spec volumeClaimTemplates 0 spec accessModes", ["ReadWriteMany"]),
        ),
    )
]
