"""The page, the diagram and the paragraph on cost say what was measured."""

import re
from pathlib import Path

from benchmarks import bounds, cost, plan, plot, report
from benchmarks.peers import OURS, PEERS
from benchmarks.results import FILE, Results
from tests.benchmarks import canned


def test_the_page_has_every_bound_with_its_figure() -> None:
    results = canned.results()
    page = report.page(results)
    for bound in bounds.evaluate(results):
        assert f"| {bound.name} |" in page
        assert f"| {bound.measured:.2f} | yes |" in page


def test_nothing_of_the_template_is_left_unfilled() -> None:
    assert "{{" not in report.page(canned.results())


def test_a_peer_that_was_not_measured_is_named_with_the_reason() -> None:
    page = report.page(canned.results())
    assert f"- {PEERS['pytorch'].title}: {canned.REASON}" in page
    assert f"| {PEERS['pytorch'].title} |" not in page


def test_a_missed_bound_and_a_lost_figure_are_named() -> None:
    results = canned.results()
    results.figures["cold"][OURS] = canned.series(400.0)
    losing = report.page(results).split("## Where digitrec loses")[1].split("\n## ")[0]
    assert "- cold start, to the best peer's: 2.00" in losing
    assert "| cold | **2.00** | 0.67 |" in losing


def test_what_another_processor_missed_stands_out_beside_this_one() -> None:
    results = canned.results()
    name = "cold start, to the best peer's"
    run = {"date": "2026-01-01", "machine": {"processor": "another"}, "bounds": {name: 1.5}}
    page = report.page(results._replace(elsewhere=[run]))
    section = page.split("### On other processors")[1].split("\n## ")[0]
    assert "|  | a processor | another |" in section
    assert f"| {name} | 0.50 | **1.50** |" in section
    assert "| `make serve`, errors | 0.00 | not measured |" in section


def test_a_function_that_needs_more_memory_than_it_has_has_no_price() -> None:
    [row] = re.findall(
        r"^\| Flask \+ Keras \| does.*$", report.page(canned.results()), re.MULTILINE
    )
    assert row.count("does not fit") == 4  # 1.2 GB: neither 512 nor 1,024 MB, on either processor


def test_the_paragraph_on_cost_follows_from_the_milliseconds() -> None:
    results = canned.results()
    assert "about 0.32 USD on x86_64" in report.paragraph(results)  # 4 ms
    results.figures[plan.handler(plan.PICTURES[0])][OURS] = canned.series(8.0)
    assert "about 0.43 USD on x86_64" in report.paragraph(results)


def test_the_paragraph_on_cost_says_the_milliseconds_that_are_charged() -> None:
    results = canned.results()
    results.figures[plan.handler(plan.PICTURES[0])][OURS] = canned.series(2.01)
    paragraph = report.paragraph(results)
    assert f"about {cost.per_million(3, 1769, 'x86_64'):.2f} USD" in paragraph
    assert "for 3 ms each" in paragraph
    assert "a prediction took 2.01 ms" in paragraph


def test_results_survive_being_written_and_read(tmp_path: Path) -> None:
    canned.results().write(tmp_path / "results.json")
    assert Results.read(tmp_path / "results.json") == canned.results()


def test_the_pages_are_those_of_the_committed_results() -> None:
    results = Results.read(FILE)
    assert report.PAGE.read_text() == report.page(results)
    assert report.paragraph(results) in report.DEPLOYING.read_text()


def test_equal_results_give_an_equal_diagram(tmp_path: Path) -> None:
    for name in ("one.svg", "two.svg"):
        plot.write(canned.results(), tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
