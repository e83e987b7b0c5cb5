"""A digit's pixels to its ink map."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitrec.morphology import Mask, bounding_box, dilated
from digitrec.segment.contrast import full_contrast, ink_of
from digitrec.segment.network import HALF
from digitrec.segment.region import Corners

Plane = NDArray[np.float32]
Ink = tuple[NDArray[np.uint8], Corners]

BLOCK = 8  # px, side of the blocks in which the background is estimated


def inks_of(plane: Plane, masks: list[Mask]) -> list[Ink]:
    """Return the ink map of each digit, and the box around its strokes on the plane.

    An ink map is (height, width) uint8, 255 on a stroke, cropped.

    Parameters
    ----------
    plane
        (height, width), both multiples of 16: the picture's levels.
    masks
        (height / 2, width / 2) each: a digit's strokes.
    """
    free = ~_full_size(dilated(dilated(np.logical_or.reduce(masks))))
    away = plane - _background(plane, free)
    return [_ink(away, mask) for mask in masks]


def _ink(away: Plane, strokes: Mask) -> Ink:
    wide = dilated(strokes)
    top, bottom, left, right = bounding_box(wide)
    part = slice(top, bottom), slice(left, right)
    away = away[top * HALF : bottom * HALF, left * HALF : right * HALF]
    inside = away[_full_size(strokes[part])]
    if inside.mean() < 0:
        away, inside = -away, -inside
    ink = ink_of(away, max(full_contrast(inside), 1.0), _full_size(wide[part]))
    # The mask has half the plane's resolution; the ink tells where the strokes end.
    (x, end), (y, foot) = _extent(ink.max(axis=0)), _extent(ink.max(axis=1))
    return ink, (HALF * left + x, HALF * top + y, HALF * left + end, HALF * top + foot)


def _extent(darkest: NDArray[np.uint8]) -> tuple[float, float]:
    """Return where ink begins and ends, px, from the most ink in each row or column.

    A stroke covers a part of a pixel at its edge, which has that part of the ink.
    """
    share = darkest / max(int(darkest.max()), 1)
    inked = share >= 0.5  # noqa: PLR2004 # more than half of the pixel is covered
    first, last = int(inked.argmax()), len(inked) - 1 - int(inked[::-1].argmax())
    before, after = share[first - 1] if first > 0 else 0.0, share[last + 1 : last + 2].sum()
    return float(first + 1 - share[first] - before), float(last + share[last] + after)


def _background(plane: Plane, free: Mask) -> Plane:
    """Return the plane's background, interpolated from the pixels that are free of strokes."""
    height, width = plane.shape
    blocks = (height // BLOCK, BLOCK, width // BLOCK, BLOCK)
    total, count = (part.reshape(blocks).sum(axis=(1, 3)) for part in (plane * free, free))
    known = Image.fromarray(_filled(total, count))
    return np.asarray(known.resize((width, height), Image.Resampling.BILINEAR))


def _filled(total: Plane, count: NDArray[np.int_]) -> Plane:
    """Return each block's mean; an empty block takes the mean of 2x2 blocks, or of more."""
    mean: Plane = (total / np.maximum(count, 1)).astype(np.float32)
    if count.all() or count.size == 1:
        return mean
    height, width = count.shape
    even = (height + 1) // 2, 2, (width + 1) // 2, 2
    wider = [np.pad(part, ((0, height % 2), (0, width % 2))) for part in (total, count)]
    coarse = _filled(*(part.reshape(even).sum(axis=(1, 3)) for part in wider))
    near = coarse.repeat(2, axis=0).repeat(2, axis=1)[:height, :width]
    return np.where(count > 0, mean, near)


def _full_size(mask: Mask) -> Mask:
    """Return a mask of the output at the input's resolution: each pixel becomes 2x2."""
    return mask.repeat(HALF, axis=0).repeat(HALF, axis=1)
