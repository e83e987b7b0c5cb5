"""The software bill of materials of a zip, in CycloneDX, beside it: digitrec-x86_64.cdx.json."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

from deploy import ROOT

VERSION = "1.6"  # of CycloneDX


def write(archive: Path) -> Path:
    """Write a zip's bill of materials, and return its path; equal inputs give equal bytes.

    It lists what requirements.txt pins, each with the hashes that an installation checks, and the
    zip's own SHA-256.
    """
    output = archive.with_suffix(".cdx.json")
    completed = subprocess.run(
        [
            *(sys.executable, "-W", "ignore", "-m", "cyclonedx_py", "requirements"),
            *("--output-reproducible", "--output-format", "JSON", "--spec-version", VERSION),
            *("--pyproject", ROOT / "pyproject.toml", ROOT / "requirements.txt"),
        ],
        check=True,
        stdout=subprocess.PIPE,
    )
    bill = json.loads(completed.stdout)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    bill["metadata"]["component"]["hashes"] = [{"alg": "SHA-256", "content": digest}]
    output.write_text(json.dumps(bill, indent=2) + "\n")
    return output
