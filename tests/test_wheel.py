"""The wheel and the sdist, built and installed as a user would, away from the checkout."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

from deploy.bytecode import find_python
from tests.load.server import wait
from tests.server import ROOT, START
from tests.strokes import encode, picture

MAX_WHEEL = 11_000_000  # bytes
SOURCES = ("digitrec", "static", "templates", "trained_model.pkl")
EPOCH = "1767225600"  # as the Makefile's
PYTHONS = {version: find_python(version) for version in ("3.11", "3.13", "3.14")}
UV = (sys.executable, "-m", "uv")


class Environment(NamedTuple):
    """A Python with the wheel installed, and an empty folder to start it in."""

    binaries: Path
    folder: Path

    def run(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment in the empty folder."""
        return subprocess.run(
            [self.binaries / command, *arguments],
            cwd=self.folder,
            env={"PATH": str(self.binaries)},
            check=False,
            capture_output=True,
            text=True,
        )

    def printed(self, command: str, *arguments: str) -> str:
        completed = self.run(command, *arguments)
        assert completed.returncode == 0, completed.stderr
        return completed.stdout


LIBRARY = """
from digitrec import Recognizer
print(Recognizer.load().recognize("five.png").digit)
"""
EXTRAS = """
import json, re
from digitrec import create_app
client = create_app().test_client()
files = re.findall(r'"(static/[^"]+)"', client.get("/").text)
assert "css" in str(files) and "js" in str(files)
print({client.get(path).status_code for path in ["/", "/openapi.json", *files]})
with open("five.png", "rb") as picture:
    print(client.post("/predict", data=picture, content_type="image/png").json)
import handler
with open("predict.json") as event:
    print(handler.handler(json.load(event), None)["statusCode"])
import boto3, granian, pillow_heif, pypdfium2
"""


def build(source: Path, output: Path) -> None:
    """Build the sdist and the wheel of a directory, as `make dist` does."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", output],
        cwd=source,
        env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH},
        check=True,
        capture_output=True,
    )


def only(folder: Path, pattern: str) -> Path:
    [path] = folder.glob(pattern)
    return path


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist and the wheel, built from the checkout."""
    folder = tmp_path_factory.mktemp("dist")
    build(ROOT, folder)
    return folder


@pytest.fixture(scope="module", params=[name for name, found in PYTHONS.items() if found])
def python(request: pytest.FixtureRequest) -> str:
    """A command that starts a version of Python, for each that this machine has."""
    return str(PYTHONS[request.param])


def install(python: str, wheel: str, folder: Path) -> Environment:
    """Install into a fresh environment; requirements-dev.txt only chooses the versions."""
    home, empty = folder / "environment", folder / "empty"
    empty.mkdir()
    (empty / "five.png").write_bytes(encode(picture(5)))
    subprocess.run([*UV, "venv", "--quiet", "--python", python, home], check=True)
    pins = ("--constraint", ROOT / "requirements-dev.txt")
    subprocess.run([*UV, "pip", "install", "--quiet", "--python", home, *pins, wheel], check=True)
    return Environment(home / "bin", empty)


@pytest.fixture(scope="module")
def plain(python: str, dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The wheel without extras."""
    return install(python, str(only(dist, "*.whl")), tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def whole(python: str, dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The wheel with all extras."""
    wheel = f"{only(dist, '*.whl')}[all]"
    return install(python, wheel, tmp_path_factory.mktemp("whole"))


def test_the_wheel_holds_the_package_the_models_and_the_page(dist: Path) -> None:
    listed = subprocess.check_output(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *SOURCES],
        cwd=ROOT,
        text=True,
    )
    own = {name for name in listed.split("\0") if name and (ROOT / name).exists()}
    expected = {f"digitrec/{name.removeprefix('digitrec/')}" for name in own}
    with zipfile.ZipFile(only(dist, "*.whl")) as wheel:
        found = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert found == expected
    assert {"digitrec/py.typed", "digitrec/trained_model.pkl"} <= found
    assert only(dist, "*.whl").stat().st_size <= MAX_WHEEL


def test_the_sdist_holds_what_the_wheel_is_built_from(dist: Path) -> None:
    with tarfile.open(only(dist, "*.tar.gz")) as sdist:
        names = {name.split("/")[1] for name in sdist.getnames()}
    about = {"CHANGELOG.md", "LICENSE", "PKG-INFO", "README.md", "pyproject.toml", ".gitignore"}
    assert names == about | set(SOURCES)


def test_the_sdist_builds_the_same_bytes(dist: Path, tmp_path: Path) -> None:
    subprocess.run(["tar", "-xzf", only(dist, "*.tar.gz"), "-C", tmp_path], check=True)
    again = tmp_path / "again"
    build(only(tmp_path, "digitrec-*"), again)
    for pattern in ("*.whl", "*.tar.gz"):
        assert only(again, pattern).read_bytes() == only(dist, pattern).read_bytes()


@pytest.mark.parametrize("check", ["twine check --strict", "check_wheel_contents"])
def test_the_checks_of_publishers_find_nothing(dist: Path, check: str) -> None:
    files = sorted(dist.glob("*.whl" if "wheel" in check else "*"))
    completed = subprocess.run(
        [sys.executable, "-m", *check.split(), *files],
        check=False,
        capture_output=True,
        text=True,
    )
    assert completed.returncode == 0, completed.stdout + completed.stderr


def test_the_command_and_the_library_read_a_picture(plain: Environment) -> None:
    assert plain.printed("digitrec", "read", "five.png") == "5\n"
    assert plain.printed("python", "-m", "digitrec", "read", "five.png") == "5\n"
    assert plain.printed("python", "-c", LIBRARY) == "5\n"


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        ("[web]", "from digitrec import create_app"),
        ("[serve]", "from digitrec.__main__ import main; exit(main(['serve']))"),
        ("[documents]", "from digitrec.__main__ import main; exit(main(['read', 'five.pdf']))"),
        ("boto3", "from digitrec.models.s3 import Storage; Storage()"),
    ],
)
def test_without_an_extra_the_error_says_what_to_install(
    plain: Environment, extra: str, code: str
) -> None:
    (plain.folder / "five.pdf").write_bytes(b"%PDF-1.7")
    completed = plain.run("python", "-c", code)
    assert completed.returncode == 1
    assert re.search(rf"pip install .*{re.escape(extra)}", completed.stderr.splitlines()[-1])


def test_with_the_extras_the_page_the_api_and_the_handler_answer(whole: Environment) -> None:
    for name in ("handler.py", "tests/events/predict.json"):
        shutil.copy(ROOT / name, whole.folder)
    assert whole.printed("python", "-c", EXTRAS).splitlines() == ["{200}", "{'digit': 5}", "200"]


def test_the_installed_command_serves_the_page(whole: Environment) -> None:
    command = [str(whole.binaries / "digitrec"), "serve", "--port", "0", "--workers", "1"]
    with subprocess.Popen(command, cwd=whole.folder, stdout=subprocess.PIPE) as serving:
        try:
            assert serving.stdout is not None
            [address] = re.findall(r"http://\S+", serving.stdout.readline().decode())
            wait(address, serving, START)
        finally:
            serving.terminate()
