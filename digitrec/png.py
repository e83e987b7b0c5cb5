"""PNG files: Pillow's reader, with a quicker way to unpack the pixels."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngImageFile
from zlib_ng import zlib_ng

from digitrec.grey import greys_of

BLOCK = 0xFFFF  # bytes of a stored block, at most (RFC 1951, 3.2.4)
PIECE = 8 * BLOCK  # bytes that are unpacked at once
AHEAD = 80 * BLOCK  # bytes of a picture that is unpacked as a whole: 1140 x 1140 px with alpha
STORED_STREAM = b"\x78\x01"  # begins it (RFC 1950, 2.2)

# What each of the five filters of a row (PNG specification, 9.2) leaves of an alpha of 255: for the
# first pixel, and for all others. Above the topmost row there is nothing to tell it by.
ALPHA = np.uint32(24)  # bits: alpha is the highest byte of a pixel
OPAQUE = np.array([(255, 255), (255, 0), (0, 0), (128, 0), (0, 0)], np.uint32) << ALPHA
OPAQUE_TOP = np.array([(255, 255), (255, 0), (255, 255), (255, 128), (255, 0)], np.uint32) << ALPHA


class PngFile(PngImageFile):
    """A PNG file as Pillow reads it, whose pixels zlib-ng unpacks.

    Pillow asks zlib for a row at a time, which keeps it from the quick one of its loops: that takes
    half the time of a canvas's decoding, and more of a large one's. So Pillow is given the pixels
    unpacked, as a stream of stored blocks, for which zlib has nothing to do but to copy.

    Of an opaque grey picture with four channels, as a canvas is, it is given one, in mode "L".
    """

    def load_prepare(self) -> None:
        """Prepare to read the pixels."""
        super().load_prepare()
        self._packed = zlib_ng.decompressobj()
        self._begin = STORED_STREAM
        self._ahead = b""  # unpacked, and not yet handed over
        width, height = self.size
        size = height * (1 + 4 * width)
        still = not (self.info.get("interlace") or self.is_animated)
        if still and self.tile[0].args == "RGBA" and size <= AHEAD:
            self._unpack_ahead(size)

    def load_seek(self, pos: int) -> None:
        """Stay: the file is where its pixels begin, or behind those that were unpacked ahead."""

    def load_read(self, read_bytes: int) -> bytes:
        """Return what is next of the pixels, out of at most `read_bytes` of the file.

        It is empty at the end. Raises zlib_ng.error where the file is broken.
        """
        pixels = memoryview(self._ahead or self._unpack(read_bytes, PIECE))
        parts: list[bytes | memoryview] = [self._begin] if pixels else []
        self._ahead = self._begin = b""
        for start in range(0, len(pixels), BLOCK):
            block = pixels[start : start + BLOCK]
            parts += _stored(len(block)), block
        return b"".join(parts)

    def _unpack(self, read_bytes: int, most: int) -> bytes:
        """Return at most so many bytes, none at the end, out of at most `read_bytes` at a time."""
        while True:
            packed = self._packed.unconsumed_tail or super().load_read(read_bytes)
            pixels = self._packed.decompress(packed, most)
            if pixels or not packed:
                return pixels

    def _unpack_ahead(self, size: int) -> None:
        """Unpack all pixels, and make the picture a grey one if it is."""
        parts = []
        while size > 0 and (part := self._unpack(self.decodermaxblock, size)):
            parts.append(part)
            size -= len(part)
        self._ahead = b"".join(parts)
        if size > 0:  # cut off, which Pillow finds out
            return
        rows = _one_channel(np.frombuffer(self._ahead, np.uint8).reshape(self.height, -1))
        if rows is not None:
            self._ahead = rows.tobytes()
            self._mode = "L"
            self.im = Image.new(self.mode, self.size).im
            self.tile = [self.tile[0]._replace(args=self.mode)]


def _one_channel(rows: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """Return the rows of an opaque grey picture with one channel, None if it isn't such.

    A filter does with each channel the same. So as long as it is not undone, three channels are the
    same where the picture is grey, and it can be left to undo it for one of them.

    Parameters
    ----------
    rows
        (height, 1 + 4 * width): each the number of its filter, then the filtered pixels.

    Returns
    -------
    (height, 1 + width), filtered as before.
    """
    filters = rows[:, 0]
    if filters.max() >= len(OPAQUE):  # broken, which Pillow finds out
        return None
    alpha = OPAQUE[filters]
    alpha[0] = OPAQUE_TOP[filters[0]]
    pixels = rows[:, 1:].copy().view("<u4")
    pixels[:, 0] += alpha[:, 1] - alpha[:, 0]
    greys = greys_of(pixels, alpha[:, 1:])
    return None if greys is None else np.concatenate((filters[:, None], greys), axis=1)


def _stored(size: int) -> bytes:
    """Return the header of a stored block: that it isn't the last, its size, and all bits of it."""
    return b"\0" + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little")
