"""What `kubectl kustomize` makes of each overlay under k8s/overlays, and of the monitoring beside it."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import pytest
import yaml

from adapters.bootstrap.settings import PORTS

ROOT = Path(__file__).parents[2]
K8S = ROOT / "k8s"
OVERLAYS = sorted(path.parent.name for path in K8S.glob("overlays/*/kustomization.yaml"))
COMPONENTS: Mapping[str, Mapping[str, str]] = {
    "tracing": {},
    "events": {"EVENTS_QUEUE_URL": "https://sqs.eu-central-1.amazonaws.com/111122223333/portico-events.fifo"},
}
"""What an overlay may take in that none does, with the parameters that it then has to name."""
VARIANTS = tuple(f"eks-prod+{component}" for component in COMPONENTS)
GENERATED = "made where the cluster is"
NAME = "app.kubernetes.io/name"
PART_OF = "app.kubernetes.io/part-of"
SHOP = "portico"
SERVICES: Sequence[str] = tuple(PORTS)
SERVICE_PORTS: Mapping[str, int] = {str(name): port for name, port in PORTS.items()}
_TEMPLATES = {"CronJob": ("jobTemplate", "spec", "template")}
_WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob")

Manifest = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Workload:
    """What makes pods of a template: a Deployment, a CronJob and so on."""

    manifest: Manifest

    @property
    def kind(self) -> str:
        return str(self.manifest["kind"])

    @property
    def name(self) -> str:
        return str(self.manifest["metadata"]["name"])

    @property
    def namespace(self) -> str:
        return str(self.manifest["metadata"].get("namespace", ""))

    @property
    def template(self) -> Manifest:
        found: Manifest = self.manifest["spec"]
        for key in _TEMPLATES.get(self.kind, ("template",)):
            found = found[key]
        return found

    @property
    def labels(self) -> Mapping[str, str]:
        """Of its pods."""
        return dict(self.template.get("metadata", {}).get("labels", {}))

    @property
    def pod(self) -> Manifest:
        """The pods' spec."""
        spec: Manifest = self.template["spec"]
        return spec

    @property
    def containers(self) -> Sequence[Manifest]:
        """All of them, those that only begin with the pod as well."""
        return [*self.pod.get("initContainers", ()), *self.pod["containers"]]

    @property
    def lasts(self) -> bool:
        """Whether its pods are meant to stay."""
        return self.kind not in ("Job", "CronJob")

    @property
    def ports(self) -> Mapping[str, int]:
        """Those that its containers name, or have by their number."""
        ports = [port for container in self.containers for port in container.get("ports", ())]
        return {str(port.get("name", port["containerPort"])): port["containerPort"] for port in ports}

    @property
    def service(self) -> str:
        """Which of the shop's services it is, or nothing."""
        name = self.labels.get(NAME, "")
        return name if self.kind == "Deployment" and name in SERVICES else ""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """An overlay's objects, and what there is on file beside them: the IAM policies by their path, and other texts."""

    overlay: str
    manifests: list[Manifest]
    files: dict[str, str]

    def of(self, *kinds: str) -> list[Manifest]:
        return [manifest for manifest in self.manifests if manifest["kind"] in kinds]

    def find(self, kind: str, name: str) -> Manifest | None:
        return next((each for each in self.of(kind) if each["metadata"]["name"] == name), None)

    @property
    def workloads(self) -> list[Workload]:
        return [Workload(manifest) for manifest in self.of(*_WORKLOADS)]

    @property
    def services(self) -> list[Workload]:
        """The shop's own."""
        return [each for each in self.workloads if each.service]

    @property
    def on_aws(self) -> bool:
        """Whether it is for a cluster of Amazon's: all are, but the one for a laptop."""
        return self.overlay != "local"

    def copy(self) -> Self:
        return deepcopy(self)


def _kustomized(folder: Path) -> Sequence[Manifest]:
    program = shutil.which("kubectl")
    if program is None:
        pytest.skip("kubectl is not installed")
    made = subprocess.run([program, "kustomize", str(folder)], capture_output=True, text=True, check=False)
    assert made.returncode == 0, f"{folder.name}: {made.stderr}"
    return [document for document in yaml.load_all(made.stdout, Loader=yaml.CSafeLoader) if document]


@cache
def _files() -> Mapping[str, str]:
    return {
        str(path.relative_to(K8S)): path.read_text("utf-8")
        for path in sorted(K8S.rglob("*"))
        if path.is_file() and not {"dashboards", "generated"} & {*path.parts}
    }


@cache
def _beside() -> Sequence[Manifest]:
    """The monitoring, which is applied beside an overlay: a PodMonitor that finds no pod is a fault of both."""
    either = [each for each in _kustomized(K8S / "monitoring/service-monitor") if each["kind"] == "ServiceMonitor"]
    return [*_kustomized(K8S / "monitoring"), *either]


def _generated() -> Iterator[Manifest]:
    """The Secrets of a cluster on one machine, made of files that say nothing but that they are made there."""
    with TemporaryDirectory() as folder:
        copied = Path(folder) / "k8s"
        shutil.copytree(K8S, copied, ignore=shutil.ignore_patterns("generated", "monitoring"))
        secrets = copied / "overlays/local/secrets"
        (secrets / "generated").mkdir()
        for generator in yaml.safe_load((secrets / "kustomization.yaml").read_text("utf-8"))["secretGenerator"]:
            for file in generator["files"]:
                (secrets / file.partition("=")[2]).write_text(GENERATED, "utf-8")
        yield from (each for each in _kustomized(secrets) if each["kind"] == "Secret")


def _with(overlay: str, component: str) -> Sequence[Manifest]:
    """An overlay that somebody has added a component to, as its page says."""
    with TemporaryDirectory() as folder:
        copied = Path(folder) / "k8s"
        shutil.copytree(K8S, copied, ignore=shutil.ignore_patterns("generated", "monitoring"))
        changed = copied / "overlays" / overlay
        asked = yaml.safe_load((changed / "kustomization.yaml").read_text("utf-8"))
        asked["components"].append(f"../../components/{component}")
        (changed / "kustomization.yaml").write_text(yaml.safe_dump(asked), "utf-8")
        parameters = yaml.safe_load((changed / "parameters.yaml").read_text("utf-8"))
        parameters["data"].update(COMPONENTS[component])
        (changed / "parameters.yaml").write_text(yaml.safe_dump(parameters), "utf-8")
        return _kustomized(changed)


@cache
def render(overlay: str) -> Rendered:
    """Not to be changed; `copy` is. A machine without kubectl skips the test, which CI does not accept."""
    name, _, component = overlay.partition("+")
    manifests = _with(name, component) if component else _kustomized(K8S / "overlays" / name)
    generated = _generated() if name == "local" else ()
    manifests = [*manifests, *generated, *deepcopy(_beside())]
    return Rendered(overlay=overlay, manifests=manifests, files=dict(_files()))


def selects(selector: Manifest | None, labels: Mapping[str, str]) -> bool:
    """As a LabelSelector does; one that is empty selects everything, none at all nothing."""
    if selector is None:
        return False
    if not selector.get("matchLabels", {}).items() <= labels.items():
        return False
    return all(_holds(each, labels) for each in selector.get("matchExpressions", ()))


def _holds(requirement: Manifest, labels: Mapping[str, str]) -> bool:
    key, values = requirement["key"], requirement.get("values", ())
    match requirement["operator"]:
        case "In":
            return labels.get(key) in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
        case other:
            raise ValueError(f"There is no operator {other}.")


def label(manifest: Manifest) -> str:
    """How a sentence names it."""
    return f"{manifest['kind']} {manifest['metadata']['name']}"


def strings(node: Any) -> Iterator[str]:
    """Every text in a manifest, its keys as well."""
    match node:
        case str():
            yield node
        case Mapping():
            for key, value in node.items():
                yield str(key)
                yield from strings(value)
        case list():
            for each in node:
                yield from strings(each)


def policies(rendered: Rendered) -> dict[str, Any]:
    """The IAM policies on file, read."""
    read = {path: json.loads(text) for path, text in rendered.files.items() if path.endswith(".json")}
    return {path: content for path, content in read.items() if "Statement" in content}
