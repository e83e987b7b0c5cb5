"""outline.py: a digit of which only the outline is drawn is filled, and no other is."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageOps

from digitrec.ink import ink_map
from digitrec.ink.label import bounds
from digitrec.normalize import placed
from digitrec.outline import within_outline
from tests.strokes import overlap, picture

Mask = NDArray[np.bool_]

FINE = 4  # times as large, while it is drawn
SIZE = (128 * FINE, 128 * FINE)  # px
BOX: dict[str, Any] = {"size": SIZE, "box": (34 * FINE, 24 * FINE, 94 * FINE, 104 * FINE)}
FAT = 20  # px, the width of a stroke within its outline


def drawn(digit: int, width: float = FAT) -> Image.Image:
    return picture(digit, **BOX, width=width * FINE).reduce(FINE)


def outline(digit: int, line: int) -> Image.Image:
    """Return the outline of a digit, in a line of that width, px."""
    drawing = drawn(digit)
    drawing.paste("white", mask=ImageOps.invert(drawn(digit, FAT - 2 * line)).convert("L"))
    return drawing


def mask(drawing: Image.Image) -> Mask:
    """Return what is drawn, in the box around it."""
    ink: Mask = np.asarray(drawing.convert("L")) < 128
    top, bottom, left, right = bounds(ink)
    return ink[top:bottom, left:right]


@pytest.mark.parametrize("line", [2, 3, 4, 6])
@pytest.mark.parametrize("digit", range(2, 10))
def test_the_outline_of_a_digit_is_filled(digit: int, line: int) -> None:
    lines = mask(outline(digit, line))
    within = within_outline(lines)
    assert within is not None
    filled, whole = ((m * 255).astype(np.uint8) for m in (lines | within, mask(drawn(digit))))
    assert overlap(filled, whole) > 0.97


@pytest.mark.parametrize("width", [2, 4, 6, 12])
@pytest.mark.parametrize("digit", range(10))
def test_what_loops_enclose_is_paper(digit: int, width: int) -> None:
    assert within_outline(mask(drawn(digit, width))) is None


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ([(64, 58), (64, 70)], "a dot within it"),
        ([(44, 92), (84, 36)], "a slash through it"),
        ([(44, 64), (66, 64)], "a spur into it"),
    ],
)
def test_a_zero_is_no_outline(line: list[tuple[int, int]], why: str) -> None:
    zero = drawn(0, 3)
    ImageDraw.Draw(zero).line(line, "black", 3)
    assert within_outline(mask(zero)) is None, why


@pytest.mark.parametrize("turn", [Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_90])
def test_a_loop_in_a_part_of_a_digit_is_paper_whatever_its_shape(turn: Image.Transpose) -> None:
    six = drawn(6, 3)
    for y in (76, 82, 88):
        ImageDraw.Draw(six).line([(46, y), (70, y)], "black", 2)
    assert within_outline(mask(six.transpose(turn))) is None


@pytest.mark.parametrize("line", [1, 2, 3])
@pytest.mark.parametrize("digit", [2, 3, 5, 7])
def test_the_frame_of_an_outline_is_that_of_the_digit(digit: int, line: int) -> None:
    frames = (placed(ink_map(drawing)) for drawing in (outline(digit, line), drawn(digit)))
    assert overlap(*(np.rint(frame * 255).astype(np.uint8) for frame in frames)) > 0.8
