"""Find the one channel that shows a picture without colours, in the filtered rows of its PNG.

A filter treats each channel alike. So equal channels are equal in the filtered rows, channels of 0
are 0 there, and Pillow need not undo the filter for more than one of them.
"""

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.uint8]  # (n, 1 + channels * width): the number of a row's filter, then its pixels
Pixels = NDArray[np.uint32]  # (n, width): red is the lowest byte, alpha the highest

RGB = 3  # channels
SAMPLED = 8  # the first look is at every eighth row: most colours show there
GREATEST = 255  # grey, and alpha of an opaque pixel
ALPHA = np.uint32(24)  # bits below alpha in a pixel
# A grey pixel is alpha * 2**24 + grey * 0x010101. The factor is odd, so it has an inverse modulo
# 2**32. Multiplying by that keeps different pixels different, and turns grey ones into
# alpha * 2**24 + grey.
INVERSE = np.uint32(pow(0x010101, -1, 2**32))
# What each of the five filters (PNG specification, 9.2) makes of an alpha of 255: in a row's first
# pixel, and in all others. The topmost row differs, since there is no row above it.
OPAQUE = np.array([(255, 255), (255, 0), (0, 0), (128, 0), (0, 0)], np.uint32) << ALPHA
TOP = np.array([(255, 255), (255, 0), (255, 255), (255, 128), (255, 0)], np.uint32) << ALPHA


def one_channel(rows: Rows, channels: int, *, is_opaque: bool, is_top: bool) -> Rows | None:
    """Return rows with one channel instead of all, None if one does not show the picture.

    Parameters
    ----------
    rows
        Rows of a picture with channels of 8 bits.
    channels
        3 for red, green and blue, or 4 with alpha.
    is_opaque
        Whether the picture's first pixel is opaque. Then the channel is the grey of an opaque
        picture without colours, else the alpha of a black drawing on transparency.
    is_top
        Whether the first row is the picture's topmost.
    """

    def find(some: Rows) -> Rows | None:
        if channels == RGB:
            return _red(some)
        return _grey(some, is_top=is_top) if is_opaque else _alpha(some)

    if find(rows[::SAMPLED]) is None:
        return None
    channel = find(rows)
    return None if channel is None else np.concatenate((rows[:, :1], channel), axis=1)


def _red(rows: Rows) -> Rows | None:
    """Return the red of each pixel, None if green or blue differ from it somewhere."""
    differences = rows[:, 1:-1] ^ rows[:, 2:]  # of each byte and the next
    differences[:, 2::RGB] = 0  # a blue and the next pixel's red may differ
    return None if differences.any() else rows[:, 1::RGB]


def _grey(rows: Rows, *, is_top: bool) -> Rows | None:
    """Return the grey of each pixel, None if one has a colour or isn't opaque."""
    pixels, filters = _pixels(rows), rows[:, 0]
    # Clipped: Pillow rejects an unknown filter later.
    opaque = OPAQUE.take(filters, axis=0, mode="clip")
    if is_top:
        opaque[:1] = TOP.take(filters[:1], axis=0, mode="clip")
    pixels[:, 0] += opaque[:, 1] - opaque[:, 0]
    pixels *= INVERSE
    pixels -= opaque[:, 1:]
    return _in_bytes(pixels)


def _alpha(rows: Rows) -> Rows | None:
    """Return the alpha of each pixel, None if one isn't black."""
    pixels = _pixels(rows)
    return _in_bytes(pixels << (32 - ALPHA) | pixels >> ALPHA)


def _pixels(rows: Rows) -> Pixels:
    return rows[:, 1:].copy().view("<u4")


def _in_bytes(pixels: Pixels) -> Rows | None:
    return pixels.astype(np.uint8) if pixels.max(initial=0) <= GREATEST else None
