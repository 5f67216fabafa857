"""The bill of materials is of what runs, all of it, and valid CycloneDX."""

import json
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from core import VERSION
from tests.architecture.test_locks import PINNED
from tests.making.lock import LOCKS
from tests.making.sbom import sbom

RUN = (LOCKS / "run.txt").read_text()
SMALL = """\
alpha==1.2 \\
    --hash=sha256:{0} \\
    --hash=sha256:{1}
    # via
    #   -c dev.txt
    #   -r run.in
beta-c==3 ; sys_platform != 'win32' \\
    --hash=sha256:{1}
    # via alpha
""".format("0" * 64, "1" * 64)


def read(lock: str, version: str = VERSION) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(sbom(lock, version))
    return document


def packages(document: dict[str, Any]) -> dict[tuple[str, str], set[str]]:
    """The hashes of each package at its version."""
    return {
        (each["name"], each["version"]): {
            file["content"] for reference in each["externalReferences"] for file in reference["hashes"]
        }
        for each in document["components"]
    }


def invalid(document: str) -> str:
    """What the schema finds wrong, if anything."""
    return str(JsonStrictValidator(SchemaVersion.V1_6).validate_str(document) or "")


def test_every_pinned_package_is_listed_with_its_version_and_hashes_and_nothing_else() -> None:
    pinned = {
        (name, version): {line.partition("sha256:")[2][:64] for line in hashes.splitlines()}
        for name, version, _, hashes in PINNED.findall(RUN)
    }
    print(f"{len(pinned)} packages, {sum(map(len, pinned.values()))} files")
    assert pinned
    assert packages(read(RUN)) == pinned


def test_it_is_valid_by_the_schema_and_the_schema_is_asked() -> None:
    document = sbom(RUN, VERSION)
    assert invalid(document) == ""
    assert invalid(document.replace('"CycloneDX"', '"Cyclone"')) != ""


def test_it_is_of_this_version_and_says_what_needs_what() -> None:
    document = read(SMALL, "7.8.9")
    assert document["metadata"]["component"]["name"] == "portico"
    assert document["metadata"]["component"]["version"] == "7.8.9"
    assert packages(document) == {("alpha", "1.2"): {"0" * 64, "1" * 64}, ("beta-c", "3"): {"1" * 64}}
    assert {each["ref"]: each.get("dependsOn", []) for each in document["dependencies"]} == {
        "portico@7.8.9": ["pkg:pypi/alpha@1.2"],
        "pkg:pypi/alpha@1.2": ["pkg:pypi/beta-c@3"],
        "pkg:pypi/beta-c@3": [],
    }


def test_every_package_is_there_because_another_or_we_need_it() -> None:
    document = read(RUN)
    needed = {name for each in document["dependencies"] for name in each.get("dependsOn", [])}
    assert needed == {each["bom-ref"] for each in document["components"]}


def test_the_same_lock_and_version_give_the_same_bytes() -> None:
    assert sbom(SMALL, "1") == sbom(SMALL, "1")
    assert "timestamp" not in sbom(SMALL, "1")
    assert read(SMALL, "1")["serialNumber"] != read(SMALL, "2")["serialNumber"]
    assert read(SMALL, "1")["serialNumber"] != read(SMALL.replace("3", "4"), "1")["serialNumber"]


@pytest.mark.parametrize(
    ("epoch", "told"), [("0", "1970-01-01T00:00:00+00:00"), ("1700000000", "2023-11-14T22:13:20+00:00")]
)
def test_a_time_is_told_if_one_is_given(epoch: str, told: str) -> None:
    document = sbom(SMALL, "1", epoch=epoch)
    assert json.loads(document)["metadata"]["timestamp"] == told
    assert invalid(document) == ""
