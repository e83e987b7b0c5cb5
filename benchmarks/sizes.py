"""How much of a disk an installation takes, and how large a zip of it is."""

import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

# Of no use to a program that runs; left out of every zip alike.
LEFT_OUT_FOLDERS = {"__pycache__", "tests", "include", "bin"}
LEFT_OUT_SUFFIXES = {".pyc", ".pyi", ".pxd", ".h"}


def of(roots: Iterable[Path]) -> dict[str, int]:
    """Return the bytes that files and folders take "installed", and in a "zip"."""
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            installed = 0
            for root in roots:
                for path in _files(root):
                    installed += path.stat().st_size
                    name = path.relative_to(root.parent)
                    if _is_needed(name):
                        archive.write(path, name)
        return {"installed": installed, "zip": file.tell()}


def _files(root: Path) -> Iterator[Path]:
    yield from [root] if root.is_file() else filter(Path.is_file, sorted(root.rglob("*")))


def _is_needed(name: Path) -> bool:
    return (
        not LEFT_OUT_FOLDERS.intersection(name.parts)
        and not any(part.endswith(".dist-info") for part in name.parts)
        and name.suffix not in LEFT_OUT_SUFFIXES
    )
