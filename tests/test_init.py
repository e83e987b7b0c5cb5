import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import digitrec
from digitrec.settings import ROOT
from digitrec.web import app


def test_the_version_is_the_one_of_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert digitrec.__version__ == project["version"]


@pytest.mark.parametrize("module", ["digitrec", "digitrec.__main__"])
def test_the_library_and_the_command_line_start_without_flask(module: str) -> None:
    check = f"import sys, {module}; sys.exit('flask' in sys.modules or 'werkzeug' in sys.modules)"
    subprocess.run([sys.executable, "-c", check], cwd=ROOT, check=True)


# Its products are of a size for which OpenBLAS uses each thread that it has.
PRODUCT = """
import os
import {module}
import numpy
numpy.ones((1000, 1000)) @ numpy.ones((1000, 1000))
print(len(os.listdir("/proc/self/task")))
"""


counted = pytest.mark.skipif(
    not Path("/proc/self/task").exists() or os.cpu_count() == 1,
    reason="threads are counted in /proc, and numpy has one a processor",
)


@counted
@pytest.mark.parametrize(
    "module", ["app", "handler", "digitrec.command.serve", "digitrec.__main__"]
)
def test_every_way_to_start_multiplies_in_one_thread(module: str) -> None:
    assert _threads(module) == 1


@counted
def test_whoever_wants_more_threads_says_so() -> None:
    assert _threads("digitrec", OPENBLAS_NUM_THREADS="2") == 2


def _threads(module: str, **variables: str) -> int:
    others = {k: v for k, v in os.environ.items() if k != "OPENBLAS_NUM_THREADS"}
    code = PRODUCT.format(module=module)
    printed = subprocess.check_output(
        [sys.executable, "-c", code], cwd=ROOT, env=others | variables, text=True
    )
    return int(printed)


def test_create_app_is_part_of_the_library() -> None:
    assert digitrec.create_app is app.create_app


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'create_ap'"):
        getattr(digitrec, "create_ap")  # noqa: B009 # mypy knows that it isn't there


def test_without_flask_create_app_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "digitrec.web.app")
    monkeypatch.setitem(sys.modules, "flask", None)
    with pytest.raises(
        ImportError, match=re.escape("needs flask. Install it: pip install 'digitrec[web]'")
    ):
        getattr(digitrec, "create_app")  # noqa: B009 # it is imported when it is asked for
