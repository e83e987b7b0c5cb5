"""What segmentation answers: a digit's ink, and where it is on the picture."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Region(NamedTuple):
    """A digit on a picture.

    Attributes
    ----------
    ink
        (height, width) uint8, 255 on a stroke and 0 on background, at any scale.
    box
        Left, top, width and height of its strokes, px of the picture.
    probability
        That it is a handwritten digit, 0..1.
    """

    ink: NDArray[np.uint8]
    box: tuple[float, float, float, float]
    probability: float
