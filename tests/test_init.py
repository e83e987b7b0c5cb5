import subprocess
import sys
import tomllib

import pytest

import digitrec
from digitrec import web
from digitrec.settings import ROOT


def test_the_version_is_the_one_of_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert digitrec.__version__ == project["version"]


@pytest.mark.parametrize("module", ["digitrec", "digitrec.__main__"])
def test_the_library_and_the_command_line_start_without_flask(module: str) -> None:
    check = f"import sys, {module}; sys.exit('flask' in sys.modules or 'werkzeug' in sys.modules)"
    subprocess.run([sys.executable, "-c", check], cwd=ROOT, check=True)


def test_create_app_is_part_of_the_library() -> None:
    assert digitrec.create_app is web.create_app


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'create_ap'"):
        getattr(digitrec, "create_ap")  # noqa: B009 # mypy knows that it isn't there
