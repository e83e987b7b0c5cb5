"""python -m tests.hostile.mutate [MODULE]: which changes of the code does no test see?

cosmic-ray makes the changes. Each is tried in a process that begins as a copy of this one, with
all libraries imported: so it takes a second, and no file is changed.
"""

import contextlib
import importlib
import importlib.abc
import importlib.util
import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cosmic_ray.mutating
import cosmic_ray.plugins
import pytest

from tests.server import ROOT

# The tests of each module, without those that measure: they take long.
TESTS = {
    "digitrec.models.weights": ["tests/test_weights.py", "tests/hostile/test_models.py"],
    "digitrec.models.unpickle": ["tests/test_unpickle.py", "tests/hostile/test_models.py"],
    "digitrec.web.payload": ["tests/test_payload.py"],
    "digitrec.decode": ["tests/test_decode.py", "tests/hostile/test_picture_limits.py"],
    "digitrec.decode.png": ["tests/test_png.py"],
    "digitrec.decode.channels": ["tests/test_png.py"],
    "digitrec.decode.container": ["tests/test_container.py"],
    "digitrec.decode.transparency": ["tests/test_transparency.py"],
}
MEASURING = "not costs_no_more"
IMPORTED = "ignore::pytest.PytestAssertRewriteWarning"  # of the libraries below
MAX_SECONDS = 60  # of processor time; what takes longer runs for ever
LIBRARIES = (
    *("numpy", "PIL.Image", "flask_cors", "hypothesis", "boto3", "playwright.sync_api"),
    "pytest_cov.plugin",
)

# Of the pairs of operators, one of each kind is enough; annotations (X | None) are no operation.
LEFT_OUT = ("BitOr", "BinaryOperator_Add_", "_Is", "VariableReplacer", "VariableInserter")
KEPT = ("Add_Sub", "Is_IsNot", "IsNot_Is")


def mutants(code: str) -> Iterator[tuple[str, str]]:
    """Yield the name of each change, and the code with it."""
    for name in cosmic_ray.plugins.operator_names():
        if any(part in name for part in LEFT_OUT) and not name.endswith(KEPT):
            continue
        operator_class = cosmic_ray.plugins.get_operator(name)
        for arguments in operator_class.arguments() or [{}]:
            operator = operator_class(**dict(arguments))
            for occurrence in range(1000):
                mutant = cosmic_ray.mutating.mutate_code(code, operator, occurrence)
                if mutant is None:
                    break
                yield name.removeprefix("core/"), mutant


class Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from changed code."""

    def __init__(self, module: str, path: Path, code: str) -> None:
        self.module, self.path, self.code = module, path, code

    def find_spec(self, name: str, *_: Any) -> Any:
        if name != self.module:
            return None
        package = [str(self.path.parent)] if self.path.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            name, self.path, loader=self, submodule_search_locations=package
        )

    def exec_module(self, module: Any) -> None:
        exec(compile(self.code, str(self.path), "exec"), module.__dict__)


def path_of(module: str) -> Path:
    """Return a module's file. It mustn't be imported to find it: the changed one couldn't be."""
    path = ROOT / module.replace(".", "/")
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def survives(module: str, path: Path, code: str) -> bool:
    """Return whether all tests of the module pass with this code."""
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        sys.meta_path.insert(0, Mutated(module, path, code))
        with contextlib.suppress(BaseException):
            options = ["-x", "-q", "-p", "no:cacheprovider", "-k", MEASURING, "-W", IMPORTED]
            os._exit(int(pytest.main([*options, *TESTS[module]])))
        os._exit(1)
    _, status = os.waitpid(child, 0)
    return status == 0


def main() -> None:
    for library in LIBRARIES:
        importlib.import_module(library)
    for module in sys.argv[1:] or TESTS:
        path = path_of(module)
        code = path.read_text()
        assert survives(module, path, code), f"the tests of {module} fail without a change"
        killed, alive = 0, 0
        for name, mutant in mutants(code):
            if not survives(module, path, mutant):
                killed += 1
                continue
            alive += 1
            lines = zip(code.splitlines(), mutant.splitlines(), strict=False)
            number, line = next((n, new) for n, (old, new) in enumerate(lines, 1) if old != new)
            print(f"{path.name}:{number}: {name}: {line.strip()}", flush=True)
        print(f"{module}: {killed + alive} changes, {killed} seen, {alive} not", flush=True)


if __name__ == "__main__":
    main()
