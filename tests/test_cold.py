"""The benchmark of a cold start, and what SnapStart would keep of one."""

import ast
from pathlib import Path

import pytest

from benchmarks import cold
from benchmarks.bounds import BOUNDS
from deploy import contents, runtime
from tests.server import ROOT

CODE = [
    path
    for pattern in contents.OWN
    if pattern.endswith(".py")
    for path in sorted(ROOT.glob(pattern))
]
RANDOM = ("random.", "secrets.", "uuid.", "numpy.random.", "os.urandom.")
CLOCKS = ("time.", "datetime.")
# Prints what a snapshot of a started process would keep.
KEPT = """
import os, sys
sockets = []
sys.addaudithook(lambda name, _: name.startswith("socket.") and sockets.append(name))
import handler
threads = len(os.listdir("/proc/self/task"))
random = {"random", "secrets", "uuid"}
own = [m for n, m in sys.modules.items() if n.split(".")[0] in ("handler", "digitrec")]
print(f"{len(sockets)} sockets opened, {threads} thread, "
      f"{sum(bool(random & set(vars(m))) for m in own)} of our modules with random numbers")
"""


def meanings(tree: ast.Module) -> dict[str, str]:
    """Return what each imported name stands for: `from time import time as now` is time.time."""
    imported: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            within = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            imported |= {alias.asname or alias.name: within + alias.name for alias in node.names}
    return imported


@pytest.mark.needs_lambda
def test_a_cold_start_is_near_its_floor(artifact: Path) -> None:
    took = cold.measure(artifact, runs=9)
    [bound] = BOUNDS["cold"]
    assert bound.holds(took), took


@pytest.mark.needs_lambda
def test_a_start_opens_no_socket_and_no_thread(artifact: Path, tmp_path: Path) -> None:
    runtime.unpack(artifact, tmp_path / "task")
    kept = cold.run(tmp_path / "task", KEPT)
    assert kept == "0 sockets opened, 1 thread, 0 of our modules with random numbers"


def test_no_random_number_is_drawn_and_no_clock_read_while_a_module_is_imported(
    subtests: pytest.Subtests,
) -> None:
    for path in CODE:
        with subtests.test(path=path):
            tree = ast.parse(path.read_text())
            imported = meanings(tree)
            assert not {name for name in imported.values() if f"{name}.".startswith(RANDOM)}
            for statement in tree.body:
                if isinstance(statement, ast.FunctionDef | ast.ClassDef):
                    continue
                for call in (node for node in ast.walk(statement) if isinstance(node, ast.Call)):
                    first, *rest = ast.unparse(call.func).split(".")
                    called = ".".join([imported.get(first, first), *rest])
                    assert not f"{called}.".startswith((*RANDOM, *CLOCKS)), called
