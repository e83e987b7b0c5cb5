"""A digit's pixels to its ink map."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitrec.segment.components import Mask, bounds, dilated
from digitrec.segment.contrast import full_contrast, ink_of
from digitrec.segment.network import HALF

Plane = NDArray[np.float32]

BLOCK = 8  # px: the background is known by blocks of this size


def inks_of(plane: Plane, masks: list[Mask]) -> list[NDArray[np.uint8]]:
    """Return the ink map of each digit: (height, width) uint8, 255 on a stroke, cropped.

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


def _ink(away: Plane, strokes: Mask) -> NDArray[np.uint8]:
    wide = dilated(strokes)
    top, bottom, left, right = bounds(wide)
    part = slice(top, bottom), slice(left, right)
    away = away[top * HALF : bottom * HALF, left * HALF : right * HALF]
    inside = away[_full_size(strokes[part])]
    if inside.mean() < 0:
        away, inside = -away, -inside
    return ink_of(away, max(full_contrast(inside), 1.0), _full_size(wide[part]))


def _background(plane: Plane, free: Mask) -> Plane:
    """Return what the picture would be without strokes, from the pixels that are free of them."""
    height, width = plane.shape
    blocks = (height // BLOCK, BLOCK, width // BLOCK, BLOCK)
    total, count = (part.reshape(blocks).sum(axis=(1, 3)) for part in (plane * free, free))
    known = Image.fromarray(_filled(total, count))
    return np.asarray(known.resize((width, height), Image.Resampling.BILINEAR))


def _filled(total: Plane, count: NDArray[np.int_]) -> Plane:
    """Return the mean of each block; one without a pixel has that of 2x2 blocks, or of more."""
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
    """Return a mask of the output as one of the input: each pixel four times."""
    return mask.repeat(HALF, axis=0).repeat(HALF, axis=1)
