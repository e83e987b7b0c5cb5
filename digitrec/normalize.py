"""Ink map to frame: the size and place that MNIST gives its digits."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitrec.align import FRAME, align
from digitrec.ink import bounds

Map = NDArray[np.float32]
Pixels = NDArray[np.uint8]

TRACE = 0.02  # of full ink: less is no part of the digit's extent
BOX = 20  # px, longer side of a digit in it
CENTRE = 14  # px, where MNIST puts the centre of mass, rounded, in both directions
OVERSAMPLED = 4  # pixels of the intermediate map for one of the frame, where strokes change width
THIN = 1.4  # px of the frame: one MNIST digit in 150 has thinner strokes
THICK = 3.4  # px of the frame: one MNIST digit in 14 has thicker strokes, and loops that close
PEN = (2.2, 2.6)  # px of the frame: what thin and thick strokes become


def normalize(ink: Map) -> Map:
    """Return the frame that the network reads: the digit placed, then aligned.

    Parameters
    ----------
    ink
        (height, width) float32, 1 on a stroke and 0 on paper, with some ink in it.

    Returns
    -------
    (28, 28) float32 in 0..1.
    """
    aligned: Map = align(placed(ink)[None])[0]
    return aligned


def placed(ink: Map) -> Map:
    """Return the digit as MNIST's makers would have placed it in a frame.

    The digit's longer side becomes 20 px, antialiased, and its centre of mass goes to the middle,
    as MNIST's makers did (LeCun et al. 1998), so a frame of MNIST stays where it is. Strokes
    thinner or thicker than most of MNIST's are first brought among them.

    `ink` and what is returned are in the form of `normalize`.
    """
    top, bottom, left, right = bounds(ink > TRACE)
    digit = ink[top:bottom, left:right]
    side = max(digit.shape)
    if ink.shape != (FRAME, FRAME) or not BOX - 1 <= side <= BOX:
        digit = _resize(digit)
    return _place(digit)


def _resize(digit: Map) -> Map:
    """Return the digit with a longer side of 20 px and strokes within MNIST's range of widths."""
    grey = _grey(digit)
    large = _scale(grey, BOX * OVERSAMPLED)
    pen = stroke_width(np.asarray(large, np.float32)) / OVERSAMPLED
    wanted = PEN[0] if pen < THIN else PEN[1] if pen > THICK else pen
    steps = round((wanted - pen) / 2 * OVERSAMPLED)
    if steps != 0:
        # The strokes' ends grow or shrink too: the box is to be full afterwards.
        scaled = np.asarray(_scale(grey, BOX * OVERSAMPLED - 2 * steps))
        pixels = np.pad(scaled, max(steps, 0))
        for step in range(abs(steps)):
            # In turn with four neighbours and with eight: nearer to a round pen than either.
            best = np.maximum if steps > 0 else np.minimum
            pixels = _neighbours(pixels, best, corners=step % 2 == 1)
        large = Image.fromarray(pixels[-steps:steps, -steps:steps] if steps < 0 else pixels)
    return np.asarray(_scale(large, BOX), np.float32) / np.float32(255)


def _grey(digit: Map) -> Image.Image:
    return Image.fromarray(np.rint(digit * np.float32(255)).astype(np.uint8))


def _scale(digit: Image.Image, side: int) -> Image.Image:
    """Return the digit, antialiased, with a longer side of `side` px."""
    scale = side / max(digit.size)
    width, height = (max(1, round(n * scale)) for n in digit.size)
    filter_ = Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC
    return digit.resize((width, height), filter_)


def _neighbours(ink: Pixels, best: np.ufunc, *, corners: bool) -> Pixels:
    """Return the best of each pixel and its four, or with corners eight, neighbours."""
    grown = ink.copy()
    best(grown[1:], ink[:-1], out=grown[1:])
    best(grown[:-1], ink[1:], out=grown[:-1])
    source = grown.copy() if corners else ink
    best(grown[:, 1:], source[:, :-1], out=grown[:, 1:])
    best(grown[:, :-1], source[:, 1:], out=grown[:, :-1])
    return grown


def _place(digit: Map) -> Map:
    """Return a frame with the digit's centre of mass in its middle, by whole pixels."""
    frame = np.zeros((FRAME, FRAME), np.float32)
    starts = []
    for size, mass in zip(digit.shape, (digit.sum(axis=1), digit.sum(axis=0)), strict=True):
        centre = float(mass @ np.arange(size, dtype=np.float32) / mass.sum())
        starts.append(min(max(round(CENTRE - centre), 0), FRAME - size))
    top, left = starts
    frame[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    return frame


def stroke_width(ink: Map) -> float:
    """Return the mean width of the strokes, px: twice their area over the length of their edges.

    What counts as full ink, 1 or 255, makes no difference.
    """
    height, width = ink.shape
    padded = np.zeros((height + 2, width + 2), np.float32)
    padded[1:-1, 1:-1] = ink
    here = padded[1:, 1:]
    down, across = here - padded[:-1, 1:], here - padded[1:, :-1]
    edges = float(np.sqrt(down * down + across * across).sum())
    return 2 * float(ink.sum()) / edges
