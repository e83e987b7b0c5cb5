"""ruled.py: what is written is told from the lines of its paper, however dark they are."""

from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw

from digitrec.ink import ink_map
from digitrec.ink.contrast import contrast_of
from digitrec.ink.ruled import without_lines
from digitrec.ink.strokes import Strokes, strokes_of
from tests.strokes import drawn, overlap, picture

SIZE = 120  # px, a side: the ink map is then as large as the picture
BOX: dict[str, Any] = {"size": (SIZE, SIZE), "box": (42, 30, 78, 90), "width": 7}


def lines(grey: int, *, width: int = 2, squared: bool = True, turned: float = 0) -> Image.Image:
    """Return paper with lines of a grey on it."""
    paper = Image.new("L", (2 * SIZE, 2 * SIZE), 255)
    pen = ImageDraw.Draw(paper)
    for at in range(5, 2 * SIZE, 12):
        pen.line((0, at, 2 * SIZE, at), fill=grey, width=width)
        if squared:
            pen.line((at, 0, at, 2 * SIZE), fill=grey, width=width)
    turned_paper = paper.rotate(turned, Image.Resampling.BICUBIC)
    return turned_paper.crop((SIZE // 2, SIZE // 2, SIZE // 2 + SIZE, SIZE // 2 + SIZE))


def photo(paper: Image.Image, digit: int | None = None, light: Any = 1.0) -> Image.Image:
    """Return a digit on a paper, or nothing, in a light, with the noise of a camera."""
    if digit is not None:
        paper = ImageChops.darker(paper, picture(digit, **BOX).convert("L"))
    pixels = np.asarray(paper, np.float64) * 0.9 * np.broadcast_to(light, (SIZE, SIZE))
    noise = np.random.default_rng(0).normal(0, 2, pixels.shape)
    return Image.fromarray(np.clip(pixels + 10 + noise, 0, 255).astype(np.uint8))


def strokes(picture: Image.Image) -> Strokes:
    return strokes_of(contrast_of(picture))


@pytest.mark.parametrize("digit", [1, 4, 5, 8])
@pytest.mark.parametrize(
    "paper",
    [
        lines(150),
        lines(110),
        lines(110, width=3),
        lines(110, turned=20),
        lines(110, width=3, squared=False),
    ],
    ids=["squared", "dark", "broad", "turned", "ruled"],
)
def test_lines_that_are_nearly_as_dark_as_ink_are_none(paper: Image.Image, digit: int) -> None:
    for light in (1, np.linspace(1, 0.6, SIZE)):
        found = ink_map(photo(paper, digit, light))
        assert overlap(found, drawn(picture(digit, **BOX))) > 0.7


def test_lines_on_a_canvas_are_no_ink() -> None:
    paper = ImageChops.darker(lines(120), picture(5, **BOX).convert("L"))
    assert overlap(ink_map(paper), drawn(picture(5, **BOX))) > 0.75


def test_a_digit_that_no_line_crosses_is_left_as_it_is() -> None:
    # Half of it is darker; but that there is a shadow across the picture doesn't make it lines.
    found = strokes(photo(Image.new("L", (SIZE, SIZE), 255), 5, np.linspace(1, 0.8, SIZE)))
    assert without_lines(found) is found


def test_where_lines_cross_nothing_is_written() -> None:
    found = strokes(photo(lines(150)))
    assert without_lines(found) is found


def test_a_picture_that_is_ink_from_border_to_border_has_no_lines() -> None:
    half = Image.new("L", (SIZE, SIZE), 255)
    half.paste(0, (10, 0, SIZE - 10, SIZE))
    found = strokes(half)
    assert found.stronger() is None
    assert without_lines(found) is found
    nothing_left = found.only(np.zeros((SIZE, SIZE), np.bool_))
    assert nothing_left.stronger() is None
