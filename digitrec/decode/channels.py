"""Find the one channel that shows a canvas, in the filtered rows of its PNG.

A filter treats each channel alike. So equal channels are equal in the filtered rows, channels of 0
are 0 there, and Pillow need not undo the filter for more than one of them.
"""

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.uint8]  # (n, 1 + channels * width): the number of a row's filter, then its pixels
Pixels = NDArray[np.uint32]  # (n, width): red is the lowest byte, alpha the highest

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


def one_channel(rows: Rows, *, is_opaque: bool, is_top: bool) -> Rows | None:
    """Return rows with one channel instead of red, green, blue and alpha, None if it takes more.

    Parameters
    ----------
    rows
        Rows of a picture with four channels of 8 bits.
    is_opaque
        Whether the picture's first pixel is opaque. Then the channel is the grey of an opaque
        picture without colours, else the alpha of a black drawing on transparency.
    is_top
        Whether the first row is the picture's topmost.
    """
    if _channel(rows[::SAMPLED], is_opaque=is_opaque, is_top=is_top) is None:
        return None
    channel = _channel(rows, is_opaque=is_opaque, is_top=is_top)
    if channel is None:
        return None
    return np.concatenate((rows[:, :1], channel.astype(np.uint8)), axis=1)


def _channel(rows: Rows, *, is_opaque: bool, is_top: bool) -> Pixels | None:
    pixels: Pixels = rows[:, 1:].copy().view("<u4")
    channel = _grey(pixels, rows[:, 0], is_top=is_top) if is_opaque else _alpha(pixels)
    return channel if channel.max(initial=0) <= GREATEST else None


def _grey(pixels: Pixels, filters: NDArray[np.uint8], *, is_top: bool) -> Pixels:
    """Return the grey of each pixel, more than `GREATEST` if it has a colour or isn't opaque."""
    # Clipped: Pillow rejects an unknown filter later.
    opaque = OPAQUE.take(filters, axis=0, mode="clip")
    if is_top:
        opaque[:1] = TOP.take(filters[:1], axis=0, mode="clip")
    pixels[:, 0] += opaque[:, 1] - opaque[:, 0]
    pixels *= INVERSE
    pixels -= opaque[:, 1:]
    return pixels


def _alpha(pixels: Pixels) -> Pixels:
    """Return the alpha of each pixel, more than `GREATEST` if it isn't black."""
    return pixels << (32 - ALPHA) | pixels >> ALPHA
