"""Find which of a PNG's four channels are needed, from its filtered rows.

A filter treats each channel alike. So equal channels are equal in the filtered rows, channels of 0
are 0 there, and Pillow can undo the filter for fewer of them.

Rows are (n, 1 + 4 * width) uint8: the number of the row's filter, then the filtered pixels.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.uint8]
Pixels = NDArray[np.uint32]  # alpha is the highest byte
Alpha = NDArray[np.uint32]  # (n, 2), in the highest byte: of a row's first pixel, and of all others

WHITE = WHOLLY = 255  # the lightest grey, and opaque
# A grey pixel is alpha * 2**24 + grey * 0x010101, both 0..255. The factor is odd, so it has an
# inverse modulo 2**32. Multiplying by that keeps different pixels different, and turns grey ones
# into alpha * 2**24 + grey.
UNDONE = np.uint32(pow(0x010101, -1, 2**32))
ALPHA = np.uint32(24)  # bits below alpha in a pixel
# What each of the five filters (PNG specification, 9.2) makes of an alpha of 255: in a row's first
# pixel, and in all others. The topmost row differs, since there is no row above it.
OPAQUE_ALPHA = np.array([(255, 255), (255, 0), (0, 0), (128, 0), (0, 0)], np.uint32) << ALPHA
TOP_ALPHA = np.array([(255, 255), (255, 0), (255, 255), (255, 128), (255, 0)], np.uint32) << ALPHA


class Channels(NamedTuple):
    """Some of the four channels.

    Attributes
    ----------
    mode
        The mode of a Pillow picture with these channels alone.
    raw_mode
        Pillow's raw mode for its rows.
    select
        A function of rows and of an opaque picture's alpha in them (see `OPAQUE_ALPHA`). It returns
        rows with these channels, or None if they do not show the picture.
    """

    mode: str
    raw_mode: str
    select: Callable[[Rows, Alpha], Rows | None]

    def of(self, rows: Rows, *, top: bool) -> Rows | None:
        """Return rows with these channels, or None if they do not show the picture.

        `top` says whether the first row is the picture's topmost.
        """
        filters = rows[:, 0]
        # Clipped: Pillow rejects an unknown filter later.
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
    """Return the pixels, (n, width), with the first column's opaque alpha equal to the others'."""
    pixels: Pixels = rows[:, 1:].copy().view("<u4")
    pixels[:, 0] += alpha[:, 1] - alpha[:, 0]
    return pixels


GREY = Channels("L", "L", _grey)  # an opaque picture without colours
COLOURS = Channels("RGB", "RGBX", _colours)  # an opaque picture: Pillow skips alpha
BLACK = Channels("L", "L", _black)  # a black drawing on transparency: alpha alone
ALL = Channels("RGBA", "RGBA", lambda rows, _alpha: rows)
