"""Frame to upright frame."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitrec.deskew import STEEPEST, deskew

Frame = NDArray[np.float32]


def bar(lean: float) -> Frame:
    """Return a bar, 4 px wide and 20 high, that leans by `lean` px sideways per px down."""
    y, x = np.mgrid[0:28, 0:28].astype(np.float32)
    away = np.abs(x - 13.5 - lean * (y - 13.5))
    ink: Frame = np.clip(2.5 - away, 0, 1) * (np.abs(y - 13.5) < 10)
    return ink


def moved(frame: Frame) -> Frame:
    """Return the frame after deskewing it alone."""
    upright: Frame = deskew(frame[None])[0]
    return upright


def slant(frame: Frame) -> float:
    """Return how far the ink leans, px sideways per px down."""
    y, x = np.mgrid[0:28, 0:28]
    y, x = y - np.average(y, weights=frame), x - np.average(x, weights=frame)
    return float((frame * x * y).sum() / (frame * y * y).sum())


@pytest.mark.parametrize("lean", [-0.5, -0.2, 0.2, 0.5])
def test_a_leaning_bar_is_set_upright(lean: float) -> None:
    assert slant(bar(lean)) == pytest.approx(lean, abs=0.03)
    assert slant(moved(bar(lean))) == pytest.approx(0, abs=0.02)
    assert np.abs(moved(bar(lean)) - bar(0)).max() < 0.3


def test_an_upright_frame_stays_as_it_is() -> None:
    np.testing.assert_allclose(moved(bar(0)), bar(0), atol=1e-5)


def test_ink_is_neither_lost_nor_made() -> None:
    assert moved(bar(0.4)).sum() == pytest.approx(bar(0.4).sum(), rel=1e-5)


def test_the_centre_of_mass_stays_in_place() -> None:
    frame = np.roll(bar(0.3), (2, -1), (0, 1))
    for axis in (0, 1):
        before = np.average(np.arange(28), weights=frame.sum(axis=axis))
        after = np.average(np.arange(28), weights=moved(frame).sum(axis=axis))
        assert after == pytest.approx(before, abs=1e-3)


def test_a_slant_beyond_the_steepest_is_the_digit_s_own_shape() -> None:
    assert slant(moved(bar(0.9))) == pytest.approx(0.9 - STEEPEST, abs=0.08)


def test_a_level_line_has_no_slant() -> None:
    frame = np.zeros((28, 28), np.float32)
    frame[14, 4:24] = 1
    np.testing.assert_array_equal(moved(frame), frame)


def test_each_frame_of_many_is_set_upright_by_itself() -> None:
    frames = np.stack([bar(0.4), bar(-0.3), bar(0)])
    for one, alone in zip(deskew(frames), map(moved, frames), strict=True):
        np.testing.assert_allclose(one, alone, atol=1e-5)  # products of more rows add up otherwise


def test_a_frame_without_ink_stays_empty() -> None:
    assert not moved(np.zeros((28, 28), np.float32)).any()
