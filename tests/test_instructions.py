"""Regression guard: instructions of a start and of a warm request, counted, so no time matters."""

from pathlib import Path

import pytest

from benchmarks import Figures, instructions
from benchmarks.bounds import BOUNDS, Bound

pytestmark = [pytest.mark.needs_lambda, pytest.mark.needs_valgrind]


@pytest.fixture(scope="module")
def counted(artifact: Path) -> Figures:
    return instructions.measure(artifact)


@pytest.mark.parametrize("bound", BOUNDS["instructions"], ids=lambda bound: bound.name)
def test_few_instructions_are_taken_beyond_the_floor(counted: Figures, bound: Bound) -> None:
    assert bound.holds(counted), counted
