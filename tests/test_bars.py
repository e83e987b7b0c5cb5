"""bars.py: a pencil beside a digit is none of it, but a bar of its own is."""

import math
from typing import Any

import numpy as np
import pytest
from PIL import Image

from digitrec.ink import ink_map
from tests.ink import ALIKE, is_read_alone, is_read_whole
from tests.strokes import overlap, picture, with_lines

SIZE = 120  # px, a side: the ink map is then as large as the picture
BOX: dict[str, Any] = {"size": (SIZE, SIZE), "box": (68, 40, 94, 80), "width": 5}
DIGITS = [digit for digit in range(10) if digit != 1]  # a 1 is a bar itself

BARS: dict[str, list[Any]] = {
    "upright": [(30, 20), (30, 100)],
    "aslant": [(12, 100), (42, 16)],
    "above": [(14, 12), (104, 16)],
    "beneath": [(24, 112), (110, 104)],
    "hardly longer": [(30, 34), (30, 90)],
}


@pytest.mark.parametrize(
    ("ink", "width"), [("black", 10), ("#606060", 6)], ids=["thicker", "fainter"]
)
@pytest.mark.parametrize("bar", BARS)
@pytest.mark.parametrize("digit", DIGITS)
def test_a_bar_beside_a_digit_is_no_ink(digit: int, bar: str, width: int, ink: str) -> None:
    drawing = with_lines(picture(digit, **BOX), BARS[bar], width=width, ink=ink)
    assert is_read_alone(drawing, picture(digit, **BOX))


def test_two_bars_are_no_ink() -> None:
    drawing = with_lines(picture(5, **BOX), BARS["upright"], BARS["above"], width=10)
    assert is_read_alone(drawing, picture(5, **BOX))


def test_dirt_beside_a_bar_changes_nothing() -> None:
    dirty = with_lines(picture(5, **BOX), [(12, 110), (16, 110)], width=4)
    assert is_read_alone(with_lines(dirty, BARS["upright"], width=10), picture(5, **BOX))


def test_a_darker_bar_is_no_ink() -> None:
    grey = picture(5, **BOX, ink="#606060")
    ink = ink_map(with_lines(grey.copy(), BARS["upright"], width=5))
    assert overlap(255 * np.sign(ink), 255 * np.sign(ink_map(grey))) > ALIKE


def loop(*lines: list[Any], width: int) -> Image.Image:
    """Return a ring of 35 px in a pen of 5, and lines in another; all with soft edges."""
    ring = [(88 + 15 * math.cos(turn), 86 + 15 * math.sin(turn)) for turn in range(7)]
    large = Image.new("RGB", (4 * SIZE, 4 * SIZE), "white")
    with_lines(large, *map(four_times, lines), width=4 * width)
    return with_lines(large, four_times(ring), width=4 * 5).reduce(4)


def four_times(line: list[Any]) -> list[Any]:
    return [(4 * x, 4 * y) for x, y in line]


@pytest.mark.parametrize(
    ("drawing", "why"),
    [
        (
            loop([(60, 14), (46, 90)], width=5),
            "of the digit's own strokes: a 6 whose loop is apart",
        ),
        (loop([(60, 14), (46, 90)], width=3), "the same, not as thick"),
        (loop([(60, 14), (46, 90)], [(80, 50), (94, 50)], width=9), "one of several dashes"),
        (loop([(74, 50), (102, 50)], width=9), "shorter than the digit"),
        (loop([(64, 50), (64, 112)], width=9), "too near: the heavy stem of a 4"),
        (loop([(66, 10), (40, 30), (30, 60), (32, 84)], width=9), "bent"),
        (loop([(50, 40), (50, 88)], width=20), "too thick for its length"),
    ],
)
def test_a_part_of_a_digit_is_no_bar(drawing: Image.Image, why: str) -> None:
    assert is_read_whole(drawing), why


def test_a_1_beside_dirt_is_no_bar() -> None:
    one = with_lines(Image.new("RGB", (SIZE, SIZE), "white"), [(60, 10), (60, 110)], width=12)
    dirty = with_lines(one.copy(), [(84, 56), (98, 48), (104, 66)], width=5)
    assert is_read_alone(dirty, one) or is_read_whole(dirty)
