"""Which of a PNG's four channels show its picture: told from its rows as they are packed.

A filter does with each channel the same. So channels that are alike are alike in the packed rows,
those that are 0 are 0, and Pillow can be left to undo the filter for fewer of them.

Rows are (n, 1 + 4 * width) uint8: each the number of its filter, then the filtered pixels.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.uint8]
Pixels = NDArray[np.uint32]  # alpha is the highest byte
Alpha = NDArray[np.uint32]  # (n, 2), in the highest byte: of a row's first pixel, and of all others

WHITE = WHOLLY = 255  # the lightest grey, and opaque
# A grey pixel is alpha * 2**24 + grey * 0x010101, both 0..255. The factor is odd, so what undoes it
# modulo 2**32 makes a number of its own of each pixel, and alpha * 2**24 + grey of these.
UNDONE = np.uint32(pow(0x010101, -1, 2**32))
ALPHA = np.uint32(24)  # bits below it
# What each of the five filters of a row (PNG specification, 9.2) leaves of an alpha of 255: for the
# first pixel, and for all others. Above the topmost row there is nothing to tell it by.
OPAQUE_ALPHA = np.array([(255, 255), (255, 0), (0, 0), (128, 0), (0, 0)], np.uint32) << ALPHA
TOP_ALPHA = np.array([(255, 255), (255, 0), (255, 255), (255, 128), (255, 0)], np.uint32) << ALPHA


class Channels(NamedTuple):
    """Some of the four channels.

    Attributes
    ----------
    mode
        Of a Pillow picture that has no others.
    raw_mode
        Of its rows, for Pillow.
    select
        A function of rows and of what an opaque picture's alpha is there: see `OPAQUE_ALPHA`. It
        returns rows with these channels, or None where they don't show the picture.
    """

    mode: str
    raw_mode: str
    select: Callable[[Rows, Alpha], Rows | None]

    def of(self, rows: Rows, *, top: bool) -> Rows | None:
        """Return rows with these channels, or None where they don't show the picture.

        `top` says whether they are the picture's topmost.
        """
        filters = rows[:, 0]
        # Clipped: an unknown filter is Pillow's to refuse.
        alpha = OPAQUE_ALPHA.take(filters, axis=0, mode="clip")
        if top:
            alpha[:1] = TOP_ALPHA.take(filters[:1], axis=0, mode="clip")
        return self.select(rows, alpha)


def chosen(rows: Rows) -> tuple[Channels, Rows]:
    """Return the fewest channels that show a picture's topmost rows, and the rows with them."""
    opaque = (rows[:1, 4] == WHOLLY).all()  # no filter changes the first pixel
    for channels in (GREY, COLOURS) if opaque else (BLACK,):
        found = channels.of(rows, top=True)
        if found is not None:
            return channels, found
    return ALL, rows


def _grey(rows: Rows, alpha: Alpha) -> Rows | None:
    greys = _pixels(rows, alpha)
    greys *= UNDONE
    greys -= alpha[:, 1:]
    if greys.max(initial=0) > WHITE:
        return None
    return np.concatenate((rows[:, :1], greys.astype(np.uint8)), axis=1)


def _colours(rows: Rows, alpha: Alpha) -> Rows | None:
    other = (_pixels(rows, alpha) ^ alpha[:, 1:]) >> ALPHA
    return rows if other.max(initial=0) == 0 else None


def _black(rows: Rows, _alpha: Alpha) -> Rows | None:
    pixels = rows[:, 1:].copy().view("<u4")
    if (pixels << (32 - ALPHA)).max(initial=0) > 0:
        return None
    return np.concatenate((rows[:, :1], (pixels >> ALPHA).astype(np.uint8)), axis=1)


def _pixels(rows: Rows, alpha: Alpha) -> Pixels:
    """Return (n, width), the alpha of opaque pixels the same in the first column as in the rest."""
    pixels: Pixels = rows[:, 1:].copy().view("<u4")
    pixels[:, 0] += alpha[:, 1] - alpha[:, 0]
    return pixels


GREY = Channels("L", "L", _grey)  # of an opaque picture without colours
COLOURS = Channels("RGB", "RGBX", _colours)  # of an opaque one: Pillow passes alpha over
BLACK = Channels("L", "L", _black)  # the alpha of a black one, which is drawn on nothing
ALL = Channels("RGBA", "RGBA", lambda rows, _alpha: rows)
