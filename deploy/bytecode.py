"""Sources to .pyc files, compiled by the Python version that will run them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from deploy import PYTHON

INSTALL = f"{sys.executable} -m uv python install {PYTHON}"  # installs it, with the uv of .venv
MISSING = f"no Python {PYTHON} found; to get it: {INSTALL}"


@cache
def find_python(version: str = PYTHON) -> str | None:
    """Return a command that starts this version of Python, or None if there is none."""
    return next((python for python in _candidates(version) if is_version(python, version)), None)


def replace_sources(python: str, stage: Path) -> None:
    """Replace every source below a directory by its bytecode: half the size of both.

    Parameters
    ----------
    python
        The command of the deployed version, the only one that runs this bytecode.
    stage
        The directory. Its own name doesn't get into the bytecode.
    """
    add(python, stage, "-b")
    for source in stage.rglob("*.py"):
        source.unlink()


def add(python: str, stage: Path, *options: str) -> None:
    """Put the bytecode beside every source below a directory, so it is not compiled again."""
    # Unchecked: the zip loses the sources' dates, and reading and hashing them takes time. One
    # process and no random order of sets, so that equal sources give equal bytes.
    subprocess.run(
        [
            *(python, "-S", "-m", "compileall", "-q", *options),
            *("--invalidation-mode", "unchecked-hash", "-s", stage, "-p", "/var/task", stage),
        ],
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )


def is_version(python: str, version: str) -> bool:
    """Return whether a command starts this version; a shim of that name may start nothing."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run([python, "-c", code], check=False, capture_output=True, text=True)
    except OSError:
        return False
    return answer.stdout.strip() == version


def _candidates(version: str) -> Iterator[str]:
    yield sys.executable
    yield shutil.which(f"python{version}") or ""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from map(str, sorted(pyenv.glob(f"versions/{version}.*/bin/python{version}")))
    managed = subprocess.run(
        [sys.executable, "-m", "uv", "python", "find", "--quiet", "--managed-python", version],
        check=False,
        capture_output=True,
        text=True,
    )
    yield managed.stdout.strip()
