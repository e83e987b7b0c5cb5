"""Regression guard: instructions of a start and of a warm request, counted, so no time matters."""

from pathlib import Path

import pytest

from benchmarks import instructions

pytestmark = [pytest.mark.needs_lambda, pytest.mark.needs_valgrind]


@pytest.fixture(scope="module")
def counted(artifact: Path) -> instructions.Count:
    return instructions.count(artifact)


def test_a_start_takes_few_instructions_beyond_its_libraries(counted: instructions.Count) -> None:
    assert counted.start <= instructions.MAX_START * counted.start_floor, counted


def test_a_warm_request_takes_few_instructions_beyond_its_floor(
    counted: instructions.Count,
) -> None:
    assert counted.warm <= instructions.MAX_WARM * counted.warm_floor, counted
