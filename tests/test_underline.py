"""underline.py: a line beneath or above a digit is none of it, but the foot of a 1 is."""

from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from digitrec.ink import ink_map
from tests.ink import is_read_alone, is_read_whole
from tests.strokes import drawn, overlap, picture, with_lines

SIZE = 120  # px, a side: the ink map is then as large as the picture
BOX: dict[str, Any] = {"size": (SIZE, SIZE), "box": (42, 20, 78, 76), "width": 6}
Points = list[tuple[float, float]]

STRAIGHT: Points = [(36, 88), (84, 88)]
LINES: dict[str, list[Points]] = {
    "straight": [STRAIGHT],
    "aslant": [[(34, 94), (86, 86)]],
    "near": [[(36, 85), (84, 85)]],
    "bent": [[(32, 84), (48, 91), (72, 91), (88, 84)]],
    "on a form": [[(4, 100), (115, 100)]],
    "twice": [STRAIGHT, [(38, 98), (82, 97)]],
    "three times": [STRAIGHT, [(38, 98), (82, 97)], [(36, 107), (84, 108)]],
}


@pytest.mark.parametrize("lines", LINES.values(), ids=LINES)
def test_a_line_beneath_a_digit_is_no_ink(lines: list[Points]) -> None:
    for digit in range(10):
        drawing = with_lines(picture(digit, **BOX), *lines, width=5)
        assert is_read_alone(drawing, picture(digit, **BOX)), digit


ABOVE: dict[str, list[Points]] = {
    "straight": [[(24, 14), (100, 14)]],
    "aslant": [[(22, 20), (100, 10)]],
    "on a form": [[(4, 16), (115, 16)]],
    "twice": [[(24, 8), (100, 8)], [(22, 22), (102, 22)]],
    "and one beneath": [[(24, 14), (100, 14)], [(24, 106), (100, 106)]],
}


@pytest.mark.parametrize("lines", ABOVE.values(), ids=ABOVE)
@pytest.mark.parametrize("digit", range(10))
def test_a_line_above_a_digit_is_no_ink(digit: int, lines: list[Points]) -> None:
    lower = BOX | {"box": (44, 38, 76, 88)}
    assert is_read_alone(with_lines(picture(digit, **lower), *lines), picture(digit, **lower))


def test_a_line_heavier_than_the_digit_is_no_ink() -> None:
    thin = BOX | {"width": 2}
    drawing = with_lines(picture(7, **thin), [(8, 90), (112, 90)], width=7)
    assert is_read_alone(drawing, picture(7, **thin))


def test_dirt_above_a_digit_and_beneath_its_line_changes_nothing() -> None:
    drawing = with_lines(picture(6, **BOX), STRAIGHT, width=5)
    ImageDraw.Draw(drawing).rectangle((60, 10, 62, 12), fill="black")
    ImageDraw.Draw(drawing).rectangle((60, 97, 62, 99), fill="black")
    assert overlap(ink_map(drawing)[14:95], drawn(picture(6, **BOX))[14:95]) > 0.95


def test_two_strokes_and_their_line_are_told_apart() -> None:
    drawing = picture(5, **BOX)
    ImageDraw.Draw(drawing).rectangle((52, 10, 55, 30), fill="white")
    alone = drawing.copy()
    assert is_read_alone(with_lines(drawing, STRAIGHT, width=5), alone)


@pytest.mark.parametrize(
    ("strokes", "why"),
    [
        ([[(60, 20), (60, 84)], [(45, 90), (75, 90)]], "the foot of a 1, too near"),
        ([[(40, 40), (80, 40)], [(44, 60), (76, 60)]], "as wide as high, no digit above"),
        ([[(30, 30), (90, 30)], [(60, 30), (56, 80)], [(46, 95), (70, 95)]], "narrower than a 7"),
        ([[(50, 20), (50, 90)], [(64, 82), (80, 82)]], "beside it"),
        (
            [[(44, 24), (76, 24), (80, 46), (44, 50)], [(34, 68), (42, 86), (84, 88), (98, 74)]],
            "the lower half of a 3",
        ),
        ([[(44, 40), (76, 40)], [(40, 60), (80, 60)], [(60, 72), (60, 110)]], "more beneath it"),
        (
            [
                [(40, 20), (72, 20)],
                [(40, 44), (72, 44)],
                [(84, 26), (84, 62)],
                [(36, 84), (92, 84)],
            ],
            "one of many dashes",
        ),
        ([[(26, 30), (94, 30)], [(60, 38), (56, 90)]], "the bar of a 7, too near"),
        ([[(30, 20), (88, 20)], [(62, 40), (56, 90)]], "the bar of a 7, hardly longer than it"),
        (
            [[(44, 26), (112, 26)], [(40, 44), (40, 66), (64, 66), (64, 92), (40, 92)]],
            "the bar of a 5, only to the right of it",
        ),
        ([[(8, 26), (76, 26)], [(80, 44), (56, 92), (92, 92)]], "only to the left of it"),
        (
            [[(60, 8), (60, 34)], [(28, 50), (92, 50)], [(46, 70), (74, 70), (60, 108)]],
            "more above",
        ),
    ],
)
def test_a_part_of_a_digit_is_no_line_beneath_it(strokes: list[Points], why: str) -> None:
    drawing = with_lines(Image.new("RGB", (SIZE, SIZE), "white"), *strokes, width=6)
    assert is_read_whole(drawing), why


def test_the_lowest_dash_of_a_digit_of_dashes_is_part_of_it() -> None:
    drawing = Image.new("RGB", (SIZE, SIZE), "white")
    pen = ImageDraw.Draw(drawing)
    for start in (200, 275, 350):  # a 2, whose arc has three dashes
        pen.arc((36, 16, 84, 64), start, start + 50, fill="black", width=6)
    pen.line((72, 62, 46, 88), fill="black", width=6)
    pen.line((36, 98, 88, 98), fill="black", width=6)
    assert is_read_whole(drawing)


@pytest.mark.parametrize(
    ("stroke", "dirt"),
    [((10, 70, 110, 76), (60, 40, 66, 46)), ((10, 70, 110, 74), (60, 36, 66, 46))],
)
def test_a_stroke_with_dirt_above_is_no_line_beneath_the_dirt(
    stroke: tuple[int, int, int, int], dirt: tuple[int, int, int, int]
) -> None:
    drawing = Image.new("RGB", (SIZE, SIZE), "white")
    for rectangle in stroke, dirt:
        ImageDraw.Draw(drawing).rectangle(rectangle, fill="black")
    left, top, right, bottom = stroke
    assert np.asarray(ink_map(drawing))[top : bottom + 1, left : right + 1].min() > 200


def test_what_faint_ink_joins_to_a_digit_is_no_line_beneath_it() -> None:
    # A 2 whose pen was dry for a while.
    drawing = Image.new("RGB", (SIZE, SIZE), "white")
    pen = ImageDraw.Draw(drawing)
    pen.line((58, 80, 46, 96), fill="#a8a8a8", width=6)
    pen.line([(40, 30), (52, 20), (70, 22), (78, 40), (58, 80)], fill="black", width=6)
    pen.line((40, 98, 88, 98), fill="black", width=6)
    assert is_read_whole(drawing)
