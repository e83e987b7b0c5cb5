"""Frame to upright frame: slant differs from writer to writer and tells nothing of the digit."""

import numpy as np
from numpy.typing import NDArray

Frames = NDArray[np.float32]

STEEPEST = 0.6  # px sideways per px down: a steeper slant is the digit's own shape


def deskew(frames: Frames) -> Frames:
    """Return the frames sheared until their ink leans to neither side.

    A frame's slant is the slope of the line through its ink that leaves the least squares of
    horizontal distances (LeCun et al. 1998 deslant MNIST so); the centre of mass stays in place.
    The network then needs no knowledge of slants, and has the more for shapes.

    Parameters
    ----------
    frames
        (n, height, width) float32, ink 1 on paper 0, with some ink in each.

    Returns
    -------
    The same shape, in 0..1.
    """
    _, height, width = frames.shape
    y, x = np.arange(height, dtype=np.float32), np.arange(width, dtype=np.float32)
    rows = frames.sum(axis=2)
    mass = rows.sum(axis=1)
    down = y - ((rows @ y) / mass)[:, None]
    across = frames @ x - rows * ((frames.sum(axis=1) @ x) / mass)[:, None]  # moment of each row
    spread = (rows * down * down).sum(axis=1)
    slant = (across * down).sum(axis=1) / np.maximum(spread, np.float32(1e-6))
    shift = slant.clip(-STEEPEST, STEEPEST)[:, None] * down  # px that a row is taken from
    whole = np.floor(shift)
    part = (shift - whole)[:, :, None]
    room = int(STEEPEST * height) + 1
    padded = np.pad(frames, ((0, 0), (0, 0), (room, room + 1)))
    source = (whole.astype(np.intp) + room)[:, :, None] + np.arange(width)
    left = np.take_along_axis(padded, source, axis=2)
    right = np.take_along_axis(padded, source + 1, axis=2)
    upright: Frames = left + part * (right - left)
    return upright
