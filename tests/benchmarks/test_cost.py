"""Milliseconds to dollars."""

import pytest

from benchmarks import cost


def test_a_millisecond_of_a_whole_processor_costs_what_the_price_list_says() -> None:
    gb_seconds = 1e6 * 0.001 * 1769 / 1024
    assert cost.per_million(1, 1769, "x86_64") == pytest.approx(0.20 + gb_seconds * 0.0000166667)
    assert cost.per_million(1, 1769, "arm64") == pytest.approx(0.20 + gb_seconds * 0.0000133334)


def test_a_begun_millisecond_is_charged_as_a_whole_one() -> None:
    assert cost.per_million(1.01, 1769, "x86_64") == cost.per_million(2, 1769, "x86_64")


def test_half_the_memory_takes_twice_the_time_for_the_same_price() -> None:
    half = cost.per_million(100, 1769 // 2, "x86_64")
    assert half == pytest.approx(cost.per_million(100, 1769, "x86_64"), rel=0.01)


def test_more_memory_than_a_whole_processors_saves_no_time() -> None:
    twice = cost.per_million(100, 2 * 1769, "x86_64") - cost.PER_MILLION_REQUESTS
    once = cost.per_million(100, 1769, "x86_64") - cost.PER_MILLION_REQUESTS
    assert twice == pytest.approx(2 * once)
