"""blots.py: holes, stickers and buttons beside a digit are none of it, but its own strokes are."""

from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageDraw

from tests.ink import is_read_alone, is_read_whole
from tests.strokes import picture

SIZE = 120  # px, a side: the ink map is then as large as the picture
BOX: dict[str, Any] = {"size": (SIZE, SIZE), "box": (58, 14, 90, 70), "width": 5}
Draw = Callable[[ImageDraw.ImageDraw], None]


def with_blots(drawing: Image.Image, draw: Draw) -> Image.Image:
    draw(ImageDraw.Draw(drawing))
    return drawing


def holes(pen: ImageDraw.ImageDraw) -> None:
    for y in (20, 60, 100):
        pen.ellipse((14, y - 9, 32, y + 9), "black")


def buttons(pen: ImageDraw.ImageDraw) -> None:
    for x in (12, 66):
        pen.rectangle((x, 88, x + 44, 106), "black")
        pen.rectangle((x + 10, 95, x + 32, 99), "white")


def blot(pen: ImageDraw.ImageDraw) -> None:
    for x, y, radius in ((24, 80, 12), (34, 86, 9), (22, 90, 11)):
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), "black")


BLOTS: dict[str, Draw] = {
    "holes": holes,
    "buttons": buttons,
    "blot": blot,
    "sticker": lambda pen: pen.rectangle((8, 40, 40, 72), "black"),
    "bar": lambda pen: pen.rectangle((8, 84, 112, 108), "black"),
}


@pytest.mark.parametrize("blots", BLOTS)
@pytest.mark.parametrize("digit", range(10))
def test_a_blot_beside_a_digit_is_no_ink(digit: int, blots: str) -> None:
    drawing = with_blots(picture(digit, **BOX), BLOTS[blots])
    assert is_read_alone(drawing, picture(digit, **BOX))


def seven(width: int) -> Image.Image:
    return picture(7, size=(SIZE, SIZE), box=(20, 20, 80, 100), width=width)


@pytest.mark.parametrize(
    ("drawing", "why"),
    [
        (
            with_blots(picture(0, **BOX), lambda pen: pen.ellipse((70, 38, 78, 46), "black")),
            "the dot of a 0, hardly thicker than its stroke",
        ),
        (
            with_blots(seven(10), lambda pen: pen.rectangle((14, 54, 28, 68), "black")),
            "a piece hardly thicker than the stroke",
        ),
        (
            with_blots(seven(5), lambda pen: pen.rectangle((72, 36, 88, 52), "black")),
            "too near: it belongs to the stroke",
        ),
        (
            with_blots(seven(5), lambda pen: pen.rectangle((70, 30, 84, 80), "black")),
            "as high as a 1",
        ),
    ],
)
def test_a_part_of_a_digit_is_no_blot(drawing: Image.Image, why: str) -> None:
    assert is_read_whole(drawing), why


def test_a_thick_digit_beside_dirt_is_no_blot() -> None:
    # An 8 in so thick a pen that it has no loops left.
    eight = Image.new("RGB", (SIZE, SIZE), "white")
    for loop in ((34, 20, 84, 64), (30, 50, 88, 104)):
        ImageDraw.Draw(eight).ellipse(loop, "black")
    dirty = with_blots(eight.copy(), lambda pen: pen.line((100, 20, 108, 40), "black", 3))
    assert is_read_alone(dirty, eight)
