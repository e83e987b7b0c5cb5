"""requirements*.txt against pyproject.toml, from which `make requirements` writes them."""

import ast
import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, packages_distributions, requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.requirements import lines, pins
from tests.server import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LISTS = ["requirements.txt", "requirements-dev.txt"]
BROUGHT = {"werkzeug": "flask", "botocore": "boto3"}  # by a package that is declared


def declared(*extras: str) -> list[Requirement]:
    """Return what an installation with these extras asks for."""
    optional = PROJECT["project"]["optional-dependencies"]
    texts = [*PROJECT["project"]["dependencies"], *(t for extra in extras for t in optional[extra])]
    return [found for text in texts if (found := Requirement(text)).name != "digitrec"]


@pytest.mark.parametrize(
    ("name", "extras"),
    [
        ("requirements.txt", ["web", "lambda"]),
        ("requirements-dev.txt", PROJECT["project"]["optional-dependencies"]),
    ],
)
def test_a_list_has_what_is_declared_in_a_version_that_is_allowed(
    name: str, extras: list[str]
) -> None:
    pinned = pins(name)
    for requirement in declared(*extras):
        assert requirement.specifier.contains(pinned[requirement.name]), requirement


def test_production_and_tests_use_the_same_versions() -> None:
    assert pins("requirements.txt").items() <= pins("requirements-dev.txt").items()


def test_the_tools_of_the_developers_are_not_in_production() -> None:
    dev = {Requirement(text).name for text in PROJECT["dependency-groups"]["dev"]}
    assert not dev & set(pins("requirements.txt"))
    assert dev <= set(pins("requirements-dev.txt"))


def test_an_extra_that_a_package_asks_for_is_in_the_list() -> None:
    """Else pip 23, which Python 3.11 brings, looks for one itself, and refuses a newer release."""
    listed = {package: extras for package, extras, _ in lines("requirements-dev.txt")}
    asked = [
        requirement
        for package in listed
        for text in asked_by(package)
        if (requirement := Requirement(text)).extras
        and (requirement.marker is None or requirement.marker.evaluate({"extra": ""}))
    ]
    assert "coverage" in {requirement.name for requirement in asked}
    for requirement in asked:
        assert requirement.extras <= set(listed[requirement.name.lower()].strip("[]").split(","))


def asked_by(package: str) -> list[str]:
    """Return what a package requires; nothing if another system than this one needs it."""
    try:
        return requires(package) or []
    except PackageNotFoundError:
        return []


def test_all_that_is_imported_is_declared() -> None:
    files = [ROOT / "app.py", ROOT / "handler.py", *(ROOT / "digitrec").rglob("*.py")]
    modules = {
        module.split(".")[0]
        for file in files
        for node in ast.walk(ast.parse(file.read_text()))
        for module in imports(node)
    }
    third_party = modules - sys.stdlib_module_names - {"digitrec"}
    packages = {canonicalize_name(packages_distributions()[module][0]) for module in third_party}
    asked = declared(*PROJECT["project"]["optional-dependencies"])
    assert {BROUGHT.get(name, name) for name in packages} <= {found.name for found in asked}


def imports(node: ast.AST) -> list[str]:
    """Return the modules that a statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []


@pytest.mark.parametrize("name", LISTS)
def test_a_list_names_no_place_to_download_from(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    assert [line for line in lines if "://" in line or line.startswith("-")] == []


@pytest.mark.parametrize("name", LISTS)
def test_every_package_has_a_hash(name: str) -> None:
    packages = re.split(r"^(?=[\w.-]+==)", (ROOT / name).read_text(), flags=re.MULTILINE)[1:]
    assert [package for package in packages if "--hash=sha256:" not in package] == []
