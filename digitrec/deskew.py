"""Frame to upright frame: slant differs from writer to writer and tells nothing of the digit."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Frames = NDArray[np.float32]

FRAME = 28  # px a side
STEEPEST = 0.6  # px sideways per px down: a steeper slant is the digit's own shape
LEAST = 1e-6  # of ink, and of its spread: what is divided by, where there is none

_y, _x = np.mgrid[:FRAME, :FRAME].astype(np.float32) - np.float32((FRAME - 1) / 2)
# (784, 5): a frame's pixels times these are its moments, about the frame's middle.
MOMENTS = np.stack([np.ones_like(_x), _x, _y, _x * _y, _y * _y], axis=2).reshape(-1, 5)


def deskew(frames: Frames) -> Frames:
    """Return the frames sheared until their ink leans to neither side.

    A frame's slant is the slope of the line through its ink that leaves the least squares of
    horizontal distances (LeCun et al. 1998 deslant MNIST so); the centre of mass stays in place.
    The network then needs no knowledge of slants, and has the more for shapes.

    Parameters
    ----------
    frames
        (n, 28, 28) float32, ink 1 on paper 0, with some ink in each.

    Returns
    -------
    The same shape, in 0..1.
    """
    upright = np.empty_like(frames)
    moments = (frames.reshape(-1, FRAME * FRAME) @ MOMENTS).tolist()
    for frame, (ink, x, y, xy, yy), out in zip(frames, moments, upright, strict=True):
        mass = max(ink, LEAST)
        slant = (xy - x * y / mass) / max(yy - y * y / mass, LEAST)
        slant = min(max(slant, -STEEPEST), STEEPEST)
        # Where a pixel of the result comes from; Pillow counts from the frame's upper left corner.
        source = (1, slant, -slant * (FRAME / 2 + y / mass), 0, 1, 0)
        out[:] = Image.fromarray(frame).transform(
            (FRAME, FRAME), Image.Transform.AFFINE, source, Image.Resampling.BILINEAR
        )
    return upright
