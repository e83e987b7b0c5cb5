"""The zip: what is in it, how large it is, and that it's the same whenever it is built."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from deploy import archive, bytecode, contents, package
from tests.server import ROOT

MAX_ZIP = 24_000_000  # bytes
MAX_UNZIPPED = 68_000_000  # bytes


def entries(artifact: Path) -> dict[str, zipfile.ZipInfo]:
    with zipfile.ZipFile(artifact) as opened:
        return {entry.filename: entry for entry in opened.infolist()}


@pytest.mark.needs_lambda
def test_two_builds_give_the_same_bytes(artifact: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.zip"
    package.build(again, artifact.stem.removeprefix("digitrec-"))
    assert again.read_bytes() == artifact.read_bytes()


def test_a_zip_depends_on_names_and_contents_alone(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for directory, names, mode in ((one, "ab", 0o600), (other, "ba", 0o755)):
        for name in names:
            path = directory / name / "file"
            path.parent.mkdir(parents=True)
            path.write_text(name)
            path.chmod(mode)
        archive.write(directory, directory.with_suffix(".zip"))
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "other.zip").read_bytes()


@pytest.mark.needs_lambda
def test_the_zip_is_small(artifact: Path) -> None:
    found = sorted(entries(artifact).values(), key=lambda entry: -entry.file_size)
    largest = "\n".join(f"{e.file_size:>12,} {e.compress_size:>12,} {e.filename}" for e in found)
    unzipped = sum(entry.file_size for entry in found)
    top = "\n".join(largest.splitlines()[:10])
    assert artifact.stat().st_size <= MAX_ZIP, f"the ten largest parts are\n{top}"
    assert unzipped <= MAX_UNZIPPED, f"the ten largest parts are\n{top}"


@pytest.mark.needs_lambda
def test_the_zip_holds_the_app_and_its_libraries_and_nothing_else(artifact: Path) -> None:
    assert {name.split("/")[0].split(".")[0] for name in entries(artifact)} == {
        *("handler", "digitrec", "static", "templates", "trained_model"),
        *(
            "flask",
            "flask_cors",
            "numpy",
            "PIL",
            "pillow",
            "pybase64",
            "serverless_wsgi",
            "zlib_ng",
        ),
        *("blinker", "click", "itsdangerous", "jinja2", "markupsafe", "werkzeug"),
        "__pycache__",
    }


@pytest.mark.needs_lambda
def test_the_zip_holds_no_tests_no_training_and_no_boto3(artifact: Path) -> None:
    unwanted = {"tests", "training", "benchmarks", "deploy", "command"}
    unwanted |= {"boto3", "botocore", "torch"}
    assert [name for name in entries(artifact) if unwanted & set(name.split("/"))] == []


@pytest.mark.needs_lambda
def test_the_zip_holds_every_file_of_the_app_as_it_is(artifact: Path) -> None:
    own = contents.own()
    assert {"handler.py", "recognizer.py", "index.html"} <= {path.name for path in own}
    with zipfile.ZipFile(artifact) as opened:
        for path in own:
            assert opened.read(path.relative_to(ROOT).as_posix()) == path.read_bytes()


@pytest.mark.needs_lambda
def test_openblas_is_as_it_was_published(artifact: Path) -> None:
    [name] = [name for name in entries(artifact) if "openblas" in name]
    published = next((Path(sys.prefix) / "lib").glob(f"python*/site-packages/{name}"))
    with zipfile.ZipFile(artifact) as opened:
        assert opened.read(name) == published.read_bytes()


@pytest.mark.needs_lambda
def test_all_code_is_compiled_for_the_deployed_python_and_never_checked(artifact: Path) -> None:
    python = bytecode.find_python()
    assert python is not None
    code = "import importlib.util; print(importlib.util.MAGIC_NUMBER.hex())"
    magic = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    with zipfile.ZipFile(artifact) as opened:
        headers = {name: opened.read(name)[:8] for name in opened.namelist() if "pyc" in name}
    # PEP 552: the magic number, then the flags; 1 is a hash that is not checked
    assert set(headers.values()) == {bytes.fromhex(magic.stdout) + b"\1\0\0\0"}
    sources = [Path(name) for name in entries(artifact) if name.endswith(".py")]
    compiled = {f"{s.parent}/__pycache__/{s.stem}.cpython-313.pyc" for s in sources}
    assert {name.removeprefix("./") for name in compiled} <= set(headers)


@pytest.mark.needs_lambda
def test_every_file_can_be_read_by_lambdas_user(artifact: Path) -> None:
    assert {entry.external_attr >> 16 for entry in entries(artifact).values()} == {0o100644}


def test_the_zip_for_the_other_architecture_has_libraries_for_it(tmp_path: Path) -> None:
    contents.install_libraries(tmp_path, "arm64")
    machine = {path.read_bytes()[18] for path in tmp_path.rglob("*.so*")}
    assert machine == {0xB7}  # e_machine of an ELF file: AArch64


def test_without_the_deployed_python_there_is_a_warning_and_a_zip_of_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def one_library(stage: Path, _: str) -> None:
        (stage / "library.py").write_text("digit = 5")

    monkeypatch.setattr(bytecode, "find_python", lambda: None)
    monkeypatch.setattr(contents, "install_libraries", one_library)
    package.build(tmp_path / "sources.zip")
    assert capsys.readouterr().err.startswith("Warning: no Python 3.13 found; to get it: ")
    names = entries(tmp_path / "sources.zip")
    assert {"handler.py", "library.py", "digitrec/web/app.py"} <= set(names)
    assert [name for name in names if name.endswith(".pyc")] == []


def test_a_command_that_is_no_python_is_passed_over(tmp_path: Path) -> None:
    shim = tmp_path / "python3.13"
    shim.write_text("#!/bin/sh\necho install it first >&2\nexit 127\n")
    shim.chmod(0o755)
    assert not bytecode.is_version(str(shim), "3.13")
    assert not bytecode.is_version(str(tmp_path / "none"), "3.13")
