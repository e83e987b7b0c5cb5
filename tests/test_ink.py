"""ink/: what is pen and what is paper, against drawings whose ink the tests know."""

import itertools
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw

from digitrec.errors import NoInk
from digitrec.ink import bounds, ink_map
from digitrec.ink.contrast import contrast_of
from digitrec.ink.histogram import Histogram, percentile
from digitrec.ink.label import label
from tests.ink import is_read_alone, is_read_whole
from tests.strokes import drawn, overlap, picture

SMALL: dict[str, Any] = {"size": (100, 100), "box": (30, 20, 70, 80), "width": 7}


FIVE = drawn(picture(5, **SMALL))


@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        ("black", "white"),
        ("white", "black"),
        ("red", "white"),
        ("yellow", "white"),
        ("navy", "black"),
        ("red", "green"),
        ("#808080", "#a0a0a0"),
        ("#c04040", "#40a040"),  # about as light as each other
    ],
)
def test_ink_is_found_on_paper_of_any_other_colour(ink: str, paper: str) -> None:
    assert overlap(ink_map(picture(5, ink=ink, paper=paper, **SMALL)), FIVE) > 0.95


@pytest.mark.parametrize(
    "blank",
    [
        Image.new("L", (50, 50), 255),
        Image.new("RGB", (50, 50), "teal"),
        Image.new("L", (1, 1), 0),
        picture(5, ink="#fefefe"),
    ],
)
def test_an_empty_picture_has_no_ink(blank: Image.Image) -> None:
    with pytest.raises(NoInk):
        ink_map(blank)


def test_noise_alone_is_no_ink() -> None:
    noise = np.random.default_rng(0).normal(128, 9, (120, 120))
    with pytest.raises(NoInk):
        ink_map(Image.fromarray(noise.astype(np.uint8)))


def in_uneven_light(drawing: Image.Image) -> Image.Image:
    """Return the drawing under a light that falls off from corner to corner, with noise."""
    pixels = np.asarray(drawing.convert("L"), np.float32) * 0.75 + 20
    height, width = pixels.shape
    light = np.linspace(1, 0.45, height)[:, None] * np.linspace(1, 0.7, width)
    noise = np.random.default_rng(0).normal(0, 2, pixels.shape)
    return Image.fromarray(np.clip(pixels * light + noise, 0, 255).astype(np.uint8))


def test_ink_is_found_under_uneven_light() -> None:
    assert overlap(ink_map(in_uneven_light(picture(5, **SMALL))), FIVE) > 0.85


def test_the_edge_of_a_shadow_is_no_ink() -> None:
    pixels = np.asarray(in_uneven_light(picture(5, **SMALL)), np.float32)
    pixels[:, 62:] *= 0.75
    assert overlap(ink_map(Image.fromarray(pixels.astype(np.uint8))), FIVE) > 0.75


def test_the_lines_of_squared_paper_are_no_ink() -> None:
    drawing = picture(5, **SMALL)
    paper = Image.new("RGB", drawing.size, "white")
    pen = ImageDraw.Draw(paper)
    for at in range(4, 100, 16):
        pen.line((at, 0, at, 100), fill="#bcd0e0")
        pen.line((0, at, 100, at), fill="#bcd0e0")
    paper.paste(drawing, mask=ImageChops.invert(drawing.convert("L")))
    assert overlap(ink_map(paper), FIVE) > 0.9


def with_dot(x: int, y: int, radius: float) -> Image.Image:
    drawing = picture(5, **SMALL)
    ImageDraw.Draw(drawing).ellipse((x - radius, y - radius, x + radius, y + radius), fill=0)
    return drawing


def test_a_speck_is_dropped() -> None:
    assert ink_map(with_dot(84, 30, 1))[27:34, 81:88].max() == 0


def test_a_blot_far_away_is_dropped() -> None:
    assert ink_map(with_dot(5, 95, 4))[90:, :10].max() == 0


def test_a_piece_of_the_digit_is_kept() -> None:
    # The bar of a five that was written in two strokes and doesn't meet the rest.
    drawing = picture(5, **SMALL)
    ImageDraw.Draw(drawing).rectangle((42, 0, 46, 40), fill="white")
    kept = ink_map(drawing)
    assert overlap(kept, drawn(drawing)) > 0.95


def test_each_piece_of_an_interrupted_line_brings_the_next_within_reach() -> None:
    drawing = Image.new("L", (100, 100), 255)
    pen = ImageDraw.Draw(drawing)
    for start in range(0, 360, 24):  # a zero of fifteen dashes
        pen.arc((30, 15, 70, 85), start, start + 19, fill=0, width=3)
    assert overlap(ink_map(drawing), drawn(drawing)) > 0.9


def pencil(pen: ImageDraw.ImageDraw) -> None:
    pen.line((82, 10, 97, 99), fill="black", width=6)


def clip(pen: ImageDraw.ImageDraw) -> None:
    pen.rectangle((44, 0, 64, 20), fill="black")


@pytest.mark.parametrize("beside", [pencil, clip])
def test_what_the_border_cuts_off_beside_a_whole_digit_is_dropped(beside: Any) -> None:
    # Heavier than the digit, or so near that it would be a part.
    small: dict[str, Any] = {"size": (100, 100), "box": (42, 32, 66, 72), "width": 5}
    drawing = picture(5, **small)
    beside(ImageDraw.Draw(drawing))
    assert overlap(ink_map(drawing), drawn(picture(5, **small))) > 0.9


CELL = [(30, 0, 30, 99), (80, 0, 80, 99), (0, 18, 99, 18), (0, 88, 99, 88)]


@pytest.mark.parametrize(
    ("lines", "width"),
    [([(36, 0, 36, 99)], 2), ([(0, 27, 99, 27)], 2), (CELL, 2), (CELL, 5)],
    ids=["a margin", "a line above", "a table's cell", "one with thick lines"],
)
def test_lines_from_border_to_border_are_no_part_of_the_digit(lines: Any, width: int) -> None:
    small: dict[str, Any] = {"size": (100, 100), "box": (42, 32, 66, 72), "width": 5}
    drawing = picture(2, **small)
    for line in lines:
        ImageDraw.Draw(drawing).line(line, fill="black", width=width)
    assert overlap(ink_map(drawing), drawn(picture(2, **small))) > 0.9


ON_TWO_SIDES = [(20, 12, 99, 12), (20, 12, 20, 99)]
ON_THREE_SIDES = [(14, 99, 14, 12), (14, 12, 86, 12), (86, 12, 86, 99)]


@pytest.mark.parametrize("size", [1, 2])
@pytest.mark.parametrize("lines", [ON_TWO_SIDES, ON_THREE_SIDES], ids=["two", "three"])
def test_a_canvas_border_that_is_cut_off_is_no_part_of_the_digit(lines: Any, size: int) -> None:
    small: dict[str, Any] = {"size": (100, 100), "box": (42, 42, 66, 82), "width": 4}
    drawing = picture(5, **small)
    for line in lines:
        ImageDraw.Draw(drawing).line(line, fill="black", width=size)
    assert is_read_alone(drawing, picture(5, **small))


@pytest.mark.parametrize("width", [2, 3, 4])
def test_dark_edges_of_a_copy_are_no_part_of_the_digit(width: int) -> None:
    small: dict[str, Any] = {"size": (100, 100), "box": (32, 42, 56, 82), "width": width}
    drawing = picture(4, **small)
    pen = ImageDraw.Draw(drawing)
    pen.rectangle((0, 0, 99, 2), fill="black")
    pen.rectangle((97, 0, 99, 99), fill="black")
    assert is_read_alone(drawing, picture(4, **small))


def test_the_gutter_of_a_book_makes_no_mark_of_the_digit() -> None:
    small: dict[str, Any] = {"size": (100, 100), "box": (58, 38, 74, 64), "width": 3}
    drawing = picture(4, **small)
    ImageDraw.Draw(drawing).rectangle((18, 0, 26, 99), fill="black")
    assert is_read_alone(drawing, picture(4, **small))


def test_a_dotted_zero_that_the_border_cuts_off_keeps_its_dot() -> None:
    drawing = Image.new("L", (28, 28), 255)
    pen = ImageDraw.Draw(drawing)
    pen.ellipse((3, 2, 24, 27), outline=0, width=2)
    pen.ellipse((12, 13, 15, 16), fill=0)
    assert is_read_whole(drawing)


def test_a_part_in_the_box_of_one_that_the_border_cuts_off_is_kept_if_it_is_near() -> None:
    drawing = Image.new("L", (28, 28), 255)
    pen = ImageDraw.Draw(drawing)
    pen.line([(6, 3), (18, 3), (18, 14), (8, 25), (27, 25)], fill=0, width=2)
    pen.rectangle((11, 8, 14, 14), fill=0)
    assert is_read_whole(drawing)


def test_the_bar_of_a_five_that_one_side_of_the_border_cuts_off_is_kept() -> None:
    drawing = Image.new("L", (28, 28), 255)
    pen = ImageDraw.Draw(drawing)
    pen.rectangle((14, 6, 27, 8), fill=0)
    pen.line([(10, 10), (9, 17), (15, 17), (17, 21), (13, 24), (9, 23)], fill=0, width=2)
    assert is_read_whole(drawing)


def test_a_thick_stroke_from_border_to_border_keeps_a_thin_one_beside_it() -> None:
    drawing = Image.new("L", (100, 100), 255)
    pen = ImageDraw.Draw(drawing)
    pen.line((52, 0, 48, 99), fill=0, width=9)
    pen.line((36, 40, 36, 66), fill=0, width=2)
    assert overlap(ink_map(drawing), drawn(drawing)) > 0.9


def test_a_stroke_from_border_to_border_beside_a_speck_is_the_digit() -> None:
    drawing = Image.new("L", (100, 100), 255)
    pen = ImageDraw.Draw(drawing)
    pen.line((50, 0, 50, 99), fill=0, width=5)
    alone = drawn(drawing)
    pen.rectangle((60, 50, 67, 57), fill=0)
    assert overlap(ink_map(drawing)[:, :56], alone[:, :56]) > 0.9


def test_a_small_digit_is_found_beside_a_shadow_that_is_as_wide_as_a_stroke() -> None:
    small: dict[str, Any] = {"size": (100, 100), "box": (20, 16, 30, 32), "width": 3}
    drawing = picture(5, **small)
    ImageDraw.Draw(drawing).rectangle((50, 45, 72, 99), fill="grey")
    assert overlap(ink_map(drawing), drawn(picture(5, **small))) > 0.9


def test_a_digit_that_the_border_cuts_off_keeps_its_parts() -> None:
    drawing = Image.new("L", (100, 100), 255)
    pen = ImageDraw.Draw(drawing)
    pen.line((30, 0, 24, 55, 62, 55), fill=0, width=7)
    pen.line((76, 0, 76, 99), fill=0, width=7)  # of a four, and nearer to it than a part is
    assert overlap(ink_map(drawing), drawn(drawing)) > 0.95


def test_a_part_that_the_border_cuts_off_stays_with_a_whole_one_that_it_nearly_touches() -> None:
    drawing = Image.new("L", (100, 100), 255)
    pen = ImageDraw.Draw(drawing)
    pen.line((30, 8, 24, 55, 62, 55), fill=0, width=7)
    pen.line((71, 0, 71, 99), fill=0, width=7)
    assert overlap(ink_map(drawing), drawn(drawing)) > 0.95


def test_a_digit_that_the_border_cuts_off_is_none_the_less_the_digit_beside_dirt() -> None:
    drawing = picture(5, size=(100, 100), box=(20, -4, 70, 70), width=7)
    ImageDraw.Draw(drawing).rectangle((85, 80, 91, 86), fill="black")
    assert ink_map(drawing)[78:90, 83:93].max() == 0


def test_a_small_digit_on_a_large_canvas_is_looked_at_more_closely() -> None:
    small = picture(5, size=(560, 560), box=(300, 60, 340, 120), width=6)
    found = ink_map(small)
    top, bottom, _, _ = bounds(found > 127)
    assert bottom - top > 50  # of the 60 px that it has; the first look sees 12


def test_a_28x28_picture_keeps_its_size() -> None:
    assert ink_map(picture(5, size=(28, 28), box=(8, 4, 20, 24), width=2)).shape == (28, 28)


def flooded(mask: NDArray[np.bool_], *, corners: bool) -> NDArray[np.int_]:
    """Return the pieces of a mask by flooding them one pixel at a time."""
    steps = tuple(itertools.product((-1, 0, 1), repeat=2))
    labels = np.zeros(mask.shape, int)
    for start in zip(*np.nonzero(mask), strict=True):
        if labels[start]:
            continue
        number = labels.max() + 1
        waiting = [start]
        while waiting:
            y, x = waiting.pop()
            inside = 0 <= y < mask.shape[0] and 0 <= x < mask.shape[1]
            if inside and mask[y, x] and not labels[y, x]:
                labels[y, x] = number
                waiting += [(y + i, x + j) for i, j in steps if corners or 0 in (i, j)]
    return labels


@pytest.mark.parametrize("corners", [True, False])
@pytest.mark.parametrize("share", [0.05, 0.2, 0.4, 0.6, 0.95])
@pytest.mark.parametrize("shape", [(1, 1), (1, 30), (30, 1), (17, 23)])
def test_pieces_are_labelled_as_flooding_finds_them(
    shape: tuple[int, int], share: float, corners: bool
) -> None:
    mask = np.random.default_rng(5).random(shape) < share
    labels, count = label(mask, corners=corners)
    expected = flooded(mask, corners=corners)
    assert count == expected.max()
    pairs = set(zip(labels.ravel().tolist(), expected.ravel().tolist(), strict=True))
    assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})
    np.testing.assert_array_equal(labels > 0, mask)


def test_bounds_are_those_of_the_true_part() -> None:
    mask = np.zeros((9, 9), bool)
    mask[2, 3] = mask[5, 7] = True
    assert bounds(mask) == (2, 6, 3, 8)


def test_dust_all_over_is_dropped() -> None:
    drawing = picture(5, **SMALL)
    pen = ImageDraw.Draw(drawing)
    for x, y in np.random.default_rng(1).integers(0, 100, (60, 2)).tolist():
        pen.point((x, y), fill=0)
    assert overlap(ink_map(drawing), FIVE) > 0.9


def test_a_speck_beside_a_stroke_is_dropped() -> None:
    assert ink_map(with_dot(26, 50, 1))[49:52, 25:28].max() == 0


def test_a_pattern_that_no_light_explains_is_not_taken_for_light() -> None:
    stripes = np.tile(np.array([120, 150], np.uint8).repeat(2), (100, 25))
    digit = picture(5, **SMALL).convert("L")
    striped = Image.fromarray(np.minimum(stripes, np.asarray(digit)))
    assert overlap(ink_map(striped), FIVE) > 0.9


def test_what_only_the_whole_picture_shows_is_not_lost_in_the_closer_look() -> None:
    pixels = np.random.default_rng(0).normal(160, 20, (600, 600))
    pixels[280:340, 290:320] -= 40
    found = ink_map(Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)))
    assert overlap(found, np.pad(np.full((12, 6), 255, np.uint8), ((56, 52), (58, 56)))) > 0.7


@pytest.mark.parametrize("exactly", [76, 99, 100, 101, 102, 300])
@pytest.mark.parametrize("paper", [254, 255])
def test_paper_is_clean_where_a_quarter_of_the_picture_is_exactly_of_its_grey(
    exactly: int, paper: int
) -> None:
    pixels = np.full((20, 20), paper, np.uint8)  # 76 of them on the border
    within = np.full(18 * 18, paper - 1, np.uint8)
    within[:10] = 0
    within[10 : 10 + exactly - 76] = paper
    pixels[1:-1, 1:-1] = np.random.default_rng(0).permutation(within).reshape(18, 18)
    away = np.abs(pixels.astype(np.float32) - paper)
    assert np.count_nonzero(away == 0) == exactly
    assert contrast_of(Image.fromarray(pixels)).clean == (np.percentile(away, 25) == 0)


@pytest.mark.parametrize("percent", [0, 25, 50, 80, 100])
@pytest.mark.parametrize("shape", [(1,), (2,), (101,), (3, 64)])
def test_percentiles_are_numpy_s(shape: tuple[int, ...], percent: float) -> None:
    values = np.random.default_rng(0).random(shape, np.float32)
    expected = np.percentile(values, percent, axis=-1)
    np.testing.assert_allclose(percentile(values, percent), expected, rtol=1e-5)


PIXELS = np.random.default_rng(3).integers(-20, 60, 501).astype(np.float32)


def histogram(pixels: NDArray[np.float32]) -> Histogram:
    values = np.arange(-30.0, 70.0)
    return Histogram(values, (pixels[:, None] == values).sum(axis=0, dtype=np.float64))


@pytest.mark.parametrize("percent", [0, 25, 50, 80, 100])
@pytest.mark.parametrize("count", [1, 2, 501])
def test_a_histogram_s_percentiles_are_those_of_its_pixels(count: int, percent: float) -> None:
    expected = np.percentile(PIXELS[:count], percent)
    assert histogram(PIXELS[:count]).percentile(percent) == pytest.approx(expected)


def test_a_histogram_s_figures_are_those_of_its_pixels() -> None:
    found = histogram(PIXELS)
    assert found.std() == pytest.approx(PIXELS.std())
    assert found.skew() == pytest.approx((PIXELS**3).sum())
    assert found.magnitudes().percentile(25) == np.percentile(np.abs(PIXELS), 25)
    below, above = found.split(7)
    assert below.std() == pytest.approx(PIXELS[PIXELS <= 7].std())
    assert above.std() == pytest.approx(PIXELS[PIXELS > 7].std())
