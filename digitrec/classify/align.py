"""Frame to aligned frame: slant, size and place differ from writer to writer, and tell no digit."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Frames = NDArray[np.float32]

FRAME = 28  # px a side
STEEPEST = 0.6  # px sideways per px down: a steeper slant is the digit's own shape
# px, root mean square distance of the ink from its centre: a tenth more than the median of MNIST's
# digits, for which the frame has room.
RADIUS = 7.2
SCALES = (0.75, 1.3)  # px of the frame that a pixel of the result covers, at least and at most
LEAST = 1e-6  # of ink, and of its spread: what is divided by, where there is none

_y, _x = np.mgrid[:FRAME, :FRAME].astype(np.float32) - np.float32((FRAME - 1) / 2)
# (784, 6): a frame's pixels times these are its moments, about the frame's middle.
MOMENTS = np.stack(
    [np.ones_like(_x), _x, _y, _x * _x, _x * _y, _y * _y], axis=2, dtype=np.float32
).reshape(-1, 6)


def align(frames: Frames) -> Frames:
    """Return the frames upright, of one size, their centre of mass in the middle.

    A frame's slant is the slope of the line through its ink that leaves the least squares of
    horizontal distances (LeCun et al. 1998 deslant MNIST so). Its size is how far the ink lies
    from its centre, which one long stroke changes less than it changes the box around the digit.
    The network then needs no knowledge of slants, sizes and shifts, and has the more for shapes.

    Parameters
    ----------
    frames
        (n, 28, 28) float32, ink 1 on background 0, with some ink in each.

    Returns
    -------
    The same shape, in 0..1.
    """
    aligned = np.empty_like(frames)
    moments = (frames.reshape(-1, FRAME * FRAME) @ MOMENTS).tolist()
    for frame, (ink, x, y, xx, xy, yy), out in zip(frames, moments, aligned, strict=True):
        mass = max(ink, LEAST)
        right, down = x / mass, y / mass  # of the centre of mass from the frame's middle
        wide, lean = xx / mass - right * right, xy / mass - right * down
        tall = max(yy / mass - down * down, LEAST)
        slant = min(max(lean / tall, -STEEPEST), STEEPEST)
        wide = max(wide - 2 * slant * lean + slant * slant * tall, 0)  # once it is upright
        scale = min(max((wide + tall) ** 0.5 / RADIUS, SCALES[0]), SCALES[1])
        # Where a pixel of the result comes from; Pillow counts from the frame's upper left corner.
        half, shear = FRAME / 2, slant * scale
        right, down = right + half * (1 - scale - shear), down + half * (1 - scale)
        source = (scale, shear, right, 0, scale, down)
        out[:] = Image.fromarray(frame).transform(
            (FRAME, FRAME), Image.Transform.AFFINE, source, Image.Resampling.BICUBIC
        )
    return aligned.clip(0, 1, out=aligned)
