"""Where the digits of a scene come from: MNIST's writers, styles drawn by program, and fonts."""

import functools
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage
from skimage.morphology import skeletonize

from training.mnist import Digits
from training.pen import inked
from training.redraw import Coverage, from_levels, sharpened, traced
from training.styles import Random, one_of, write

Hand = Callable[[int, float, Random], Coverage]  # digit, longer side in px -> its ink, cropped

STYLED, PRINTED = 0.35, 0.05  # shares of the scenes; the others are MNIST's writers'
FINEST, BROADEST = 0.018, 0.33  # pens, in parts of a digit's side
PENNED = 0.4  # share of MNIST's hands that write with a pen of another width
TURN = 8  # degrees, standard deviation by which MNIST's digits are turned
FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
STYLES = ("Sans", "Sans-Bold", "SansMono", "Serif", "Sans-Oblique", "Serif-Italic")
TRAINED_FONTS = tuple(f"DejaVu{style}" for style in STYLES)
# Held out from training: those of STIX and of TeX.
HELD_OUT_FONTS = ("STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic", "cmr10", "cmss10", "cmtt10")


class Writers:
    """MNIST's digits, grouped by writer.

    Parameters
    ----------
    digits
        n of them.
    writers
        (n,) or more integers, the writer of each digit.
    """

    def __init__(self, digits: Digits, writers: NDArray[np.int64]) -> None:
        self.images, self.labels = digits
        self.writers = writers[: len(self.labels)]
        self._own = {w: np.flatnonzero(self.writers == w) for w in np.unique(self.writers)}
        self._all = {digit: np.flatnonzero(self.labels == digit) for digit in range(10)}

    def frame(self, digit: int, writer: int | None, random: Random) -> NDArray[np.uint8]:
        """Return MNIST's frame of a digit by a writer, or by anybody if the writer has none."""
        places = self._all[digit]
        if writer is not None:
            own = self._own[writer]
            own = own[self.labels[own] == digit]
            places = own if len(own) else places
        return self.images[one_of(places, random)]

    def somebody(self, random: Random) -> int:
        """Return a writer."""
        return int(one_of(self.writers, random))


def hand(writers: Writers, random: Random) -> Hand:
    """Return a hand that writes all digits of a scene in one style, with one pen."""
    kind = random.random()
    if kind < PRINTED:
        name = one_of(TRAINED_FONTS, random)
        return lambda digit, side, _: printed(str(digit), side, name)
    if kind < PRINTED + STYLED:
        thickness = _thickness(random)
        return lambda digit, side, r: inked(write(digit, r), side, thickness * side, r)
    writer = writers.somebody(random)
    pen = _thickness(random) if random.random() < PENNED else None
    return lambda digit, side, r: enlarged(writers.frame(digit, writer, r), side, r, pen)


def _thickness(random: Random) -> float:
    """Return a pen's width, in parts of a digit's side."""
    return float(FINEST * (BROADEST / FINEST) ** random.random())


def enlarged(
    frame: NDArray[np.uint8], side: float, random: Random, pen: float | None = None
) -> Coverage:
    """Return MNIST's digit at another size, turned a little, its edges as sharp as a pen's.

    Parameters
    ----------
    frame
        (28, 28).
    side
        Longer side of the result, px, about.
    random
        Turns and stretches it.
    pen
        Width of the strokes, in parts of the side; None leaves them.
    """
    digit = frame[bounds(frame > 0)]
    scale = side / max(digit.shape)
    fine = max(scale, 1.0)  # never drawn smaller than it is: that would lose strokes
    stretch = np.exp(random.normal(0, 0.06, 2))
    size = [max(2, round(n * fine * s)) for n, s in zip(digit.shape[::-1], stretch, strict=True)]
    margin = round(4 * fine)
    grey = Image.fromarray(np.pad(digit, 2))
    grey = grey.resize((size[0] + margin, size[1] + margin), Image.Resampling.BICUBIC)
    grey = grey.rotate(random.normal(0, TURN), Image.Resampling.BICUBIC, expand=True)
    ink = sharpened(from_levels(grey), fine)
    if pen is not None:
        width = max(pen * side * fine / scale, 1.0)
        line = np.pad(skeletonize(ink > 0.5), int(width) + 1)
        ink = traced(line, width)
    ink = cropped(ink)
    return resized(ink, side / max(ink.shape)) if scale < 1 else ink


def resized(ink: Coverage, scale: float) -> Coverage:
    """Return ink reduced or enlarged, its edges as sharp as before."""
    size = (max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale)))
    how = Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC
    return np.asarray(Image.fromarray(ink).resize(size, how)).clip(0, 1)


def bounds(mask: NDArray[np.bool_]) -> tuple[slice, slice]:
    """Return the rows and the columns of a mask's bounding box; the mask must not be empty."""
    [(rows, columns)] = ndimage.find_objects(mask.astype(np.uint8))
    return rows, columns


def cropped(ink: Coverage) -> Coverage:
    """Return ink cropped to its bounding box."""
    mask = ink > 0.1
    return ink[bounds(mask)] if mask.any() else np.ones((1, 1), np.float32)


@functools.lru_cache(maxsize=256)
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"{name}.ttf", size)


def printed(text: str, side: float, name: str) -> Coverage:
    """Return one line of printed text, `side` px high at its highest letter."""
    font = _font(name, max(6, round(side * 1.35)))
    left, top, right, bottom = (int(n) for n in font.getbbox(text))
    drawing = Image.new("L", (max(1, right - left + 2), max(1, bottom - top + 2)), 0)
    ImageDraw.Draw(drawing).text((1 - left, 1 - top), text, fill=255, font=font)
    return cropped(from_levels(drawing))
