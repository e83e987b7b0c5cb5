"""The command's arguments to pages: folders and patterns are searched, and pages counted."""

import glob
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from digitrec.command.documents import SUFFIXES, count


class Page(NamedTuple):
    """One page to read: the file's name as it was given, where it is, and which of its pages."""

    name: str
    path: Path
    number: int
    of: int

    def __str__(self) -> str:
        """Return the name, and the page if there are several."""
        return f"{self.name}, page {self.number}" if self.of > 1 else self.name


def listed(names: Iterable[str]) -> Iterator[str]:
    """Yield the files that the names stand for, or the name itself if it stands for none."""
    for name in names:
        found = [name]
        if Path(name).is_dir():
            inside = Path(name).rglob("*")
            found = sorted(str(p) for p in inside if p.suffix.lower() in SUFFIXES)
        elif glob.has_magic(name) and not Path(name).exists():  # a shell on Windows expands none
            found = list(listed(sorted(glob.glob(name, recursive=True))))  # noqa: PTH207 # absolute ones too
        yield from found or [name]


def pages_of(files: Iterable[str], folder: Path) -> Iterator[Page]:
    """Yield each page of each file; standard input is stored in a folder first."""
    for name in files:
        path = Path(name)
        if name == "-":
            path = folder / "stdin"  # a file, so that any process can read any page of it
            with path.open("wb") as copy:
                shutil.copyfileobj(sys.stdin.buffer, copy)
        pages = count(path)
        yield from (Page(name, path, number, pages) for number in range(1, pages + 1))
