"""The result of segmentation: a digit's ink, and where it is on the picture."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Corners = tuple[float, float, float, float]  # left, top, right, bottom, px

MARGIN = 0.4  # of a digit's longer side: the margin around digits in a closer look


class Region(NamedTuple):
    """A digit on a picture.

    Attributes
    ----------
    ink
        (height, width) uint8, 255 on a stroke and 0 on background, at any scale.
    box
        The bounding box of its strokes, px of the picture.
    probability
        The probability that it is a handwritten digit, 0..1.
    """

    ink: NDArray[np.uint8]
    box: Corners
    probability: float


def with_margin(box: Corners, side: float, size: tuple[int, int]) -> Corners:
    """Return a box with a margin for digits of `side` px, clipped to a picture of `size` px."""
    left, top, right, bottom = box
    width, height = size
    margin = MARGIN * side
    start = max(0, left - margin), max(0, top - margin)
    end = min(width, right + margin), min(height, bottom + margin)
    return *start, *end
