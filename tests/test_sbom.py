"""The bill of materials: what requirements.txt pins, no more and no less, and the zip's hash."""

import hashlib
import json
from pathlib import Path

import pytest

from deploy import sbom
from tests.requirements import pins


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bill of a zip."""
    archive = tmp_path_factory.mktemp("zip") / "digitrec-x86_64.zip"
    archive.write_bytes(b"a zip")
    return sbom.write(archive)


def test_the_bill_lists_every_pinned_package_with_its_hashes(written: Path) -> None:
    assert written.name == "digitrec-x86_64.cdx.json"
    bill = json.loads(written.read_text())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    listed = {part["name"]: part["version"] for part in bill["components"]}
    assert listed == pins("requirements.txt")
    for part in bill["components"]:
        assert part["purl"] == f"pkg:pypi/{part['name']}@{part['version']}"
        [place] = part["externalReferences"]
        assert {hashed["alg"] for hashed in place["hashes"]} == {"SHA-256"}
    component = bill["metadata"]["component"]
    assert (component["name"], component["version"]) == ("digitrec", "1.0.0")
    digest = hashlib.sha256(b"a zip").hexdigest()
    assert component["hashes"] == [{"alg": "SHA-256", "content": digest}]


def test_two_bills_of_the_same_zip_are_the_same(written: Path) -> None:
    first = written.read_bytes()
    assert sbom.write(written.with_name("digitrec-x86_64.zip")).read_bytes() == first
