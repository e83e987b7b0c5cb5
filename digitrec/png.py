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
    """The picture is not an opaque grey one."""


class PngFile(PngImageFile):
    """A PNG file as Pillow reads it, whose pixels zlib-ng unpacks.

    Pillow asks zlib for a row at a time, which keeps it from the quick one of its loops: that takes
    half the time of a canvas's decoding, and more of a large one's. So Pillow is given the pixels
    unpacked, as a stream of stored blocks, for which zlib has nothing to do but to copy.

    Of an opaque grey picture with four channels, as a canvas is, it is given one, in mode "L".
    """

    _narrow: bool  # whether one channel of four is handed over
    _packed: "zlib_ng._Decompress"
    _begin: bytes  # of the stream, until it was handed over
    _rows: int  # that are still to come, while it is narrow

    def load(self) -> Any:
        """Read the pixels, at first as grey ones if they may be, and return Pillow's access."""
        full = self.mode, self.tile
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
                self._narrow = False
                self._mode, self.tile = full
                self.im = Image.new(self.mode, self.size).im
        return super().load()

    def load_prepare(self) -> None:
        """Prepare to read the pixels from the first on."""
        super().load_prepare()
        self._packed = zlib_ng.decompressobj()
        self._begin = STORED_STREAM
        self._rows = self.height

    def load_read(self, read_bytes: int) -> bytes:
        """Return what is next of the pixels, out of at most `read_bytes` of the file at a time.

        It is empty at the end. Raises zlib_ng.error where the file is broken.
        """
        pixels = memoryview((self._narrowed if self._narrow else self._unpacked)(read_bytes))
        parts: list[bytes | memoryview] = [self._begin] if pixels else []
        self._begin = b""
        for start in range(0, len(pixels), BLOCK):
            block = pixels[start : start + BLOCK]
            parts += _stored(len(block)), block
        return b"".join(parts)

    def _unpacked(self, read_bytes: int, most: int = PIECE) -> bytes:
        while True:
            packed = self._packed.unconsumed_tail or super().load_read(read_bytes)
            pixels = self._packed.decompress(packed, most)
            if pixels or not packed:
                return pixels

    def _narrowed(self, read_bytes: int) -> bytes:
        """Return the next rows with one channel, none at the end. Raises _HasMore."""
        row = 1 + 4 * self.width
        missing = min(self._rows, max(1, PIECE // row)) * row
        parts = []
        while missing > 0 and (part := self._unpacked(read_bytes, missing)):
            parts.append(part)
            missing -= len(part)
        unpacked = b"".join(parts)
        rows = np.frombuffer(unpacked, np.uint8, len(unpacked) // row * row).reshape(-1, row)
        narrow = _one_channel(rows, top=self._rows == self.height)
        self._rows -= len(rows)
        return narrow.tobytes()


def _one_channel(rows: NDArray[np.uint8], *, top: bool) -> NDArray[np.uint8]:
    """Return rows of an opaque grey picture with one channel.

    A filter does with each channel the same. So as long as it is not undone, three channels are the
    same where the picture is grey, and it can be left to undo it for one of them.

    Parameters
    ----------
    rows
        (n, 1 + 4 * width): each the number of its filter, then the filtered pixels.
    top
        Whether the first of them is the picture's.

    Returns
    -------
    (n, 1 + width), filtered as before.

    Raises
    ------
    _HasMore
        A pixel has a colour or isn't opaque.
    """
    filters = rows[:, 0]
    alpha = OPAQUE.take(filters, axis=0, mode="clip")  # an unknown filter is Pillow's to refuse
    if top:
        alpha[:1] = OPAQUE_TOP.take(filters[:1], axis=0, mode="clip")
    pixels = rows[:, 1:].copy().view("<u4")
    pixels[:, 0] += alpha[:, 1] - alpha[:, 0]
    greys = greys_of(pixels, alpha[:, 1:])
    if greys is None:
        raise _HasMore
    return np.concatenate((filters[:, None], greys), axis=1)


def _stored(size: int) -> bytes:
    """Return the header of a stored block: that it isn't the last, its size, and all bits of it."""
    return b"\0" + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little")
