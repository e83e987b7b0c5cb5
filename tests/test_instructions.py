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


@pytest.mark.parametrize("name", instructions.MAX_WARM)
def test_a_warm_request_takes_few_instructions_beyond_the_floor(
    counted: instructions.Count, name: str
) -> None:
    assert counted.warm[name] <= instructions.MAX_WARM[name] * counted.warm_floor, counted
