"""normalize.py: MNIST's size and place, and strokes as wide as MNIST's."""

import itertools
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from digitrec.classify.align import align
from digitrec.classify.normalize import BOX, PEN, normalize, stroke_width, to_frame
from digitrec.morphology import bounding_box
from tests.strokes import picture

Map = NDArray[np.uint8]


def drawn(digit: int, **options: Any) -> Map:
    return 255 - np.asarray(picture(digit, **options).convert("L"))


def in_mnist_s_form(digit: int) -> Map:
    """Return a digit as MNIST has them: antialiased in a 20x20 box, centred by its mass."""
    ink = drawn(digit, size=(200, 200), box=(30, 10, 170, 190), width=22)
    top, bottom, left, right = bounding_box(ink > 0)
    cut = Image.fromarray(ink[top:bottom, left:right])
    scale = 20 / max(cut.size)
    small = cut.resize((round(cut.width * scale), round(cut.height * scale)), Image.Resampling.BOX)
    digit_map = np.asarray(small)
    y, x = (
        round(14 - (digit_map.sum(axis=1 - axis) * np.arange(n)).sum() / digit_map.sum())
        for axis, n in enumerate(digit_map.shape)
    )
    frame = np.zeros((28, 28), np.uint8)
    frame[y : y + digit_map.shape[0], x : x + digit_map.shape[1]] = digit_map
    return frame


def test_a_frame_in_mnist_s_form_is_only_aligned(subtests: pytest.Subtests) -> None:
    for digit in range(10):
        with subtests.test(digit=digit):
            ink = in_mnist_s_form(digit)
            frame = ink.astype(np.float32) / np.float32(255)
            np.testing.assert_array_equal(to_frame(ink), frame)
            np.testing.assert_array_equal(normalize([ink]), align(frame[None]))


def test_the_longer_side_becomes_20_px(subtests: pytest.Subtests) -> None:
    for digit, size in itertools.product(range(10), [40, 90, 250]):
        with subtests.test(digit=digit, size=size):
            box = (0.3 * size, 0.2 * size, 0.7 * size, 0.8 * size)
            frame = to_frame(drawn(digit, size=(size, size), box=box, width=max(2, size / 14)))
            top, bottom, left, right = bounding_box(frame > 0.1)
            assert BOX - 1 <= max(bottom - top, right - left) <= BOX


def test_the_centre_of_mass_goes_to_the_middle(subtests: pytest.Subtests) -> None:
    for digit in range(10):
        with subtests.test(digit=digit):
            frame = to_frame(drawn(digit, size=(300, 300), box=(10, 30, 120, 200), width=14))
            for axis in (0, 1):
                mass = frame.sum(axis=1 - axis)
                assert (mass * np.arange(28)).sum() / mass.sum() == pytest.approx(14, abs=0.51)


@pytest.mark.parametrize("turns", range(4))
def test_ink_that_centring_would_push_out_of_the_frame_stays_in_it(turns: int) -> None:
    ink = np.zeros((60, 60), np.uint8)
    ink[0:60, 0:6] = 255  # a heavy bar on one side with a thin arm to the other
    ink[30, 6:60] = 77
    top, bottom, left, right = bounding_box(to_frame(np.rot90(ink, turns)) > 0.01)
    assert bottom - top == 20
    assert right - left == 20  # nothing is cut off
    assert (right, top, left, bottom)[turns] == (28, 0, 0, 28)[turns]  # at the frame's edge


@pytest.mark.parametrize("width", [1, 2, 4])
def test_thin_strokes_are_thickened(width: int) -> None:
    thin = drawn(5, size=(280, 280), box=(70, 40, 210, 240), width=width)
    assert stroke_width(thin) * BOX / 200 < 1
    assert stroke_width(to_frame(thin)) == pytest.approx(PEN[0], abs=0.6)


def test_a_marker_s_strokes_come_nearer_to_a_pen_s(monkeypatch: pytest.MonkeyPatch) -> None:
    marker = drawn(7, size=(400, 400), box=(110, 80, 290, 320), width=80)
    thinned = stroke_width(to_frame(marker))
    monkeypatch.setattr("digitrec.classify.normalize.THICK", np.inf)
    assert PEN[1] < thinned < stroke_width(to_frame(marker)) - 0.5


def test_thick_strokes_are_thinned() -> None:
    thick = drawn(7, size=(400, 400), box=(110, 80, 290, 320), width=130)
    assert stroke_width(to_frame(thick)) < 130 * BOX / 370 - 1


def test_strokes_grow_alike_in_all_directions() -> None:
    upright, aslant = Image.new("L", (400, 400)), Image.new("L", (400, 400))
    ImageDraw.Draw(upright).line((200, 40, 200, 360), fill=255, width=3)
    ImageDraw.Draw(aslant).line((40, 40, 360, 360), fill=255, width=3)
    widths = [float(to_frame(np.asarray(line)).sum()) / 20 for line in (upright, aslant)]
    assert widths[1] / 2**0.5 == pytest.approx(widths[0], rel=0.1)


@pytest.mark.parametrize("width", [24, 30, 40])
def test_strokes_of_mnist_s_width_keep_it(width: int) -> None:
    usual = drawn(5, size=(280, 280), box=(70, 40, 210, 240), width=width)
    expected = width * BOX / (200 + width)
    assert stroke_width(to_frame(usual)) == pytest.approx(expected, rel=0.12)


def test_a_single_dot_fills_the_box() -> None:
    dot = np.zeros((28, 28), np.uint8)
    dot[5, 5] = 255
    frame = to_frame(dot)
    assert bounding_box(frame > 0.1)[0] in range(3, 7)


@pytest.mark.parametrize("width", [3, 8, 20])
def test_stroke_width_is_that_of_a_drawn_bar(width: int) -> None:
    bar = np.zeros((200, 60), np.uint8)
    bar[10:190, 20 : 20 + width] = 255
    assert stroke_width(bar) == pytest.approx(width, rel=0.12)
