"""docs/architecture.md names every module, and nothing that isn't there."""

import re
from pathlib import Path

from tests.server import ROOT

TEXT = (ROOT / "docs" / "architecture.md").read_text()
NAMES = set(re.findall(r"`([\w/.]+(?:\.(?:py|js|cjs|html|yml|pkl)|/))`", TEXT))
PLACES = [ROOT, *(ROOT / name for name in ("digitrec", "static", "benchmarks"))]


def named(name: str) -> list[Path]:
    """Return the files or folders that a name may stand for."""
    return [place / name for place in PLACES if (place / name).exists()]


def test_every_file_that_it_names_exists() -> None:
    assert [name for name in sorted(NAMES) if not named(name)] == []


def test_every_module_is_named() -> None:
    modules = {
        path
        for path in (ROOT / "digitrec").rglob("*.py")
        if not path.name.startswith("__")  # named by the folder, or by the command that starts it
    }
    assert sorted(modules - {path for name in NAMES for path in named(name)}) == []
