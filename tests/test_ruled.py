"""ruled.py: what is written is told from the lines of its paper, however dark they are."""

from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw

from digitrec.ink import ink_map
from digitrec.ink.contrast import contrast_of
from digitrec.ink.ruled import without_lines
from digitrec.ink.scene import strokes_in
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


def test_lines_along_the_border_are_no_ink() -> None:
    # In uneven light what is along the border is taken for a shadow: lines end before it.
    large: dict[str, Any] = {"size": (280, 280), "box": (70, 40, 210, 240), "width": 20}
    paper = picture(5, **large).convert("L")
    lined = Image.new("L", paper.size, 255)
    for at in range(0, 280, 28):
        lined.paste(140, (0, at, 280, at + 4))
        lined.paste(140, (at, 0, at + 4, 280))
    found = Image.fromarray(ink_map(ImageChops.darker(lined, paper)))
    seen = drawn(paper.crop(paper.point(lambda grey: 255 - grey).getbbox()))
    shown = np.asarray(found.crop(found.getbbox()).resize(seen.shape[::-1]))
    assert overlap(shown, seen) > 0.7


def two_tones(shade: tuple[int, int, int, int], **where: Any) -> Image.Image:
    """Return a five that is pale but for a part of it."""
    mask = Image.fromarray(drawn(picture(5, **(BOX | where))))
    ink = Image.new("L", (SIZE, SIZE), 130)
    ink.paste(0, shade)
    return Image.composite(ink, Image.new("L", (SIZE, SIZE), 255), mask)


def test_a_digit_that_is_darker_in_a_part_is_whole_where_no_lines_are() -> None:
    found = strokes(two_tones((0, 60, SIZE, SIZE)))
    assert without_lines(found) is found
    large = {"box": (-10, 6, 130, 114)}
    whole = strokes_in(photo(two_tones((0, 60, SIZE, SIZE), **large))).mask
    assert overlap(255 * whole.astype(np.uint8), drawn(picture(5, **(BOX | large)))) > 0.7


@pytest.mark.parametrize(
    ("dark", "why"),
    [
        ([(6, 6, 113, 6, 113, 113, 6, 113, 6, 6)], "as wide as the picture"),
        ([(60, 0, 60, 70)], "it reaches the border at the top, as lines do"),
        ([(60, 50, 60, 119)], "at the bottom"),
        ([(0, 60, 70, 60)], "on the left"),
        ([(50, 60, 119, 60)], "on the right"),
        ([(60, 50, 60, 59)], "too small"),
        ([(x, y, x + 18, y) for x in (20, 60) for y in (30, 54, 78)], "in pieces"),
    ],
)
def test_what_is_darker_than_lines_may_be_nothing_written(dark: Any, why: str) -> None:
    paper = lines(110)
    for line in dark:
        ImageDraw.Draw(paper).line(line, fill=0, width=5)
    found = strokes(paper)
    assert without_lines(found) is found, why


def test_lines_of_many_tones_are_none() -> None:
    paper = Image.new("L", (SIZE, SIZE), 255)
    pen = ImageDraw.Draw(paper)
    for at, grey in zip(
        range(5, SIZE, 12), (170, 140, 110, 80, 170, 140, 110, 80, 170, 140), strict=True
    ):
        pen.line((0, at, SIZE, at), fill=grey, width=3)
    five = picture(5, **BOX).convert("L")
    found = without_lines(strokes(ImageChops.darker(paper, five)))
    assert overlap(255 * found.mask.astype(np.uint8), drawn(five)) > 0.9


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
