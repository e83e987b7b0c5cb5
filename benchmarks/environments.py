"""An environment for each peer, its network in its own format, and what both weigh."""

import os
import shutil
import subprocess
import sys
import tempfile
import venv
import zipfile
from collections.abc import Iterable
from pathlib import Path

import onnx

from benchmarks import ENVIRONMENTS, ONE_THREAD, ONNX_MODEL
from benchmarks.parts import MODEL, NETWORK
from deploy import ROOT
from training import export

APP = ("digitrec", "static", "templates", "handler.py", "trained_model.pkl")
# Files of its own that each environment runs.
OWN = {
    "digitrec": [ROOT / name for name in APP],
    "onnxruntime": [ONNX_MODEL],
    "pytorch": [MODEL],
}


def build() -> None:
    """Install what is missing, and convert the network."""
    for name in OWN:
        _install(name)
    onnx.save(export.classifier(NETWORK), ONNX_MODEL)


def python(name: str) -> Path:
    """Return the Python of an environment."""
    return ENVIRONMENTS / name / "bin" / "python"


def run(*command: str | Path, given: str = "") -> str:
    """Return what a command prints for an input; exit with the end of its errors if it fails."""
    completed = subprocess.run(
        command,
        check=False,
        input=given,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | ONE_THREAD,
    )
    if completed.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command[:4]))} failed: {completed.stderr[-1000:]}")
    return completed.stdout


def sizes(name: str) -> tuple[float, float]:
    """Return the MB of an environment's libraries and own files, installed and in a zip."""
    [libraries] = (ENVIRONMENTS / name / "lib").glob("python*/site-packages")
    return weigh([libraries, *OWN[name]])


def weigh(places: Iterable[Path]) -> tuple[float, float]:
    """Return the MB of files and folders, without bytecode: as they are, and in a zip."""
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for place in places:
                for path in [place, *place.rglob("*")]:
                    if path.is_file() and path.suffix != ".pyc":
                        archive.write(path, path.relative_to(place.parent))
        return sum(each.file_size for each in archive.infolist()) / 1e6, file.tell() / 1e6


def _install(name: str) -> None:
    listed = ROOT / "requirements.txt"
    if name != "digitrec":
        listed = ROOT / "benchmarks" / "requirements" / f"{name}.txt"
    installed = ENVIRONMENTS / name / "installed.txt"
    if installed.exists() and installed.read_bytes() == listed.read_bytes():
        return
    print(f"Installing {listed.relative_to(ROOT)}", flush=True)
    venv.create(installed.parent, clear=True, symlinks=True)
    uv = ["-m", "uv", "pip", "install", "--quiet", "--compile-bytecode", "--torch-backend", "cpu"]
    try:
        run(sys.executable, *uv, "--python", python(name), "-r", listed)
    except SystemExit:  # pip knows other indexes: those of its own configuration
        pip = ["-m", "pip", "--python", str(python(name)), "install", "--quiet"]
        run(sys.executable, *pip, "-r", listed)
    shutil.copy(listed, installed)
