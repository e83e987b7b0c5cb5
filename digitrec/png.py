"""PNG files: Pillow's reader, with a quicker way to unpack the pixels."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngImageFile
from zlib_ng import zlib_ng

from digitrec.grey import greys_of

BLOCK = 0xFFFF  # bytes of a stored block, at most (RFC 1951, 3.2.4)
PIECE = 8 * BLOCK  # bytes that are unpacked at once: all of a canvas
STORED_STREAM = b"\x78\x01"  # begins it (RFC 1950, 2.2)

# What each of the five filters of a row (PNG specification, 9.2) leaves of an alpha of 255: for the
# first pixel, and for all others. Above the topmost row there is nothing to tell it by.
ALPHA = np.uint32(24)  # bits: alpha is the highest byte of a pixel
OPAQUE = np.array([(255, 255), (255, 0), (0, 0), (128, 0), (0, 0)], np.uint32) << ALPHA
OPAQUE_TOP = np.array([(255, 255), (255, 0), (255, 255), (255, 128), (255, 0)], np.uint32) << ALPHA


class _HasMore(Exception):
    """One channel doesn't show the picture, although it showed the rows before."""


class PngFile(PngImageFile):
    """A PNG file as Pillow reads it, whose pixels zlib-ng unpacks.

    Pillow asks zlib for a row at a time, which keeps it from the quick one of its loops: that takes
    half the time of a canvas's decoding, and more of a large one's. So Pillow is given the pixels
    unpacked, as a stream of stored blocks, for which zlib has nothing to do but to copy.

    Of a canvas, which has four channels, it is given the one that shows it, in mode "L": the grey
    of an opaque picture without colours, the alpha of a black one, be it drawn on nothing.
    """

    _full: tuple[str, list[Any]]  # the mode, and where the pixels are, with all channels
    _narrow: bool  # whether one channel of four is handed over
    _black: bool  # whether that is alpha, while it is narrow
    _packed: "zlib_ng._Decompress"
    _begin: bytes  # of the stream, until it was handed over
    _ahead: bytes  # what was read to find out what it is, until it was handed over
    _rows: int  # that are still to come, while it is narrow

    def load(self) -> Any:
        """Read the pixels, of one channel if that does, and return Pillow's access to them."""
        self._full = self.mode, self.tile
        self._narrow = bool(
            self.tile
            and self.tile[0].args == "RGBA"
            and not self.info.get("interlace")
            and not self.is_animated
        )
        if self._narrow:
            self._mode, self.tile = "L", [self.tile[0]._replace(args="L")]
        try:
            return super().load()
        except _HasMore:
            self._widen()
        return super().load()

    def load_prepare(self) -> None:
        """Prepare to read the pixels from the first on."""
        super().load_prepare()
        self._packed = zlib_ng.decompressobj()
        self._begin, self._ahead = STORED_STREAM, b""
        self._rows = self.height
        if self._narrow:
            self._look_ahead()

    def load_seek(self, pos: int) -> None:
        """Go to the pixels, but where the first of them were read already."""
        if self.fp is not None and not self._ahead:
            self.fp.seek(pos)

    def load_read(self, read_bytes: int) -> bytes:
        """Return what is next of the pixels, out of at most `read_bytes` of the file at a time.

        It is empty at the end. Raises zlib_ng.error where the file is broken.
        """
        if self._ahead:
            unpacked, self._ahead = self._ahead, b""
        elif self._narrow:
            unpacked = self._narrowed(self._next_rows(read_bytes))
        else:
            unpacked = self._unpacked(read_bytes)
        pixels = memoryview(unpacked)
        parts: list[bytes | memoryview] = [self._begin] if pixels else []
        self._begin = b""
        for start in range(0, len(pixels), BLOCK):
            block = pixels[start : start + BLOCK]
            parts += _stored(len(block)), block
        return b"".join(parts)

    def _look_ahead(self) -> None:
        """Read the first rows, to choose the one channel, or all."""
        unpacked = self._next_rows(self.decodermaxblock)
        # No filter changes the first pixel.
        self._black = unpacked[4:5] != b"\xff"
        try:
            self._ahead = self._narrowed(unpacked)
        except _HasMore:
            self._widen()
            self._ahead = unpacked

    def _widen(self) -> None:
        """Have all channels handed over."""
        self._narrow = False
        self._mode, self.tile = self._full
        self.im = Image.new(self.mode, self.size).im

    def _unpacked(self, read_bytes: int, most: int = PIECE) -> bytes:
        while True:
            packed = self._packed.unconsumed_tail or super().load_read(read_bytes)
            pixels = self._packed.decompress(packed, most)
            if pixels or not packed:
                return pixels

    def _next_rows(self, read_bytes: int) -> bytes:
        """Return the next rows, none at the end; the last is cut off where the file is."""
        row = 1 + 4 * self.width
        missing = min(self._rows, max(1, PIECE // row)) * row
        parts = []
        while missing > 0 and (part := self._unpacked(read_bytes, missing)):
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def _narrowed(self, unpacked: bytes) -> bytes:
        """Return rows with one channel. Raises _HasMore."""
        row = 1 + 4 * self.width
        rows = np.frombuffer(unpacked, np.uint8, len(unpacked) // row * row).reshape(-1, row)
        channel = _alphas(rows) if self._black else _greys(rows, top=self._rows == self.height)
        if channel is None:
            raise _HasMore
        self._rows -= len(rows)
        return np.concatenate((rows[:, :1], channel), axis=1).tobytes()


# A filter does with each channel the same. So as long as it is not undone, channels are the same
# where the picture's are, or 0 where its are, and it can be left to undo it for one of them.
#
# Rows are (n, 1 + 4 * width) uint8: each the number of its filter, then the filtered pixels.


def _greys(rows: NDArray[np.uint8], *, top: bool) -> NDArray[np.uint8] | None:
    """Return (n, width), one channel of rows, None if a pixel has a colour or isn't opaque.

    `top` says whether the first of them is the picture's.
    """
    filters = rows[:, 0]
    alpha = OPAQUE.take(filters, axis=0, mode="clip")  # an unknown filter is Pillow's to refuse
    if top:
        alpha[:1] = OPAQUE_TOP.take(filters[:1], axis=0, mode="clip")
    pixels = _pixels(rows)
    pixels[:, 0] += alpha[:, 1] - alpha[:, 0]
    return greys_of(pixels, alpha[:, 1:])


def _alphas(rows: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """Return (n, width), the alpha of rows, None if a pixel isn't black."""
    pixels = _pixels(rows)
    black = (pixels << (32 - ALPHA)).max(initial=0) == 0
    return (pixels >> ALPHA).astype(np.uint8) if black else None


def _pixels(rows: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return (n, width), each pixel with its alpha in the highest byte."""
    return rows[:, 1:].copy().view("<u4")


def _stored(size: int) -> bytes:
    """Return the header of a stored block: that it isn't the last, its size, and all bits of it."""
    return b"\0" + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little")
