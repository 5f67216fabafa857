"""Every object is what its kind allows, to the last field; and is where it should be, with the labels all have."""

import json
from collections.abc import Iterator
from functools import cache

import kubernetes_validate  # type: ignore[import-untyped] # it comes without types

from tests.deploy.rendered import PART_OF, SHOP, Manifest, Rendered, label

VERSION = "1.35"
"""The oldest Kubernetes that this is for; EKS has newer ones as well."""
CUSTOM = {
    "ExternalSecret": "external-secrets.io/v1",
    "SecretStore": "external-secrets.io/v1",
    "ClusterSecretStore": "external-secrets.io/v1",
    "PodMonitor": "monitoring.coreos.com/v1",
    "ServiceMonitor": "monitoring.coreos.com/v1",
    "PrometheusRule": "monitoring.coreos.com/v1",
}
"""Kinds of others, whose schemas are not Kubernetes' own; and the version of each that is meant."""
_OF_THE_CLUSTER = {"Namespace", "StorageClass", "PriorityClass", "ClusterSecretStore"}


def schemas_are_kept(rendered: Rendered) -> Iterator[str]:
    """Strictly: a field that does not exist is a fault, too. Kinds of others are only those that are expected."""
    for manifest in rendered.manifests:
        fault = _fault(json.dumps(manifest, sort_keys=True))
        if fault:
            yield f"{label(manifest)}: {fault}"


@cache
def _fault(text: str) -> str:
    manifest: Manifest = json.loads(text)
    try:
        kubernetes_validate.validate(manifest, VERSION, strict=True)
    except kubernetes_validate.ValidationError as error:
        return f"{'.'.join(map(str, error.path))}: {error.message[:300]}"
    except kubernetes_validate.SchemaNotFoundError:
        if CUSTOM.get(manifest["kind"]) != manifest["apiVersion"]:
            return f"nobody knows {manifest['apiVersion']} {manifest['kind']}."
    return ""


def objects_are_at_home(rendered: Rendered) -> Iterator[str]:
    """What belongs to a namespace says so, and to one that is made here; nothing is there twice; all have the label."""
    here = {each["metadata"]["name"] for each in rendered.of("Namespace")}
    seen = set[tuple[str, str]]()
    for manifest in rendered.manifests:
        name, kind = label(manifest), manifest["kind"]
        namespace = manifest["metadata"].get("namespace")
        if kind in _OF_THE_CLUSTER:
            if namespace:
                yield f"{name} belongs to no namespace, and says {namespace}."
        elif namespace not in here:
            yield f"{name} is in the namespace {namespace}, which is not made here."
        if (kind, manifest["metadata"]["name"]) in seen:
            yield f"{name} is there twice."
        seen.add((kind, manifest["metadata"]["name"]))
        if manifest["metadata"].get("labels", {}).get(PART_OF) != SHOP:
            yield f"{name} does not say that it is part of {SHOP}."
