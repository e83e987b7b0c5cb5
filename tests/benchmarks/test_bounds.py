"""A missed bound is found and ends `make bench` with 1; the page shows what was measured."""

import shutil
from pathlib import Path

import pytest

from benchmarks import Figures, cold, instructions, load, measure, report
from benchmarks import __main__ as command
from benchmarks.bounds import BOUNDS, Bound
from benchmarks.plan import OURS, PARTS, PEERS

EVERY = [bound for bounds in BOUNDS.values() for bound in bounds]


def good() -> Figures:
    """Return figures with which every bound holds: 0.4 of digitrec's, 1 of everybody else's."""
    measured = dict.fromkeys((*PEERS, *PARTS), 1.0) | {OURS: 0.4}
    names = {name for bound in EVERY for name in (bound.dividend[0], bound.divisor[0])}
    figures = {name: dict(measured) for name in names.union(report.SHOWN)}
    return figures | {load.TIME: dict.fromkeys(load.CLIENTS, 1.0)}


def worse(bound: Bound) -> Figures:
    """Return figures with which a bound is missed by a hundredth."""
    figures = good()
    figure, who = bound.dividend
    figures[figure][who] *= 1.01 * bound.below / bound.ratio(figures)
    return figures


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    path = tmp_path / "benchmarks.md"
    path.write_text(f"before\n{report.START}to replace\n{report.END}\nafter\n")
    monkeypatch.setattr(report, "PAGE", path)
    monkeypatch.setattr(shutil, "which", str)
    return path


def run(monkeypatch: pytest.MonkeyPatch, figures: Figures, *arguments: str) -> None:
    for module in (measure, load, cold, instructions):
        monkeypatch.setattr(module, "measure", lambda *_: figures)
    command.main(arguments)


def test_every_bound_holds_on_good_figures_and_is_missed_on_worse_ones() -> None:
    assert [bound.name for bound in EVERY if not bound.holds(good())] == []
    assert [bound.name for bound in EVERY if bound.holds(worse(bound))] == []


@pytest.mark.parametrize("part", BOUNDS)
def test_a_missed_bound_ends_the_command_with_its_name(
    monkeypatch: pytest.MonkeyPatch, page: Path, part: str
) -> None:
    bound = BOUNDS[part][0]
    with pytest.raises(SystemExit, match=f"Missed: {bound.name}"):
        run(monkeypatch, worse(bound))
    assert f" | **{bound.ratio(worse(bound)):.2f}**\n" in page.read_text()


def test_the_tables_replace_those_on_the_page(monkeypatch: pytest.MonkeyPatch, page: Path) -> None:
    run(monkeypatch, good())
    text = page.read_text()
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "to replace" not in text
    assert all(f"\n{bound.name} | " in text for bound in EVERY)


def test_one_part_alone_leaves_the_page_as_it_is(
    monkeypatch: pytest.MonkeyPatch, page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = page.read_text()
    run(monkeypatch, good(), "--only", "cold")
    assert page.read_text() == before
    assert BOUNDS["cold"][0].name in capsys.readouterr().out


def test_the_committed_page_has_a_row_for_every_bound() -> None:
    text = report.PAGE.read_text()
    assert [bound.name for bound in EVERY if f"\n{bound.name} | " not in text] == []
