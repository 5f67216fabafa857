"""What is written stays: encrypted, where its pod can be, and when what asked for it is deleted."""

from collections.abc import Iterator

from tests.deploy.rendered import Rendered, label

_CLASS = {"reclaimPolicy": "Retain", "volumeBindingMode": "WaitForFirstConsumer", "allowVolumeExpansion": True}


def data_stays(rendered: Rendered) -> Iterator[str]:
    for storage in rendered.of("StorageClass"):
        yield from (
            f"{label(storage)} needs {key}: {value}." for key, value in _CLASS.items() if storage.get(key) != value
        )
        if storage.get("parameters", {}).get("encrypted") != "true":
            yield f"{label(storage)} is not encrypted."
        if storage.get("parameters", {}).get("type") != "gp3":
            yield f"{label(storage)} is of an older type."
    for workload in rendered.workloads:
        spec = workload.manifest["spec"]
        if "Delete" in spec.get("persistentVolumeClaimRetentionPolicy", {}).values():
            yield f"{workload} forgets what is in its volumes."
        for claim in spec.get("volumeClaimTemplates", ()):
            if not claim["spec"].get("resources", {}).get("requests", {}).get("storage"):
                yield f"{workload} asks for no storage."
            if claim["spec"].get("accessModes") not in (["ReadWriteOnce"], ["ReadWriteOncePod"]):
                yield f"{workload}: others may write to its volumes."
            if rendered.on_aws and not claim["spec"].get("storageClassName"):
                yield f"{workload} takes whatever storage there is."
