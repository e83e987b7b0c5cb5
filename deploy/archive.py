"""A directory to a zip whose bytes depend on nothing but the files' names and contents."""

import zipfile
from pathlib import Path

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip can hold
READABLE = 0o100644  # a file that Lambda's user can read; nothing in it is executed by name


def write(directory: Path, output: Path) -> None:
    """Write all files below a directory to a zip, sorted, with one date and one mode."""
    output.parent.mkdir(parents=True, exist_ok=True)
    partial = output.with_suffix(".part")  # an interrupted build leaves no partial zip
    with zipfile.ZipFile(partial, "w") as archive:
        for path in sorted(directory.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(directory).as_posix(), EPOCH)
                entry.create_system = 3  # Unix; otherwise the mode is ignored
                entry.external_attr = READABLE << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes(), compresslevel=9)
    partial.replace(output)
