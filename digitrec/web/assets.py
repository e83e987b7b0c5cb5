"""The files of the page: read once, and named by their content so that browsers keep them."""

import hashlib
import re
from pathlib import Path
from typing import NamedTuple

# Spelt out, since Python's own table differs between versions and machines.
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".png": "image/png",
}
VERSION_LENGTH = 12  # hexadecimal digits: two versions of a page are never mistaken for each other


class Asset(NamedTuple):
    """One file as it is served."""

    content: bytes
    content_type: str


class Assets(NamedTuple):
    """The files of a directory.

    Attributes
    ----------
    files : dict of str to Asset
        By file name; only files of the kinds in `TYPES`.
    version : str
        Changes whenever any file changes. The page names its files below it, in
        `static/<version>/`, so that relative imports between modules stay within the version.
    """

    files: dict[str, Asset]
    version: str

    @classmethod
    def load(cls, directory: Path) -> "Assets":
        """Return the files of a directory, in the order of their names."""
        files = {
            path.name: Asset(path.read_bytes(), TYPES[path.suffix])
            for path in sorted(directory.iterdir())
            if path.suffix in TYPES
        }
        digest = hashlib.sha256()
        for name, asset in files.items():
            digest.update(f"{name} {len(asset.content)}\n".encode() + asset.content)
        return cls(files, digest.hexdigest()[:VERSION_LENGTH])

    @property
    def modules(self) -> list[str]:
        """The names of the JavaScript modules."""
        return [name for name in self.files if name.endswith(".js")]

    @staticmethod
    def is_version(text: str) -> bool:
        """Return whether a path names a version: none, this one, or that of an older page.

        While a new version is deployed, an older page still asks for its files; it gets the new
        ones, but doesn't keep them.
        """
        return text == "" or re.fullmatch(rf"[0-9a-f]{{{VERSION_LENGTH}}}", text) is not None
