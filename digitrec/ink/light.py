"""What the paper looks like where its light is uneven: shadows, and slopes of light."""

import functools

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Map = NDArray[np.float32]  # (height, width)
# (channels, height, width) 0..255: an array's last axis is quick to go along, if it is a long one.
Planes = NDArray[np.float32]

BLOCK = 4  # px: uneven light is looked at in blocks of this size
WINDOW = 7  # blocks, odd: strokes are narrower than that, shadows are wider


def paper_in_uneven_light(planes: Planes) -> Planes:
    """Return what the paper would look like without ink.

    A grey closing takes away whatever is darker than its surroundings and narrower than its
    window, an opening whatever is lighter: strokes, but neither shadows nor a slope of light.

    Parameters
    ----------
    planes
        (channels, height, width) float32.

    Returns
    -------
    The paper's colour at each pixel, in the same form.
    """
    grey = planes.mean(axis=0)
    # In a window, less than half is ink: the median is paper, and ink is the long tail around it.
    blocks = Image.fromarray(grey).reduce(BLOCK).filter(ImageFilter.MedianFilter(WINDOW))
    away = (grey - _by_pixels(blocks, grey.shape)).ravel()
    dark = float((away * away) @ away) < 0
    steps = (np.maximum, np.minimum) if dark else (np.minimum, np.maximum)
    papers = []
    for plane in planes:
        levels = np.asarray(Image.fromarray(plane).reduce(BLOCK))
        for best in steps:
            levels = _best_around(levels, best)
        papers.append(_by_pixels(Image.fromarray(levels), grey.shape))
    return np.stack(papers)


def _best_around(blocks: Map, best: np.ufunc) -> Map:
    """Return the best of the window around each block: of its rows, then of its columns."""
    for _ in range(2):
        length = blocks.shape[0]
        padded = blocks.take(range(-(WINDOW // 2), length + WINDOW // 2), axis=0, mode="clip")
        blocks = functools.reduce(best, (padded[at : at + length] for at in range(WINDOW))).T
    return blocks


def _by_pixels(blocks: Image.Image, shape: tuple[int, ...]) -> Map:
    """Return what was found by blocks, which is as good here and quicker, for each pixel."""
    height, width = shape
    return np.asarray(blocks.resize((width, height), Image.Resampling.BICUBIC), np.float32)
