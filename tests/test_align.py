"""Frame to aligned frame."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitrec.classify.align import RADIUS, SCALES, STEEPEST, align
from tests.strokes import moments, slant

Frame = NDArray[np.float32]

TALL = 24.6  # px: a bar of 4 px and this height has the radius that digits are given


def bar(lean: float, down: float = 0, right: float = 0, *, height: float = TALL) -> Frame:
    """Return a bar, 4 px wide, that leans by `lean` px sideways per px down."""
    y, x = np.mgrid[0:28, 0:28].astype(np.float32) - 13.5
    y, x = y - down, x - right
    ends = np.clip(height / 2 + 0.5 - np.abs(y), 0, 1)
    ink: Frame = np.clip(2.5 - np.abs(x - lean * y), 0, 1) * ends
    return ink


def moved(frame: Frame) -> Frame:
    """Return the frame after aligning it alone."""
    aligned: Frame = align(frame[None])[0]
    return aligned


def radius(frame: Frame) -> float:
    """Return the root mean square distance of the ink from its centre, px."""
    xx, _, yy = moments(frame)
    return float((xx + yy) ** 0.5)


@pytest.mark.parametrize("lean", [-0.5, -0.2, 0.2, 0.5])
def test_a_leaning_bar_is_set_upright(lean: float) -> None:
    assert slant(bar(lean)) == pytest.approx(lean, abs=0.03)
    assert slant(moved(bar(lean))) == pytest.approx(0, abs=0.02)
    assert np.abs(moved(bar(lean)) - bar(0)).max() < 0.3


def test_an_upright_frame_of_its_size_in_the_middle_stays_as_it_is() -> None:
    assert radius(bar(0)) == pytest.approx(RADIUS, abs=0.02)
    np.testing.assert_allclose(moved(bar(0)), bar(0), atol=0.03)


@pytest.mark.parametrize("height", [20, 22, 27])
def test_ink_comes_to_lie_at_one_distance_from_its_centre(height: float) -> None:
    assert abs(radius(bar(0.2, height=height)) - RADIUS) > 0.4
    assert radius(moved(bar(0.2, height=height))) == pytest.approx(RADIUS, abs=0.1)


def test_what_is_far_too_small_or_large_is_scaled_by_no_more_than_the_bounds() -> None:
    small = bar(0, height=8)
    assert radius(moved(small)) == pytest.approx(radius(small) / SCALES[0], rel=0.05)
    corners = np.zeros((28, 28), np.float32)
    corners[[0, 0, -1, -1], [0, -1, 0, -1]] = 1
    assert radius(moved(corners)) == pytest.approx(radius(corners) / SCALES[1], rel=0.05)


@pytest.mark.parametrize("shift", [(1, -1), (0.5, 0.25), (-0.3, 1.6), (3, 1)])
def test_wherever_ink_lies_it_comes_to_the_middle_upright_and_of_its_size(
    shift: tuple[float, float],
) -> None:
    frame = moved(bar(0.3, *shift, height=20))
    for axis in (0, 1):
        centre = np.average(np.arange(28), weights=frame.sum(axis=1 - axis))
        assert centre == pytest.approx(13.5, abs=0.1)
    assert slant(frame) == pytest.approx(0, abs=0.02)
    assert radius(frame) == pytest.approx(RADIUS, abs=0.1)


def test_a_slant_beyond_the_steepest_is_the_digit_s_own_shape() -> None:
    assert slant(moved(bar(0.9))) == pytest.approx(0.9 - STEEPEST, abs=0.08)


def test_a_level_line_has_no_slant() -> None:
    level = np.ascontiguousarray(bar(0).T)
    np.testing.assert_allclose(moved(level), level, atol=0.03)


def test_each_frame_of_many_is_aligned_by_itself() -> None:
    frames = np.stack([bar(0.4), bar(-0.3), bar(0)])
    for one, alone in zip(align(frames), map(moved, frames), strict=True):
        np.testing.assert_allclose(one, alone, atol=1e-5)  # products of more rows add up otherwise


def test_a_frame_without_ink_stays_empty() -> None:
    assert not moved(np.zeros((28, 28), np.float32)).any()
