"""What the pages on deployment tell people to type is there: files, targets, commands, options, parameters."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
import yaml
from typer.core import TyperGroup

from adapters.bootstrap.settings import Settings
from adapters.inbound.cli.app import create
from tests.adapters.cli.stand_ins import actions
from tests.deploy.monitoring import ROOT
from tests.figures import Figure

EKS = ROOT / "docs/deploy-eks.md"
PAGES = [EKS, ROOT / "docs/deploy-lambda.md"]
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
PATH = re.compile(r"(?<![\w/.-])((?:k8s|sam|docs|core|adapters|tests|containers|requirements)/[\w./*-]*[\w*])")
MADE = ("sam/.aws-sam",)
"""What a command of the page makes."""
OF_THE_IMAGE_ALONE = ("typer", "rich", "httpx", "yaml", "secantusdb")
"""Libraries of `shop`, which the image has not."""
STAND_INS = {
    "account": "111122223333",
    "AWS_REGION": "eu-central-1",
    "domain": "shop.example",
    "prefix": "portico-production",
    "office": "[192.0.2.0/24]",
}
"""What the files have in the place of what is yours, by the variable that the page puts there."""
YOURS = {
    "account": "444455556666",
    "AWS_REGION": "eu-west-1",
    "domain": "staging.rugs.test",
    "prefix": "rugs",
    "office": "203.0.113.7/32",
}
NAMED = re.compile(r"\b(deployment|statefulset|cronjob|ingress|externalsecret|hpa)[ /]([a-z][\w-]+)")
KINDS = {
    "deployment": "Deployment",
    "statefulset": "StatefulSet",
    "cronjob": "CronJob",
    "ingress": "Ingress",
    "externalsecret": "ExternalSecret",
    "hpa": "HorizontalPodAutoscaler",
}
OF_THE_CONTROLLERS = {("deployment", "aws-load-balancer-controller")}


def typed(text: str) -> str:
    """What a page tells to type, in blocks and in sentences, a command a line."""
    lines = "".join(BLOCK.findall(text)).replace("\\\n", " ")
    said = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return "\n".join([*(line.partition(" #")[0] for line in lines.splitlines()), *said])


def faults(text: str) -> Iterator[str]:
    """Each thing that a page names and that is not there."""
    said = typed(text)
    for path in {*PATH.findall(said)} - {*MADE}:
        if not any(ROOT.glob(path)):
            yield f"no file {path}"
    for path in re.findall(r"(?:-k|kustomize) (k8s/\S+)", said):
        if not (ROOT / path / "kustomization.yaml").exists():
            yield f"nothing to apply in {path}"
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    yield from (f"no target {each}" for each in {*re.findall(r"\bmake ([a-z-]+)", said)} - targets)
    yield from (
        fault for words in re.findall(r"(?<![\w/.:-])shop ([a-z][^|;&)`\n]*)", said) if (fault := _command(words))
    )
    known = {*parameters(), *(name.upper() for name in Settings.model_fields)}
    for name in re.findall(r"`([A-Z]+(?:_[A-Z]+)+)", re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        if name not in known:
            yield f"no setting and no parameter {name}"
    for kind, name in {*NAMED.findall(said)} - OF_THE_CONTROLLERS:
        if (KINDS[kind], name) not in objects():
            yield f"no {kind} {name}"


def _command(words: str) -> str:
    """What is wrong with `words` behind `shop`."""
    group = typer.main.get_command(create(actions()))
    rest = words.split()
    while isinstance(group, TyperGroup):
        word = rest.pop(0) if rest else ""
        found = group.commands.get(word)
        if found is None:
            return f"no command shop {words.strip()}"
        group = found
    options = {option for parameter in group.params for option in parameter.opts}
    strange = [word for word in rest if re.match(r"--\w", word) and word.partition("=")[0] not in options]
    return f"no option {strange[0]} of shop {words.strip()}" if strange else ""


def parameters() -> set[str]:
    """Of the overlays on AWS; the queue's is the component's."""
    found = {"EVENTS_QUEUE_URL"}
    for overlay in ("eks", "eks-prod"):
        file = ROOT / "k8s/overlays" / overlay / "parameters.yaml"
        found |= {*yaml.safe_load(file.read_text("utf-8"))["data"]}
    return found


def objects() -> set[tuple[str, str]]:
    """Kinds and names of what is on file."""
    texts = [path.read_text("utf-8") for path in (ROOT / "k8s").rglob("*.yaml")]
    return {
        (kind, name)
        for text in texts
        for kind, name in re.findall(r"^kind: (\w+)\nmetadata:\n  name: ([\w-]+)", text, re.MULTILINE)
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_is_there(page: Path, figure: Figure) -> None:
    text = page.read_text("utf-8")
    assert [*faults(text)] == []
    figure("deployment: {lines} lines to type, and all they name is there", lines=len(typed(text).splitlines()))


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        ("k8s/cluster/iam/*.json", "k8s/cluster/roles/*.json", "no file k8s/cluster/roles/*.json"),
        (
            "kubectl apply -k k8s/overlays/eks\n",
            "kubectl apply -k k8s/overlays/eks-us\n",
            "no file k8s/overlays/eks-us",
        ),
        ("kubectl apply -k k8s/monitoring\n", "kubectl apply -k k8s/cluster\n", "nothing to apply in k8s/cluster"),
        ("make image", "make images", "no target images"),
        ("shop keys rotate", "shop keys turn", "no command shop keys turn"),
        ("shop tour --url", "shop tour --address", "no option --address of shop tour"),
        ("`WEB_ACL_ARN`", "`WEB_ACL`", "no setting and no parameter WEB_ACL"),
        ("--from=cronjob/mongo-backup", "--from=cronjob/backup", "no cronjob backup"),
    ],
)
def test_a_page_that_names_what_is_not_there_is_told(right: str, wrong: str, fault: str) -> None:
    text = EKS.read_text("utf-8")
    assert right in text
    assert any(told.startswith(fault) for told in faults(text.replace(right, wrong)))


def test_the_first_commands_leave_no_stand_in_for_an_account(tmp_path: Path) -> None:
    assert _left(tmp_path, "") == set()


@pytest.mark.parametrize("forgotten", STAND_INS)
def test_a_stand_in_that_is_not_replaced_is_seen(tmp_path: Path, forgotten: str) -> None:
    assert _left(tmp_path, forgotten) == {STAND_INS[forgotten]}


def _left(folder: Path, forgotten: str) -> set[str]:
    """The stand-ins that are there after the page's replacing, with one of its values as it was."""
    if shutil.which("perl") is None:
        pytest.skip("perl is not installed")
    shutil.copytree(ROOT / "k8s", folder / "k8s")
    (replacing,) = (block for block in BLOCK.findall(EKS.read_text("utf-8")) if "s/111122223333/" in block)
    typed_there = re.findall(r"^perl (?:[^\n\\]|\\\n|\\.|\n(?=  ))*", replacing, re.MULTILINE)
    kept = {forgotten: STAND_INS[forgotten].strip("[]")} if forgotten else {}
    environment = {**os.environ, **YOURS, **kept}
    subprocess.run(["bash", "-euc", "\n".join(typed_there)], cwd=folder, env=environment, check=True)
    overlay = folder / "k8s/overlays/eks"
    files = [path for path in (folder / "k8s/cluster").rglob("*.*") if path.suffix in (".yaml", ".json")]
    text = "\n".join(path.read_text("utf-8") for path in (*files, *overlay.glob("*.yaml")))
    assert "portico-staging" not in text
    return {each for each in STAND_INS.values() if each in text}


def test_an_admin_is_made_by_nothing_but_what_the_image_has() -> None:
    (script,) = re.findall(r"<<'END'\n(import asyncio.*?)^END$", EKS.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    imports, call = script.rsplit("\n", 2)[0], "asyncio.run(grant(sys.argv[1]))"
    assert call in script
    lacking = "".join(f"sys.modules[{name!r}] = None\n" for name in OF_THE_IMAGE_ALONE)
    # Over memory there is nobody, which the use case says: so it was asked.
    ended = subprocess.run(
        [sys.executable, "-c", f"import sys\n{lacking}{imports}\n{call}", "nobody@example.com"],
        cwd=ROOT,
        env={**os.environ, "STORE": "memory", "SERVICE": "user"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "UserNotFound: There is no such account." in ended.stderr
