"""grey.py: a picture that holds no colour becomes one in grey, and nothing of any other is lost."""

import itertools

import numpy as np
import pytest
from PIL import Image

from digitrec.decode import grey
from digitrec.decode.grey import in_grey, sampled
from digitrec.segment import find_digit
from tests.strokes import picture

SIZES = [(9, 9), (500, 503), (2, 90_000)]  # less and more than the sample, and a thin picture


def test_a_picture_without_colour_is_grey_whatever_its_mode(subtests: pytest.Subtests) -> None:
    for mode, size in itertools.product(["L", "RGB"], SIZES):
        with subtests.test(mode=mode, size=size):
            ramp = Image.linear_gradient("L").resize(size)
            assert in_grey(ramp.convert(mode)) == ramp


def test_one_coloured_pixel_is_not_lost(subtests: pytest.Subtests) -> None:
    for pixel, size in itertools.product([(0, 0, 1), (1, 0, 0), (0, 1, 0)], SIZES):
        with subtests.test(pixel=pixel, size=size):
            for place in ((0, 0), (size[0] - 1, size[1] - 1)):
                drawing = Image.new("RGB", size, "black")
                drawing.putpixel(place, pixel)
                assert in_grey(drawing) is drawing


def test_a_sample_is_spread_over_the_picture(subtests: pytest.Subtests) -> None:
    for mode, size in itertools.product(
        ["L", "RGB", "RGBA"], [(1, 1), (128, 100), (129, 100), (5, 1000)]
    ):
        with subtests.test(mode=mode, size=size):
            ramp = Image.linear_gradient("L").resize(size).convert(mode)
            found = sampled(ramp)
            assert found.mode == mode
            assert max(found.size) <= grey.SAMPLE
            expected = ramp.convert("L").resize(found.size, Image.Resampling.BOX)
            away = np.asarray(found.convert("L"), int) - np.asarray(expected, int)
            assert np.abs(away).max() <= 3


def test_a_colour_next_to_a_grey_is_one(subtests: pytest.Subtests) -> None:
    for level, channel, step in itertools.product([1, 100, 254], [0, 1, 2], [-1, 1]):
        with subtests.test(level=level, channel=channel, step=step):
            colour = [level] * 3
            colour[channel] += step
            drawing = Image.new("RGB", (3, 3), tuple(colour))
            assert in_grey(drawing) is drawing


def test_a_grey_drawing_has_the_same_ink_in_any_mode() -> None:
    drawing = picture(5).convert("L")
    one, other = find_digit(in_grey(drawing.convert("RGB"))), find_digit(drawing)
    assert one is not None
    assert other is not None
    np.testing.assert_array_equal(one.ink, other.ink)


@pytest.mark.parametrize(("ink", "found"), [(245, True), (254, True), (255, False)])
def test_as_faint_a_drawing_is_found_in_colours_as_in_grey(ink: int, found: bool) -> None:
    drawing = picture(5, ink=(ink, ink, ink)).convert("L")
    coloured = drawing.convert("RGB")
    coloured.putpixel((0, 0), (255, 255, 254))
    for same in (drawing, coloured):
        assert (find_digit(in_grey(same)) is not None) == found
