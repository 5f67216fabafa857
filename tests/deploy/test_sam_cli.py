"""AWS's own tools take the template, and what `sam build` builds is all that a function needs."""

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from adapters.bootstrap.keys import new_signing_keys, public_signing_keys
from tests.deploy.sam import EVERYTHING, GIVEN, ROOT, SAM, SERVICES, TEMPLATE, template
from tests.figures import Figure

UNZIPPED_MEGABYTES = 250
"""Of a function's package, at most. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
MACHINE = platform.machine().replace("arm64", "aarch64")
VERSION = "{}.{}".format(*sys.version_info)
LINTER = Path(sys.executable).with_name("cfn-lint")
ARM = 183
"""Of the processor, in the head of a program (ELF's `e_machine`)."""
TRANSLATED = """
import json, sys
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
translator = Translator(managed_policy_map={}, sam_parser=Parser())
print(json.dumps(translator.translate(*json.load(sys.stdin))["Resources"]))
"""
"""Prints the resources that AWS makes of a template and parameters."""
IMPORTED = """
import importlib, sys
sys.path.insert(0, sys.argv[1])
assert callable(importlib.import_module(sys.argv[2]).handler)
files = [each.__file__ for each in sys.modules.values() if getattr(each, "__file__", None)]
print([file for file in files if not file.startswith((sys.argv[1], sys.base_prefix))])
"""
"""Prints what is imported from anywhere but the package and Python itself."""


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """In the folder of the template, with no word to AWS and none to SAM's makers."""
    env = {**os.environ, "SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "eu-central-1", **environment}
    return subprocess.run(
        list(map(str, command)), cwd=SAM, env=env, capture_output=True, text=True, timeout=300, check=False
    )


@cache
def sam() -> str:
    """A machine without it skips the test, which CI does not accept."""
    program = shutil.which(Path(os.environ.get("SAM", ROOT / ".venv-sam")) / "bin/sam") or shutil.which("sam")
    if program is None:
        pytest.skip("AWS's SAM is not installed: `make sam-validate` sets it up")
    return program


def deployed(package: str, parameters: Mapping[str, object]) -> dict[str, Any]:
    """The resources that CloudFormation gets of the template, by the translator that AWS runs and SAM brings along."""
    given = template()
    for resource in given["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = f"s3://bucket/{package}"
    done = subprocess.run(
        [Path(sam()).with_name("python"), "-c", TRANSLATED],
        input=json.dumps([given, {name: str(value) for name, value in parameters.items()}]),
        env={**os.environ, "AWS_DEFAULT_REGION": "eu-central-1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    resources: dict[str, Any] = json.loads(done.stdout)
    return resources


def of(kind: str, resources: Mapping[str, Any]) -> dict[str, Any]:
    return {name: each["Properties"] for name, each in resources.items() if each["Type"] == kind}


@pytest.mark.parametrize("parameters", [GIVEN, EVERYTHING], ids=["first", "with all"])
def test_awss_translator_takes_the_template(parameters: Mapping[str, object], figure: Figure) -> None:
    resources = deployed("package", parameters)
    assert len(of("AWS::Lambda::Function", resources)) == len(of("AWS::Lambda::Alias", resources)) == len(SERVICES) + 2
    (schedule,) = of("AWS::Scheduler::Schedule", resources).values()
    assert schedule["Target"]["Arn"] == {"Ref": "RoundsFunctionAliaslive"}
    (consumer,) = of("AWS::Lambda::EventSourceMapping", resources).values()
    assert consumer["FunctionName"] == {"Ref": "EventsFunctionAliaslive"}
    figure("{resources} resources are made of the functions' template.", resources=len(resources))


def test_a_changed_revision_and_a_changed_package_are_each_published() -> None:
    """A version is made anew if its name in the template or its description changes; an alias leads to it by name."""

    def versions(package: str, revision: str) -> dict[str, Any]:
        return of("AWS::Lambda::Version", deployed(package, {**GIVEN, "SettingsRevision": revision}))

    first, revised, rebuilt = versions("a", "1"), versions("a", "2"), versions("b", "1")
    assert len(first) == len(SERVICES) + 2
    assert not first.keys() & rebuilt.keys()
    assert {json.dumps(each["Description"]) for each in first.values()} == {
        json.dumps({"Fn::Sub": "settings ${SettingsRevision}"})
    }
    assert first.keys() == revised.keys()


def test_sam_and_its_linter_find_nothing_wrong() -> None:
    done = run(sam(), "validate", "--lint")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "is a valid SAM Template" in done.stdout
    linted = run(LINTER, "--non-zero-exit-code", "informational", TEMPLATE)
    assert (linted.returncode, linted.stdout) == (0, ""), linted.stdout + linted.stderr


def test_sams_linter_finds_what_is_wrong(tmp_path: Path) -> None:
    broken = tmp_path / "template.yaml"
    broken.write_text(TEMPLATE.read_text("utf-8").replace("VisibilityTimeout: 180", "VisibilityTimeout: long"), "utf-8")
    assert "E3012" in run(LINTER, broken).stdout


def built(folder: Path, function: str, **environment: str) -> Path:
    done = run(sam(), "build", "--build-dir", folder, function, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / function


def test_a_built_function_is_for_lambdas_processor_and_small_enough(tmp_path: Path, figure: Figure) -> None:
    package = built(tmp_path, "OrderFunction")
    libraries = list(package.rglob("*.so"))
    assert {int.from_bytes(each.read_bytes()[18:20], "little") for each in libraries} == {ARM}
    megabytes = sum(each.stat().st_size for each in package.rglob("*") if each.is_file()) // 2**20
    assert megabytes < UNZIPPED_MEGABYTES / 2, "It comes near what Lambda takes."
    strange = {each.name for each in package.iterdir()} & {"tests", "docs", "sam", "requirements", "uvicorn", "aiohttp"}
    assert strange == set()
    figure("{megabytes} MB has the package of a function; 250 is what Lambda takes.", megabytes=megabytes)


def test_a_built_function_needs_nothing_but_its_package(tmp_path: Path, figure: Figure) -> None:
    """Built for this machine and this Python, since those of Lambda are not here."""
    package = built(tmp_path, "OrderFunction", MACHINE=MACHINE, PYTHON_VERSION=VERSION)
    sources = [each for name in ("core", "adapters", "fastapi") for each in (package / name).rglob("*.py")]
    compiled = [each.parent / "__pycache__" / f"{each.stem}.{sys.implementation.cache_tag}.pyc" for each in sources]
    assert sources
    assert [each for each in compiled if not each.is_file()] == []
    keys = public_signing_keys(new_signing_keys())
    wanted = [("http", service) for service in SERVICES] + [("events", "user"), ("schedule", "order")]
    for module, service in wanted:
        handler = f"adapters.bootstrap.aws_lambda.{module}"
        command = (sys.executable, "-I", "-S", "-B", "-c", IMPORTED, package, handler)
        done = subprocess.run(
            list(map(str, command)),
            cwd=tmp_path,
            env={"SERVICE": service, "PUBLIC_KEYS": keys},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stdout) == (0, "[]\n"), f"{service}: {done.stderr}"
    figure("{handlers} handlers are imported from their package alone.", handlers=len(wanted))
