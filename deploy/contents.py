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

# Removed, largest first. OpenBLAS stays as it was published: stripping breaks it.
UNREACHABLE = (
    # of Pillow: AVIF, text, colour management, user interfaces. The rest of pillow.libs is linked
    # to the decoders of PNG, JPEG and WebP, and must stay.
    "PIL/_avif.*",
    "PIL/_imagingcms.*",
    "PIL/_imagingft.*",
    "PIL/_imagingmath.*",
    "PIL/_imagingmorph.*",
    "PIL/_imagingtk.*",
    "PIL/*Font*.py",
    "PIL/ImageCms.py",
    "PIL/ImageDraw*.py",
    "PIL/ImageText.py",
    "PIL/Image[QTW]*.py",  # Qt, Tk, Windows
    "PIL/PdfParser.py",
    "pillow.libs/libavif-*",
    "pillow.libs/libbrotli*",
    "pillow.libs/libfreetype-*",
    "pillow.libs/libharfbuzz-*",
    "pillow.libs/liblcms2-*",
    "pillow.libs/libpng16-*",  # FreeType's; Pillow reads PNG by itself
    # of numpy: modules that it imports only on demand
    "numpy/f2py",
    "numpy/fft",
    "numpy/polynomial",
    "numpy/random",
    "numpy/ctypeslib",
    "numpy/lib/recfunctions.py",
    "numpy/testing",
    "numpy/_pyinstaller",
    "numpy/conftest.py",
    "numpy/_core/_*_tests.*",
    "numpy/_core/_simd.*",  # for tests; the vectorised loops themselves are elsewhere
    "numpy/_core/include",
    "numpy/_core/lib",
    # of Werkzeug and click: the debugger, wrappers of apps, help for tests
    "werkzeug/debug",
    "werkzeug/middleware",
    "click/testing.py",
    # of every library: tests, types, pip's metadata, commands
    "**/tests",
    "**/*.pyi",
    "**/*.pxd",
    "**/py.typed",
    "*.dist-info",
    ".lock",  # uv's
    "bin",
)

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
    _install(stage, architecture)
    for pattern in UNREACHABLE:
        for path in sorted(stage.glob(pattern)):
            _remove(path)
    for path in stage.glob("PIL/*ImagePlugin.py"):
        if path.name.removesuffix("ImagePlugin.py") not in READERS:
            _remove(path)


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


def _install(stage: Path, architecture: str) -> None:
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


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)  # its directory may be gone already
