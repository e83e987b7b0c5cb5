"""The lists of packages that are installed."""

import re

from tests.server import ROOT


def pins(name: str) -> dict[str, str]:
    """Return the version of each package in a list."""
    return {package: version for package, _, version in lines(name)}


def lines(name: str) -> list[tuple[str, str, str]]:
    """Return package, extras as "[one,two]" or "", and version of each line of a list."""
    pattern = r"^([\w.-]+)(\[[\w,-]+\])?==([\w.]+)"
    return re.findall(pattern, (ROOT / name).read_text(), re.MULTILINE)
