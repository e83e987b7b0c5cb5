"""What the paper looks like where its light is uneven, in shadow, or where a desk is beside it."""

import functools

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Map = NDArray[np.float32]  # (height, width)
# (channels, height, width) 0..255: an array's last axis is quick to go along, if it is a long one.
Planes = NDArray[np.float32]

BLOCK = 4  # px: uneven light is looked at in blocks of this size
REACH = 3  # blocks to each side that ink is narrower than, both together; shadows are wider
EDGE = 1  # blocks more, so that at the edge of a shadow there is no paper but the shadow's
WINDOW = (2 * REACH + 1) * BLOCK  # px


def papers_in_uneven_light(planes: Planes) -> tuple[Planes, Planes]:
    """Return what the paper would look like without dark ink, and what without light ink.

    A grey closing (Serra 1982, ch. XII) takes away what is darker than its surroundings and
    narrower than its window: strokes, but neither shadows nor a slope of light. An opening takes
    away what is lighter. What is at the border goes on beyond it, as a desk does beside a sheet of
    paper.

    Parameters
    ----------
    planes
        (channels, height, width) float32.

    Returns
    -------
    The paper's colour at each pixel, twice, in the same form.
    """
    height, width = planes.shape[1:]
    around = BLOCK * (2 * REACH + EDGE)
    sides = ((0, 0), (around, around + -height % BLOCK), (around, around + -width % BLOCK))
    padded = np.pad(planes, sides, "edge")
    rows, columns = (side // BLOCK for side in padded.shape[1:])
    # Down, then across: in one step numpy takes four times as long.
    sums = padded.reshape(len(planes), rows, BLOCK, -1).sum(axis=2)
    blocks = sums.reshape(len(planes), rows, columns, BLOCK).sum(axis=3) / BLOCK**2

    def without(first: np.ufunc, second: np.ufunc) -> Planes:
        papers = []
        for levels in blocks:
            closed = best_around(best_around(levels, first, REACH), second, REACH + EDGE)
            papers.append(_by_pixels(closed)[:height, :width])
        return np.stack(papers)

    return without(np.maximum, np.minimum), without(np.minimum, np.maximum)


def best_around(levels: Map, best: np.ufunc, reach: int) -> Map:
    """Return the best of the window around each level, of those that have a whole one.

    The window goes `reach` to each side.
    """
    for _ in range(2):  # of its columns, then of its rows
        length = levels.shape[0] - 2 * reach
        levels = functools.reduce(best, (levels[at : at + length] for at in range(2 * reach + 1))).T
    return levels


def _by_pixels(blocks: Map) -> Map:
    """Return what was found by blocks, which is as good here and quicker, for each pixel."""
    height, width = blocks.shape
    image = Image.fromarray(np.ascontiguousarray(blocks))
    size = (width * BLOCK, height * BLOCK)
    return np.asarray(image.resize(size, Image.Resampling.BICUBIC), np.float32)
