"""scribbles.py: what was struck out beside a digit is none of it, but its own loops are."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageDraw

from tests.ink import is_read_alone, is_read_whole
from tests.strokes import arc, picture

SIZE = (128, 80)  # px: the ink map is then as large as the picture
BOX: dict[str, Any] = {"size": SIZE, "box": (76, 16, 106, 66), "width": 4}
STRUCK: dict[str, Any] = {"size": SIZE, "box": (16, 16, 46, 66), "width": 4}
Points = list[tuple[float, float]]


def with_lines(drawing: Image.Image, *lines: Points, width: int = 4) -> Image.Image:
    for line in lines:
        ImageDraw.Draw(drawing).line(line, "black", width, joint="curve")
    return drawing


def lines(*points: Points, width: int = 4) -> Image.Image:
    return with_lines(Image.new("RGB", SIZE, "white"), *points, width=width)


def beside(one: Image.Image, other: Image.Image) -> Image.Image:
    """Return a drawing with what is drawn on either of two."""
    both = one.copy()
    both.paste("black", mask=other.convert("L").point(lambda grey: 255 - grey))
    return both


ZIGZAG: Points = [(8 + 6 * n, 68 if n % 2 else 14) for n in range(8)]
COIL: Points = [
    (8 + n * 0.3 + 10 * (1 - math.cos(n / 3)), 40 + 26 * math.sin(n / 3)) for n in range(84)
]
FEW: Points = [(12 + 8 * n, 66 if n % 2 else 16) for n in range(6)]
LOOPS = [arc(x, 40, 7, 7, 0, 360) for x in (14, 26, 38, 50)]
LEVEL: list[Points] = [[(8, y), (52, y - 4)] for y in (24, 36, 48, 60)]

SCRIBBLES: dict[str, Callable[[int], Image.Image]] = {
    "zigzag": lambda _: lines(ZIGZAG),
    "coil": lambda _: lines(COIL),
    "digit under a zigzag": lambda digit: with_lines(picture(digit, **STRUCK), ZIGZAG),
    "digit under a coil": lambda digit: with_lines(picture(digit, **STRUCK), COIL),
    "few strokes": lambda _: lines(FEW),
    "small loops": lambda _: lines(*LOOPS),
    "0 under four lines": lambda _: with_lines(picture(0, **STRUCK), *LEVEL),
}


@pytest.mark.parametrize("scribble", SCRIBBLES)
@pytest.mark.parametrize("digit", range(10))
def test_what_is_struck_out_beside_a_digit_is_no_ink(digit: int, scribble: str) -> None:
    alone = picture(digit, **BOX)
    assert is_read_alone(beside(alone, SCRIBBLES[scribble](digit)), alone)


@pytest.mark.parametrize("turn", Image.Transpose)
def test_a_scribble_is_on_any_side_of_a_digit(turn: Image.Transpose) -> None:
    alone = picture(0, **BOX)
    both = beside(alone, SCRIBBLES["zigzag"](0))
    assert is_read_alone(both.transpose(turn), alone.transpose(turn))


def test_a_digit_is_smaller_than_a_scribble_and_near() -> None:
    alone = picture(5, size=SIZE, box=(63, 22, 83, 58), width=4)
    assert is_read_alone(beside(alone, SCRIBBLES["zigzag"](5)), alone)


def spotted(drawing: Image.Image, *spots: tuple[float, float]) -> Image.Image:
    """Return strokes with the holes that a pen leaves when it runs dry."""
    for x, y in spots:
        ImageDraw.Draw(drawing).ellipse((x - 2, y - 2, x + 2, y + 2), "white")
    return drawing


SPOTS = ((30, 34), (43, 42), (56, 55), (42, 68))


def dry_five(*others: Points) -> Image.Image:
    """Return a 5 with four holes, without its upper bar, and other lines."""
    body: Points = [(30, 24), (30, 42), (56, 42), (56, 68), (26, 68)]
    return spotted(lines(body, *others, width=10), *SPOTS)


def test_an_eight_and_a_slashed_zero_are_not_struck_out() -> None:
    stroke = lines([(84, 14), (84, 68)], width=4)
    for digit in (picture(8, **STRUCK), with_lines(picture(0, **STRUCK), [(26, 52), (36, 30)])):
        assert is_read_alone(beside(digit, stroke), digit)


@pytest.mark.parametrize(
    ("drawing", "why"),
    [
        (dry_five([(30, 9), (56, 9)]), "its bar is too small to be a digit of its own"),
        (dry_five([(71, 24), (71, 72)]), "too near: it is a part of the digit"),
        (dry_five([(6, 76), (6, 5), (80, 5)]), "around the digit, and not beside it"),
    ],
)
def test_a_digit_in_a_dry_pen_keeps_its_parts(drawing: Image.Image, why: str) -> None:
    assert is_read_whole(drawing), why


def test_what_the_border_cuts_off_is_not_the_digit_beside_a_scribble() -> None:
    five = dry_five()
    assert is_read_alone(beside(five, lines([(84, 16), (127, 16)], width=12)), five)
