"""frame.py: lines around a digit are none of it, but what is within a 0 is part of the 0."""

from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from digitrec.ink import bounds, ink_map
from digitrec.ink.frame import frame_around
from tests.ink import is_read_alone, is_read_whole
from tests.strokes import drawn, overlap, picture

SIZE = 120  # px, a side: the ink map is then as large as the picture
BOX: dict[str, Any] = {"size": (SIZE, SIZE), "box": (42, 30, 78, 90), "width": 7}
Y, X = np.mgrid[:SIZE, :SIZE] - (SIZE - 1) / 2


def framed(digit: int, inset: int, width: int, colour: str = "black") -> Image.Image:
    drawing = picture(digit, **BOX)
    last = SIZE - 1 - inset
    ImageDraw.Draw(drawing).rectangle((inset, inset, last, last), outline=colour, width=width)
    return drawing


def ringed(
    drawing: Image.Image, radii: tuple[float, float], *, width: int = 5, opening: float = 0
) -> Image.Image:
    """Return a drawing with a ring around its middle, open by some degrees on its right."""
    middle, (across, down) = SIZE / 2, radii
    box = (middle - across, middle - down, middle + across, middle + down)
    ImageDraw.Draw(drawing).arc(box, opening / 2, 360 - opening / 2, fill="black", width=width)
    return drawing


def barred(length: int, lean: float = 0.0) -> Image.Image:
    """Return a bar in the middle, `length` px high."""
    drawing = Image.new("RGB", (SIZE, SIZE), "white")
    middle, half = SIZE / 2, length / 2
    ends = (middle + lean * half, middle - half, middle - lean * half, middle + half)
    ImageDraw.Draw(drawing).line(ends, fill="black", width=5)
    return drawing


@pytest.mark.parametrize("colour", ["black", "grey"])
@pytest.mark.parametrize(("inset", "width"), [(0, 1), (0, 4), (0, 12), (10, 1), (10, 4), (10, 10)])
def test_a_frame_is_no_ink(inset: int, width: int, colour: str) -> None:
    for digit in (2, 8):
        assert is_read_alone(framed(digit, inset, width, colour), picture(digit, **BOX))


def test_a_frame_is_no_ink_where_the_closer_look_cuts_it_off() -> None:
    where: dict[str, Any] = {"size": (560, 560), "box": (250, 230, 310, 330), "width": 10}
    drawing = picture(6, **where)
    ImageDraw.Draw(drawing).rectangle((215, 60, 345, 500), outline="black", width=6)
    alone = ink_map(picture(6, **where))
    found = ink_map(drawing)
    assert found.shape == alone.shape
    assert ((found > 127) == (alone > 127)).mean() > 0.99


@pytest.mark.parametrize("radii", [(48, 48), (56, 40), (44, 58)])
@pytest.mark.parametrize("opening", [0, 15, 45])
def test_a_ring_is_no_ink(radii: tuple[float, float], opening: float) -> None:
    for digit in range(10):
        drawing = ringed(picture(digit, **BOX), radii, opening=opening)
        assert is_read_alone(drawing, picture(digit, **BOX)), digit


def test_a_ring_whose_ends_pass_each_other_is_no_ink() -> None:
    drawing = ringed(picture(3, **BOX), (50, 50), opening=10)
    ImageDraw.Draw(drawing).line((108, 64, 86, 50), fill="black", width=5)
    assert is_read_alone(drawing, picture(3, **BOX))


def test_a_ring_too_thin_to_be_seen_whole_is_no_ink() -> None:
    where: dict[str, Any] = {"size": (480, 480), "box": (192, 150, 288, 330), "width": 28}
    drawing = picture(5, **where)
    ImageDraw.Draw(drawing).ellipse((80, 82, 402, 400), outline="black", width=1)
    assert is_read_alone(drawing, picture(5, **where))


def test_a_small_digit_in_a_large_ring_is_the_digit() -> None:
    small: dict[str, Any] = BOX | {"box": (51, 46, 69, 74), "width": 3}
    assert is_read_alone(ringed(picture(2, **small), (57, 57)), picture(2, **small))


def test_dirt_in_a_ring_makes_no_digit_of_its_dot() -> None:
    drawing = ringed(barred(6), (40, 48))
    ImageDraw.Draw(drawing).rectangle((60, 24, 61, 26), fill="black")
    assert overlap(ink_map(drawing), drawn(ringed(barred(6), (40, 48)))) > 0.9


@pytest.mark.parametrize(
    "drawing",
    [
        ringed(barred(8), (40, 48)),  # the dot of a 0
        ringed(barred(60, 0.5), (30, 50)),  # its slash, that doesn't reach the ring
        ringed(barred(40), (40, 40), opening=90),  # half of something else
    ],
)
def test_what_is_no_ring_around_a_digit_is_part_of_it(drawing: Image.Image) -> None:
    assert is_read_whole(drawing)


def test_what_comes_near_its_own_middle_is_no_ring() -> None:
    drawing = ringed(Image.new("RGB", (SIZE, SIZE), "white"), (48, 48))
    pen = ImageDraw.Draw(drawing)
    for line in [(60, 12, 60, 50), (60, 70, 60, 108), (68, 60, 92, 60)]:
        pen.line(line, fill="black", width=5)
    assert is_read_whole(drawing)


def test_what_is_beside_a_ring_is_not_in_it() -> None:
    thin = BOX | {"width": 3}
    drawing = ringed(picture(3, **thin), (50, 50))
    ImageDraw.Draw(drawing).rectangle((101, 101, 118, 118), fill="black")  # heavier than the digit
    assert is_read_alone(drawing, picture(3, **thin))


def test_a_ring_too_faint_to_be_ink_changes_nothing() -> None:
    drawing = picture(5, **BOX)
    ImageDraw.Draw(drawing).ellipse((4, 4, 115, 115), outline="#b4b4b4", width=5)
    for x, y in [(34, 26), (34, 92), (84, 26), (84, 92)]:  # dirt around it, that may be a frame
        ImageDraw.Draw(drawing).rectangle((x, y, x + 2, y + 2), fill="black")
    assert overlap(ink_map(drawing), drawn(picture(5, **BOX))) > 0.9


@pytest.mark.parametrize(("gap", "alone"), [(3, True), (1, False)])
def test_a_digit_that_a_frame_nearly_touches_is_read_alone_where_a_gap_is_left(
    gap: int, alone: bool
) -> None:
    drawing = Image.new("L", (SIZE, SIZE), 255)
    pen = ImageDraw.Draw(drawing)
    pen.rectangle((30, 10, 90, 110), outline=0, width=6)
    pen.rectangle((36, 52, 36 + gap - 1, 55), fill=170)  # faint ink joins the two
    pen.rectangle((36 + gap, 50, 70, 57), fill=0)
    found = ink_map(drawing)
    assert (found[12, 40] < 128) == alone
    assert found[53, 60] > 200


def test_a_square_zero_is_no_frame() -> None:
    drawing = Image.new("L", (SIZE, SIZE), 255)
    ImageDraw.Draw(drawing).rectangle((40, 30, 80, 90), outline=0, width=8)
    assert ((ink_map(drawing) > 127) == (np.asarray(drawing) == 0)).all()


def test_what_a_frame_encloses_is_within_its_lines() -> None:
    lines = np.zeros((40, 50), bool)
    lines[5:35, 5:45] = True
    lines[8:32, 8:42] = False
    enclosed = frame_around(lines, ~lines)
    assert enclosed is not None
    assert bounds(enclosed) == (8, 32, 8, 42)


@pytest.mark.parametrize(("half", "found"), [(40, True), (36, False)])
def test_what_has_little_room_is_no_frame(half: int, found: bool) -> None:
    distance = np.maximum(np.abs(X), np.abs(Y))
    lines = (distance > half) & (distance < 54)
    assert (frame_around(lines, distance < 10) is not None) == found


def test_an_empty_frame_and_an_empty_ring_enclose_nothing() -> None:
    for distance in (np.maximum(np.abs(X), np.abs(Y)), np.hypot(X, Y)):
        lines = (distance > 48) & (distance < 54)
        assert frame_around(lines, lines) is None


def test_what_a_frame_encloses_is_as_far_from_it_as_is_asked() -> None:
    distance = np.maximum(np.abs(X), np.abs(Y))
    lines, written = distance > 40, distance < 38
    for apart, found in [(0, True), (2, True), (3, False)]:
        assert (frame_around(lines & (distance < 44), written, apart) is not None) == found
