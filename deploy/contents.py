"""The contents of the zip: the app, and the parts of the libraries that it can reach."""

import shutil
import subprocess
import sys
from pathlib import Path

from deploy import BUILD, PLATFORMS, PYTHON, ROOT

OWN = (
    "handler.py",
    "digitrec/**/*.py",  # but the command
    "digitrec/segment/weights.pkl",
    "digitrec/web/openapi.json",
    "static/**/*",
    "templates/**/*",
    "trained_model.pkl",
)

COMMAND = ("digitrec/__main__.py", "digitrec/adapt.py", "digitrec/command/*")

UNREACHABLE = ROOT / "deploy" / "unreachable.txt"  # patterns of what is left out of the libraries

# Pillow imports every reader of its own that it finds: keep digitrec's formats, and those that
# their modules import.
READERS = {"Bmp", "Gif", "Jpeg", "Mpo", "Png", "Ppm", "Tiff", "WebP"}


def install_libraries(stage: Path, architecture: str) -> None:
    """Install the pinned requirements into an empty directory; remove what is never reached.

    Parameters
    ----------
    stage
        The directory.
    architecture
        One of `PLATFORMS`; the wheels are for its processors, whatever this machine's is.
    """
    # uv, since pip cannot resolve for a machine other than its own.
    subprocess.run(
        [
            *(sys.executable, "-m", "uv", "pip", "install", "--quiet", "--target", stage),
            *("--python-version", PYTHON, "--python-platform", PLATFORMS[architecture]),
            *("--only-binary", ":all:", "--no-deps", "--require-hashes"),
            *("--link-mode", "copy", "--cache-dir", BUILD / "wheels"),
            *("--requirement", ROOT / "requirements.txt"),
        ],
        check=True,
    )
    lines = UNREACHABLE.read_text().splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    removed = [path for pattern in patterns for path in stage.glob(pattern)]
    removed += [
        path
        for path in stage.glob("PIL/*ImagePlugin.py")
        if path.name.removesuffix("ImagePlugin.py") not in READERS
    ]
    for path in removed:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)  # its directory may be gone already


def copy_app(stage: Path) -> None:
    """Copy the app itself: its code, the page and the model."""
    for path in own():
        copy = stage / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)


def own() -> list[Path]:
    """Return the project's own files that go into the zip, sorted."""
    left_out = {path for pattern in COMMAND for path in ROOT.glob(pattern)}
    found = {path for pattern in OWN for path in ROOT.glob(pattern) if path.is_file()}
    return sorted(found - left_out)
