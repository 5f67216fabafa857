"""Makes the software bill of materials of what runs, in CycloneDX 1.6: `make sbom`.

It lists what requirements/run.txt pins, with its hashes, and what needs what. The same lock and version give the same
bytes: the serial number is made of them, and a time is told only if SOURCE_DATE_EPOCH names one.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from core import VERSION
from tests.making.lock import LOCKS, Pin, pins

FILE = Path(__file__).parents[2] / "build/sbom.json"
OURS = frozenset({"-r common.in", "-r run.in"})


def main() -> None:
    lock = (LOCKS / "run.txt").read_text()
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(sbom(lock, VERSION, epoch=os.environ.get("SOURCE_DATE_EPOCH")))
    print(f"{len(pins(lock))} packages: {FILE}")


def sbom(lock: str, version: str, *, epoch: str | None = None) -> str:
    """The bill of `lock`, a file's text, as JSON. `epoch` is the time to tell, in seconds."""
    shop = Component(
        name="portico",
        version=version,
        type=ComponentType.APPLICATION,
        bom_ref=f"portico@{version}",
        licenses=[DisjunctiveLicense(id="Apache-2.0")],
    )
    needed = [(pin, _component(pin)) for pin in pins(lock)]
    bom = Bom(
        components=[component for _, component in needed],
        serial_number=uuid5(NAMESPACE_URL, f"portico {version}\n{lock}"),
    )
    bom.metadata.component = shop
    for names, component in ((OURS, shop), *(({pin.name}, component) for pin, component in needed)):
        bom.register_dependency(component, [each for pin, each in needed if names & {*pin.needed_by}])
    document: dict[str, Any] = json.loads(JsonV1Dot6(bom).output_as_string())
    del document["metadata"]["timestamp"]
    if epoch:
        document["metadata"]["timestamp"] = datetime.fromtimestamp(int(epoch), UTC).isoformat()
    return json.dumps(document, indent=2) + "\n"


def _component(pin: Pin) -> Component:
    purl = PackageURL("pypi", name=pin.name, version=pin.version)
    files = ExternalReference(
        type=ExternalReferenceType.DISTRIBUTION,
        url=XsUri(purl.to_string()),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=content) for content in pin.hashes],
        comment="Any one of these files is what is installed.",
    )
    return Component(
        name=pin.name,
        version=pin.version,
        type=ComponentType.LIBRARY,
        bom_ref=purl.to_string(),
        purl=purl,
        external_references=[files],
    )


if __name__ == "__main__":
    main()
