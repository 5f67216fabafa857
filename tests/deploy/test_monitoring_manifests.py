"""What `kubectl kustomize` makes of k8s/monitoring: scraped as the rules need it, and logs that go where they may."""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.monitoring import DASHBOARDS, MONITORING, RULES, TARGET, groups, own_labels, promtool
from tests.making.dashboards import SERVICES

Manifest = dict[str, Any]
OPERATORS = frozenset({"instance", "container", "endpoint"})
"""What the Prometheus Operator adds besides."""
LOGS = ("logs/cloudwatch", "logs/elasticsearch")


def render(folder: str) -> list[Manifest]:
    """Every manifest of a folder; a machine without kubectl skips the test, which CI does not accept."""
    program = shutil.which("kubectl")
    if program is None:
        pytest.skip("kubectl is not installed")
    command = (program, "kustomize", str(MONITORING / folder))
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return [document for document in yaml.safe_load_all(made.stdout) if document]


def of(kind: str, manifests: Sequence[Manifest]) -> list[Manifest]:
    return [manifest for manifest in manifests if manifest["kind"] == kind]


def one(kind: str, manifests: Sequence[Manifest]) -> Manifest:
    (found,) = of(kind, manifests)
    return found


@pytest.mark.parametrize(
    ("folder", "kind", "endpoints"),
    [("", "PodMonitor", "podMetricsEndpoints"), ("service-monitor", "ServiceMonitor", "endpoints")],
)
def test_the_four_services_are_scraped_with_the_labels_that_rules_ask_for(
    folder: str, kind: str, endpoints: str
) -> None:
    manifests = render(folder)
    assert len(of("PodMonitor", manifests)) + len(of("ServiceMonitor", manifests)) == 1, "Or all is counted twice."
    spec = one(kind, manifests)["spec"]
    (names,) = spec["selector"]["matchExpressions"]
    assert (names["key"], names["operator"], set(names["values"])) == ("app.kubernetes.io/name", "In", set(SERVICES))
    assert spec["selector"]["matchLabels"] == {"app.kubernetes.io/part-of": "portico"}
    assert spec["jobLabel"] == "app.kubernetes.io/part-of", "Rules ask for the job `portico`."
    (endpoint,) = spec[endpoints]
    assert (endpoint["port"], endpoint["path"], endpoint["interval"]) == ("http", "/metrics", "15s")
    (relabeling,) = endpoint["relabelings"]
    what = "pod" if kind == "PodMonitor" else "service"
    assert relabeling == {
        "sourceLabels": [f"__meta_kubernetes_{what}_label_app_kubernetes_io_name"],
        "targetLabel": "service",
    }


@pytest.mark.parametrize("folder", ["", "service-monitor"])
def test_every_rule_and_dashboard_gets_there(folder: str) -> None:
    manifests = render(folder)
    made = of("PrometheusRule", manifests)
    assert {each["metadata"]["name"] for each in made} == {f"portico-{name}" for name in RULES}
    assert sorted(group["name"] for each in made for group in each["spec"]["groups"]) == sorted(
        group["name"] for group in groups()
    )
    shown = [each for each in of("ConfigMap", manifests) if each["metadata"]["labels"].get("grafana_dashboard") == "1"]
    files = {name: json.loads(text) for each in shown for name, text in each["data"].items()}
    assert files == {path.name: json.loads(path.read_text("utf-8")) for path in DASHBOARDS}
    assert {each["metadata"]["namespace"] for each in manifests} == {"ecommerce"}


def test_the_page_has_a_configuration_for_those_without_the_operator(tmp_path: Path) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", (MONITORING / "README.md").read_text("utf-8"), re.DOTALL)
    (text,) = [block for block in blocks if "scrape_configs" in block]
    here = text.replace("kubernetes_sd_configs", "static_configs").replace("- role: pod", "- targets: []")
    (tmp_path / "prometheus.yaml").write_text(here, "utf-8")  # Debian's promtool knows nothing of Kubernetes
    done = promtool("check", "config", "prometheus.yaml", folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    (scraped,) = yaml.safe_load(text)["scrape_configs"]
    labels = {each.get("target_label") for each in scraped["relabel_configs"]}
    assert labels | {"job"} >= TARGET
    assert scraped["job_name"] == "portico"


def test_the_page_writes_each_file_of_rules_for_those_without_the_operator() -> None:
    (names,) = re.findall(r"for name in (.*); do yq", (MONITORING / "README.md").read_text("utf-8"))
    assert set(names.split()) == set(RULES)


def test_no_metric_has_a_label_of_its_own_that_prometheus_adds() -> None:
    """Prometheus would rename it `exported_...`."""
    assert {name for name, labels in own_labels().items() if labels & (TARGET | OPERATORS)} == set()


def sections(text: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Of a file in Fluent Bit's classic format: each section's name, and its keys with their values."""
    found: list[tuple[str, list[tuple[str, str]]]] = []
    for line in (line.strip() for line in text.splitlines()):
        if line.startswith("["):
            found.append((line.strip("[]"), []))
        elif line.startswith("@INCLUDE"):
            found.append(("@INCLUDE", [("file", line.split()[1])]))
        elif line and not line.startswith("#"):
            key, _, value = line.partition(" ")
            found[-1][1].append((key, value.strip()))
    return found


def configuration(manifests: Sequence[Manifest]) -> Mapping[str, str]:
    """The files that Fluent Bit sees."""
    mounted = one("DaemonSet", manifests)["spec"]["template"]["spec"]["volumes"][0]["configMap"]["name"]
    (files,) = [each["data"] for each in of("ConfigMap", manifests) if each["metadata"]["name"] == mounted]
    return dict(files)


@pytest.mark.parametrize("folder", LOGS)
def test_lines_become_records_with_names_of_the_common_schema(folder: str) -> None:
    files = configuration(render(folder))
    parts = sections(files["fluent-bit.conf"])
    filters = [dict(keys)["Name"] for name, keys in parts if name == "FILTER"]
    assert filters == ["kubernetes", "nest", "modify", "record_modifier"]
    settings = {dict(keys)["Name"]: keys for name, keys in parts if name in ("FILTER", "INPUT")}
    assert ("Merge_Log", "On") in settings["kubernetes"]
    assert dict(settings["tail"])["Path"] == "/var/log/containers/*_ecommerce_*.log"
    renamed = dict(value.split() for key, value in settings["modify"] if key == "Rename")
    assert renamed == {
        "log": "message",
        "kubernetes.pod_name": "kubernetes.pod.name",
        "kubernetes.namespace_name": "kubernetes.namespace",
        "kubernetes.container_name": "kubernetes.container.name",
        "kubernetes.host": "kubernetes.node.name",
    }
    assert ("Remove_key", "@timestamp") in settings["record_modifier"], "Or a record has two times of one name."
    assert parts[-1] == ("@INCLUDE", [("file", "output.conf")])
    outputs = [dict(keys)["Name"] for name, keys in sections(files["output.conf"]) if name == "OUTPUT"]
    assert outputs == [{"logs/cloudwatch": "cloudwatch_logs", "logs/elasticsearch": "es"}[folder]]


@pytest.mark.parametrize("folder", LOGS)
def test_each_variable_of_the_configuration_is_given_and_no_secret_is_written_down(folder: str) -> None:
    manifests = render(folder)
    (container,) = one("DaemonSet", manifests)["spec"]["template"]["spec"]["containers"]
    named = {source["configMapRef"]["name"] for source in container["envFrom"]}
    given = {key for each in of("ConfigMap", manifests) if each["metadata"]["name"] in named for key in each["data"]}
    secret = {each["name"]: each["valueFrom"]["secretKeyRef"]["name"] for each in container.get("env", ())}
    asked = set(re.findall(r"\$\{(\w+)\}", "\n".join(configuration(manifests).values())))
    assert asked == given | secret.keys()
    assert {name for name in asked if "PASSWORD" in name or "USER" in name} == secret.keys()
    assert of("Secret", manifests) == []


@pytest.mark.parametrize("folder", LOGS)
def test_what_reads_the_logs_may_do_no_more_than_that(folder: str) -> None:
    manifests = render(folder)
    pod = one("DaemonSet", manifests)["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    context = container["securityContext"]
    assert context["capabilities"] == {"drop": ["ALL"]}
    assert context["readOnlyRootFilesystem"]
    assert not context["privileged"]
    assert not context["allowPrivilegeEscalation"]
    writable = {mount["name"] for mount in container["volumeMounts"] if not mount.get("readOnly")}
    assert writable == {"state"}
    assert re.fullmatch(r"public\.ecr\.aws/aws-observability/aws-for-fluent-bit:\d+\.\d+\.\d+", container["image"])
    assert of("ClusterRole", manifests) == []
    assert one("Role", manifests)["rules"] == [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]
    assert one("RoleBinding", manifests)["subjects"][0]["name"] == pod["serviceAccountName"]


def test_cloudwatch_lets_it_write_into_one_log_group() -> None:
    manifests = render("logs/cloudwatch")
    policy = json.loads((MONITORING / "logs/cloudwatch/iam-policy.json").read_text("utf-8"))
    (statement,) = policy["Statement"]
    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    (group,) = [each["data"]["LOG_GROUP"] for each in of("ConfigMap", manifests) if "LOG_GROUP" in each["data"]]
    assert statement["Resource"] == f"arn:aws:logs:*:*:log-group:{group}:*"
    settings = dict(sections(configuration(manifests)["output.conf"])[0][1])
    assert settings["auto_create_group"] == "Off"
