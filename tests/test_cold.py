"""The benchmark of a cold start, and what SnapStart would keep of one."""

import ast
from pathlib import Path

import pytest

from benchmarks import cold
from deploy import contents, runtime
from tests.server import ROOT

CODE = [
    path
    for pattern in contents.OWN
    if pattern.endswith(".py")
    for path in sorted(ROOT.glob(pattern))
]


@pytest.mark.needs_lambda
def test_a_cold_start_is_near_its_floor(artifact: Path) -> None:
    took = cold.measure(artifact, runs=9, sources=False)
    assert took["start"].processor <= cold.MAX_RATIO * took["floor"].processor, took


@pytest.mark.needs_lambda
def test_a_start_opens_no_socket_and_no_thread(artifact: Path, tmp_path: Path) -> None:
    runtime.unpack(artifact, tmp_path / "task")
    kept = cold.run(tmp_path / "task", cold.KEPT)
    assert kept == "0 sockets opened, 1 thread, 0 of our modules with random numbers"


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_random_number_is_drawn_and_no_clock_read_while_a_module_is_imported(path: Path) -> None:
    tree = ast.parse(path.read_text())
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert not imported & {"random", "secrets", "uuid", "numpy.random"}
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            continue
        calls = {ast.unparse(n.func) for n in ast.walk(statement) if isinstance(n, ast.Call)}
        assert not {c for c in calls if c.startswith(("time.", "datetime.", "os.urandom"))}
