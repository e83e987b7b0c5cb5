"""Every bound holds on a good run, and each is missed on the run that it is there to catch."""

from typing import Any

import pytest

from benchmarks import bounds, events, plan, serving
from benchmarks.peers import OURS
from benchmarks.results import Results
from tests.benchmarks import canned


def missed(results: Results) -> list[str]:
    return [bound.name for bound in bounds.evaluate(results) if not bound.holds]


def test_what_a_bound_compares_is_measured() -> None:
    assert bounds.MANY in serving.CLIENTS
    assert {bounds.NEAR, bounds.FAR} <= set(events.SIDES)


def test_no_bound_is_missed_on_a_good_run() -> None:
    assert missed(canned.results()) == []


CANVAS, SMALL, PHOTOGRAPH = map(plan.handler, plan.PICTURES)
WORSE = [
    (CANVAS, plan.FLOOR, 2.6, "280x280 canvas PNG, to the floor"),
    (SMALL, plan.FLOOR, 0.9, "28x28 PNG, to the floor"),
    (PHOTOGRAPH, plan.FULL_DECODE, 7.9, "full decode"),
    (plan.handler(events.batch(100)), OURS, 161.0, "a canvas among 100"),
    (plan.handler(events.small_batch(100)), OURS, 161.0, "a 28x28 PNG among 100"),
    (CANVAS, "plain", 4.0, "warm, 280x280"),
    (SMALL, "keras", 4.0, "warm, 28x28"),
    (PHOTOGRAPH, "plain", 4.0, "warm, 12-megapixel"),
    ("cold", OURS, 200.0, "cold start"),
    ("memory", OURS, 4e8, "memory"),
    (plan.handler(events.side(2240)), plan.DECODE, 51.0, "decoding, a pixel"),
    (plan.handler(events.side(2240)), plan.AFTER, 13.0, "all after decoding"),
]


@pytest.mark.parametrize(("figure", "who", "value", "name"), WORSE, ids=[w[-1] for w in WORSE])
def test_a_worse_figure_misses_its_bound_and_no_other(
    figure: str, who: str, value: float, name: str
) -> None:
    results = canned.results()
    results.figures[figure][who] = canned.series(value)
    [found] = missed(results)
    assert name in found


@pytest.mark.parametrize("kind", ["installed", "zip"])
def test_a_larger_size_misses_its_bound(kind: str) -> None:
    results = canned.results()
    results.peers[OURS]["size"][kind] = 1e9
    [found] = missed(results)
    assert found.startswith(kind)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"per_second": 399.0, "p99": 160.0}, "answers a second"),
        ({"errors": 1}, "errors"),
        ({"p99": 385.0}, "p99"),
    ],
)
def test_a_server_that_gives_way_under_load_misses_its_bound(
    change: dict[str, Any], name: str
) -> None:
    results = canned.results()
    results.load[-1] = results.load[-1]._replace(**change)
    [found] = missed(results)
    assert name in found


def test_what_was_not_measured_does_not_hold() -> None:
    alone = canned.results()._replace(load=[])
    for name in ("plain", "keras"):
        alone.peers[name] = {"not measured": canned.REASON}
    assert len(missed(alone)) == len(bounds.COMPARED) + 1


def test_of_each_other_processor_the_last_run_is_kept() -> None:
    here, there = {"processor": "one"}, {"processor": "another"}
    old = canned.results()._replace(date="2026-01-01", machine=here)
    first = canned.results()._replace(elsewhere=bounds.elsewhere(old, there), machine=there)
    assert [run["date"] for run in first.elsewhere] == ["2026-01-01"]
    assert first.elsewhere[0]["bounds"]["cold start, to the best peer's"] == pytest.approx(0.5)
    again = bounds.elsewhere(first, there)
    assert again == first.elsewhere
    back = bounds.elsewhere(first, here)
    assert [(run["date"], run["machine"]) for run in back] == [(first.date, there)]
