"""Ink maps to frames, with the size and position that MNIST gives its digits."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitrec.classify.align import FRAME, Frames, align
from digitrec.morphology import bounding_box, dilated, eroded

InkMap = NDArray[np.uint8]
Frame = NDArray[np.float32]

BOX = 20  # px, longer side of a digit in the frame
CENTRE = 14  # px, row and column of MNIST's centre of mass, rounded
OVERSAMPLED = 4  # pixels of the intermediate map per frame pixel, to change stroke widths
THIN = 1.4  # px of the frame: one MNIST digit in 150 has thinner strokes
THICK = 3.4  # px of the frame: one MNIST digit in 14 has thicker strokes, and loops that close
PEN = (2.2, 2.6)  # px of the frame: what thin and thick strokes become
# (2, 28): times a row or column of pixels, the sum and the first moment of its ink.
PLACES = np.stack([np.ones(FRAME), np.arange(FRAME)], dtype=np.float32)


def normalize(inks: Sequence[InkMap]) -> Frames:
    """Return the frames that the classifier reads: each digit placed, then all aligned.

    Parameters
    ----------
    inks
        Each (height, width) uint8, 255 on a stroke and 0 on background, with some ink in it.

    Returns
    -------
    (n, 28, 28) float32 in 0..1.
    """
    return align(np.array([to_frame(ink) for ink in inks]))


def to_frame(ink: InkMap) -> Frame:
    """Return the digit as MNIST's makers would have placed it in a frame.

    The digit's longer side is scaled to 20 px, antialiased, and its centre of mass is moved to the
    middle (LeCun et al. 1998), so a frame of MNIST does not move. Strokes thinner or thicker than
    most of MNIST's are first brought into its range.

    See `normalize` for the formats of `ink` and the frame.
    """
    top, bottom, left, right = bounding_box(ink > 0)
    digit = ink[top:bottom, left:right]
    side = max(digit.shape)
    if ink.shape != (FRAME, FRAME) or not BOX - 1 <= side <= BOX:
        digit = _resized(digit)
    return _centred(digit.astype(np.float32) / np.float32(255))


def _resized(digit: InkMap) -> InkMap:
    """Return the digit with a longer side of 20 px and strokes within MNIST's range of widths."""
    grey = Image.fromarray(digit)
    large = _scaled(grey, BOX * OVERSAMPLED)
    pen = stroke_width(np.asarray(large)) / OVERSAMPLED
    wanted = PEN[0] if pen < THIN else PEN[1] if pen > THICK else pen
    steps = round((wanted - pen) / 2 * OVERSAMPLED)
    if steps != 0:
        # Stroke ends grow or shrink too: scale so that the box is full afterwards.
        scaled = np.asarray(_scaled(grey, BOX * OVERSAMPLED - 2 * steps))
        pixels = np.pad(scaled, max(steps, 0))
        for step in range(abs(steps)):
            # Alternating four and eight neighbours is closer to a round pen than either alone.
            change = dilated if steps > 0 else eroded
            pixels = change(pixels, corners=step % 2 == 1)
        large = Image.fromarray(pixels[-steps:steps, -steps:steps] if steps < 0 else pixels)
    return np.asarray(_scaled(large, BOX))


def _scaled(digit: Image.Image, side: int) -> Image.Image:
    """Return the digit, antialiased, with a longer side of `side` px."""
    scale = side / max(digit.size)
    width, height = (max(1, round(n * scale)) for n in digit.size)
    filter_ = Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC
    return digit.resize((width, height), filter_)


def _centred(digit: NDArray[np.float32]) -> Frame:
    """Return a frame with the digit's centre of mass in the middle, to the nearest pixel."""
    height, width = digit.shape
    (ink, x), (y, _) = (PLACES[:, :height] @ digit @ PLACES[:, :width].T).tolist()
    top = min(max(round(CENTRE - y / ink), 0), FRAME - height)
    left = min(max(round(CENTRE - x / ink), 0), FRAME - width)
    frame = np.zeros((FRAME, FRAME), np.float32)
    frame[top : top + height, left : left + width] = digit
    return frame


def stroke_width(ink: InkMap | Frame) -> float:
    """Return the mean width of the strokes, px: twice their area over the length of their edges.

    Full ink may be 1 or 255.
    """
    height, width = ink.shape
    padded = np.zeros((height + 2, width + 2), np.float32)
    padded[1:-1, 1:-1] = ink
    here = padded[1:, 1:]
    down, across = here - padded[:-1, 1:], here - padded[1:, :-1]
    edges = float(np.sqrt(down * down + across * across).sum())
    return 2 * float(here.sum()) / edges
