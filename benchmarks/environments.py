"""An environment of its own for each peer, with its converted network, and what both weigh."""

import hashlib
import json
import os
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import ENVIRONMENTS, MODELS, ONE_THREAD, ROOT, sizes
from benchmarks.convert import MODEL
from benchmarks.peers import Peer

# The module that writes a peer's model, and the environment that it runs in.
CONVERSIONS = {
    "model.onnx": ("to_onnx", "onnx"),
    "model.pt": ("to_pytorch", "pytorch"),
    "model.keras": ("to_keras", "keras"),
}
LIST = """
import json
from importlib.metadata import distributions
print(json.dumps({d.name.lower().replace("_", "-"): d.version for d in distributions()}))
"""


class Unavailable(Exception):
    """A peer can't be measured; the text says why."""


def build(peer: Peer) -> dict[str, Any]:
    """Make what a peer needs, unless it is there, and return what is known of it.

    Returns
    -------
    "packages", versions by name; "difference", the largest to digitrec's probabilities; "size", in
    bytes, of what is "installed" and of its "zip".

    Raises
    ------
    Unavailable
        Something can't be installed, or doesn't answer as digitrec does.
    """
    installed = install(peer.environment)
    known: dict[str, Any] = {"packages": installed["packages"]}
    if peer.model:
        convert(peer.model)
        found = run(peer.environment, "-m", "benchmarks.convert.difference", peer.module)
        known["difference"] = float(found)
    own = sizes.of(_own_files(peer))
    return known | {"size": {kind: own[kind] + installed["size"][kind] for kind in own}}


def install(name: str) -> dict[str, Any]:
    """Install the list of an environment, unless it is; return its "packages" and their "size"."""
    requirements = _requirements(name)
    directory = _directory(name)
    stamp = directory / "made.json"
    key = hashlib.sha256(f"{sys.version}\n".encode() + requirements.read_bytes()).hexdigest()
    if stamp.exists():
        made: dict[str, Any] = json.loads(stamp.read_text())
        if made["key"] == key:
            return made
    venv.create(directory, clear=True, symlinks=True)
    _install(directory, requirements)
    packages = json.loads(_quietly([directory / "bin" / "python", "-c", LIST]))
    made = {"key": key, "packages": packages, "size": sizes.of([_site_packages(directory)])}
    stamp.write_text(json.dumps(made))
    return made


def convert(model: str) -> None:
    """Write a peer's model from trained_model.pkl, unless it is the newer of the two."""
    converted = MODELS / model
    module, environment = CONVERSIONS[model]
    if converted.exists() and converted.stat().st_mtime > MODEL.stat().st_mtime:
        return
    MODELS.mkdir(exist_ok=True)
    install(environment)
    run(environment, "-m", f"benchmarks.convert.{module}", str(converted))


def run(name: str, *arguments: str) -> str:
    """Return what an environment's Python prints. Raises Unavailable."""
    return _quietly([python(name), *arguments])


def python(name: str) -> Path:
    """Return the Python of an environment."""
    return _directory(name) / "bin" / "python"


def variables() -> dict[str, str]:
    """Return the environment variables that every process which is measured has."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "TF_CPP_MIN_LOG_LEVEL": "2",
        **ONE_THREAD,
    }


def _directory(name: str) -> Path:
    return ENVIRONMENTS / (name or "digitrec")


def _site_packages(directory: Path) -> Path:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return directory / "lib" / version / "site-packages"


def _requirements(name: str) -> Path:
    if not name:
        return ROOT / "requirements.txt"
    return ROOT / "benchmarks" / "requirements" / f"{name}.txt"


def _own_files(peer: Peer) -> list[Path]:
    if peer.model:
        return [MODELS / peer.model]
    folders = [ROOT / name for name in ("digitrec", "static", "templates")]
    return [*folders, ROOT / "handler.py", MODEL]


def _install(directory: Path, requirements: Path) -> None:
    # For processors alone: of the other PyTorch nothing but its size would be measured.
    backend = ["--torch-backend", "cpu"] if "torch==" in requirements.read_text() else []
    uv = ["-m", "uv", "pip", "install", "--quiet", "--compile-bytecode", *backend]
    executable = str(directory / "bin" / "python")
    listed = ["-r", str(requirements)]
    try:
        _quietly([sys.executable, *uv, "--python", executable, *listed])
    except Unavailable:
        # pip knows indexes that uv doesn't: those of its own configuration.
        pip = ["-m", "pip", "--python", executable, "install", "--quiet"]
        _quietly([sys.executable, *pip, *listed])


def _quietly(command: Sequence[str | Path]) -> str:
    completed = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=ROOT, env=os.environ | variables()
    )
    if completed.returncode != 0:
        raise Unavailable(completed.stderr.strip().splitlines()[-1])
    return completed.stdout.strip()
