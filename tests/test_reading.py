"""recognizer.py: several digits on one picture, in reading order, and where each of them is."""

import itertools

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageChops

from digitrec import Recognizer, decode
from digitrec.morphology import bounding_box
from digitrec.recognizer import Box, Digit, Reading
from tests.strokes import Corners, common, drawn, encode, picture

Placed = list[tuple[int, Corners]]

# On a page of 420 x 280 px.
PAGE = (420, 280)
TWO: Placed = [(4, (60, 50, 160, 210)), (2, (250, 70, 350, 230))]
LINES: list[Placed] = [
    [(3, (60, 20, 110, 100)), (0, (170, 30, 220, 110)), (5, (290, 22, 340, 102))],
    [(9, (70, 160, 120, 240)), (2, (180, 168, 230, 248)), (6, (300, 156, 350, 236))],
]


def page(*placed: tuple[int, Corners], scale: float = 1, width: float = 12) -> Image.Image:
    """Return a page, so many times as large, with digits in their places."""
    size = (round(PAGE[0] * scale), round(PAGE[1] * scale))
    whole = Image.new("RGB", size, "white")
    for digit, box in placed:
        left, top, right, bottom = (side * scale for side in box)
        at = (left, top, right, bottom)
        one = picture(digit, size=size, box=at, width=width * scale)
        whole = ImageChops.darker(whole, one)
    return whole


def where(digit: int, box: Corners, scale: float = 1) -> Box:
    """Return the box around a digit's ink on a page."""
    top, bottom, left, right = bounding_box(drawn(page((digit, box), scale=scale)) > 127)
    return Box(left, top, right - left, bottom - top)


def corners(box: Box) -> Corners:
    return box.left, box.top, box.left + box.width, box.top + box.height


def assert_two(reading: Reading, scale: float = 1) -> None:
    """Hold a reading to the two digits of a page, and their places."""
    assert reading.text == "42"
    for digit, placed in zip(reading.digits, TWO, strict=True):
        assert common(corners(digit.box), corners(where(*placed, scale))) > 0.75


def test_two_digits_are_read_with_their_boxes_in_px_of_what_was_sent(
    recognizer: Recognizer, subtests: pytest.Subtests
) -> None:
    for form, scale in itertools.product(["PNG", "JPEG", "WEBP"], [0.5, 1, 2.4, 2.6, 7.5]):
        with subtests.test(format=form, scale=scale):
            whole = page(*TWO, scale=scale)
            assert (max(whole.size) > decode.BOUND) == (scale > 2.5)
            reading = recognizer.read(encode(whole, form))
            assert reading.size == whole.size
            assert_two(reading, scale)


def test_boxes_are_those_on_the_upright_picture_however_the_camera_was_held(
    recognizer: Recognizer, subtests: pytest.Subtests
) -> None:
    for scale, orientation in itertools.product([1, 6], decode.TURNS):
        with subtests.test(scale=scale, orientation=orientation):
            exif = Image.Exif()
            exif[ExifTags.Base.Orientation] = orientation
            undo = {6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
            upright = page(*TWO, scale=scale)
            lying = upright.transpose(undo.get(orientation, decode.TURNS[orientation]))
            reading = recognizer.read(encode(lying, "JPEG", exif=exif))
            assert reading.size == upright.size
            assert_two(reading, scale)


def test_a_digit_alone_has_its_box_too(recognizer: Recognizer, subtests: pytest.Subtests) -> None:
    for scale, digit in itertools.product([1, 3, 7], range(10)):
        with subtests.test(scale=scale, digit=digit):
            box = (160.0, 60.0, 270.0, 220.0)
            found = recognizer.recognize(encode(page((digit, box), scale=scale)))
            assert found.digit == digit
            for side, expected in zip(found.box, where(digit, box, scale), strict=True):
                assert side == pytest.approx(expected, abs=8 * scale)


def test_lines_are_read_from_top_to_bottom_and_each_from_left_to_right(
    recognizer: Recognizer,
) -> None:
    reading = recognizer.read(encode(page(*LINES[1], *LINES[0], width=8)))
    assert reading.text == "305\n926"
    assert [[digit.digit for digit in line] for line in reading.lines] == [[3, 0, 5], [9, 2, 6]]
    assert reading.digits == reading.lines[0] + reading.lines[1]


def test_each_digit_has_probabilities_a_frame_and_a_confidence_of_its_own(
    recognizer: Recognizer,
) -> None:
    four, two = recognizer.read(encode(page(*TWO))).digits
    for digit, expected in ((four, 4), (two, 2)):
        assert digit.digit == expected == int(np.argmax(digit.probabilities))
        assert sum(digit.probabilities) == pytest.approx(1)
        assert 0.5 < digit.confidence < digit.probabilities[expected]
        assert digit.frame.shape == (28, 28)
    assert np.abs(four.frame - two.frame).max() > 0.9


def test_the_digit_that_is_recognised_is_the_prominent_one(recognizer: Recognizer) -> None:
    small: Placed = [(3, (20, 20, 70, 100)), (8, (110, 20, 160, 100))]
    whole = encode(page(*small, (7, (260, 80, 360, 240)), width=9))
    assert recognizer.read(whole).prominent.digit == 7
    assert recognizer.recognize(whole).digit == 7


def reading(*boxes: Box, size: tuple[int, int] = (100, 60)) -> Reading:
    """Return a reading of digits from 0 on, in boxes."""
    frame = np.zeros((28, 28), np.float32)
    digits = (Digit(number, 1.0, (0.1,) * 10, frame, box) for number, box in enumerate(boxes))
    return Reading((tuple(digits),), size)


@pytest.mark.parametrize(
    ("boxes", "prominent", "why"),
    [
        ([Box(40, 20, 10, 20), Box(0, 0, 5, 21)], 1, "the higher one"),
        ([Box(40, 20, 10, 20), Box(0, 0, 21, 5)], 1, "the wider one"),
        ([Box(45, 20, 19, 19), Box(0, 0, 2, 20)], 1, "by its longer side, not by its area"),
        ([Box(0, 20, 10, 20), Box(45, 20, 10, 20)], 1, "of equal ones that in the middle"),
        ([Box(45, 0, 10, 20), Box(45, 19, 10, 20)], 1, "down as well as across"),
        ([Box(20, 20, 20, 10), Box(80, 20, 10, 20)], 0, "whichever side is the longer"),
        ([Box(10, 20, 10, 20), Box(80, 20, 10, 20)], 0, "as far from it: the first"),
    ],
)
def test_the_largest_digit_is_prominent_and_of_equal_ones_that_nearest_the_middle(
    boxes: list[Box], prominent: int, why: str
) -> None:
    assert reading(*boxes).prominent.digit == prominent, why


@pytest.mark.parametrize("side", [16, 23, 28])
def test_a_box_is_within_its_picture(recognizer: Recognizer, side: int) -> None:
    cut = picture(9, size=(side, side), box=(0, -2, side - 1, side + 1), width=2)
    [digit] = recognizer.read(encode(cut)).digits
    left, top, right, bottom = corners(digit.box)
    assert 0 <= left < right <= side
    assert 0 <= top < bottom <= side
