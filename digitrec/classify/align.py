"""Frames to aligned frames: slant, size and position depend on the writer, not on the digit."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Frames = NDArray[np.float32]

FRAME = 28  # px a side
STEEPEST = 0.6  # px sideways per px down: a steeper slant is the digit's own shape
# px, root mean square distance of the ink from its centre: a tenth above the median of MNIST's
# digits, for which the frame has room.
RADIUS = 7.2
SCALES = (0.75, 1.3)  # least and most px of the frame that one pixel of the result covers
EPSILON = 1e-6  # lower bound of ink and of its spread, against division by zero

_y, _x = np.mgrid[:FRAME, :FRAME].astype(np.float32) - np.float32((FRAME - 1) / 2)
# (784, 6): a frame's pixels times this are its moments about the frame's middle.
_moments = np.ones_like(_x), _x, _y, _x * _x, _x * _y, _y * _y
MOMENTS = np.stack(_moments, axis=2, dtype=np.float32).reshape(-1, 6)


def align(frames: Frames) -> Frames:
    """Return the frames deslanted, scaled to one size and centred on their centre of mass.

    The slant is the slope of the least-squares line through the ink, by horizontal distance (LeCun
    et al. 1998 deslant MNIST in this way). The size is the root mean square distance of the ink
    from its centre: one long stroke changes it less than it changes the bounding box. The network
    then need not learn slants, sizes and shifts, and has more capacity for shapes.

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
        mass = max(ink, EPSILON)
        right, down = x / mass, y / mass  # from the frame's middle to the centre of mass
        wide, lean = xx / mass - right * right, xy / mass - right * down
        tall = max(yy / mass - down * down, EPSILON)
        slant = min(max(lean / tall, -STEEPEST), STEEPEST)
        wide = max(wide - 2 * slant * lean + slant * slant * tall, 0)  # after deslanting
        scale = min(max((wide + tall) ** 0.5 / RADIUS, SCALES[0]), SCALES[1])
        # The affine map from result to source; Pillow's origin is the frame's upper left corner.
        half, shear = FRAME / 2, slant * scale
        right, down = right + half * (1 - scale - shear), down + half * (1 - scale)
        source = (scale, shear, right, 0, scale, down)
        out[:] = Image.fromarray(frame).transform(
            (FRAME, FRAME), Image.Transform.AFFINE, source, Image.Resampling.BICUBIC
        )
    return aligned.clip(0, 1, out=aligned)
