"""PNG files: Pillow's reader, with a quicker way to unpack the pixels."""

from typing import Any

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngImageFile
from zlib_ng import zlib_ng

from digitrec.decode import channels
from digitrec.decode.channels import Channels

BLOCK = 0xFFFF  # bytes of a stored block, at most (RFC 1951, 3.2.4)
PIECE = 8 * BLOCK  # bytes that are unpacked at once: all of a canvas
STORED_STREAM = b"\x78\x01"  # header of a zlib stream (RFC 1950, 2.2)
NOTHING = memoryview(b"")


class _HasMore(Exception):
    """The chosen channels showed the first rows, but do not show the whole picture."""


class PngFile(PngImageFile):
    """A PNG file that Pillow reads, with its pixels decompressed by zlib-ng.

    Pillow asks zlib for one row at a time, which keeps zlib out of its fast loop: that takes half
    of the time to decode a canvas, and more for a large picture. So Pillow is given the pixels
    decompressed, as a stream of stored blocks, which zlib only copies.

    For a picture with four channels, such as a canvas, Pillow is given only those that show it.
    """

    _channels: Channels | None  # handed to Pillow; None if there aren't four to choose from
    _packed: "zlib_ng._Decompress"
    _begin: bytes  # header of the stream, until it is handed over
    _ahead: memoryview  # rows read to choose the channels, until handed over
    _rows: int  # rows still to come, if there are channels to choose from

    def load(self) -> Any:
        """Read the pixels with as few channels as show them; return Pillow's pixel access."""
        self._channels = None
        if (
            self.tile
            and self.tile[0].args == "RGBA"
            and self.tile[0].extents == (0, 0, *self.size)
            and not {"interlace", "transparency"} & self.info.keys()
            and not self.is_animated
        ):
            self._hand_over(channels.GREY)  # most are grey; load_prepare decides
        try:
            return super().load()
        except _HasMore:
            self._hand_over(channels.ALL)
            self._channels = None  # nothing is left to choose
        return super().load()

    def load_prepare(self) -> None:
        """Prepare to read the pixels from the start."""
        super().load_prepare()
        self._packed = zlib_ng.decompressobj()
        self._begin, self._ahead = STORED_STREAM, NOTHING
        self._rows = self.height
        if self._channels:
            chosen, rows = channels.chosen(self._next_rows(self.decodermaxblock))
            self._hand_over(chosen)
            self._ahead = rows.ravel().data

    def load_seek(self, pos: int) -> None:
        """Seek to the pixels, unless the first of them have been read already."""
        if self.fp is not None and not self._ahead:
            self.fp.seek(pos)

    def load_read(self, read_bytes: int) -> bytes:
        """Return the next pixels, reading at most `read_bytes` of the file at a time.

        The result is empty at the end. Raises zlib_ng.error if the file is broken.
        """
        if self._ahead:
            pixels, self._ahead = self._ahead, NOTHING
        elif self._channels:
            rows = self._channels.of(self._next_rows(read_bytes), top=False)
            if rows is None:
                raise _HasMore
            pixels = rows.ravel().data
        else:
            pixels = memoryview(self._unpacked(read_bytes))
        if self._channels and self._rows == 0:
            self._unpacked(read_bytes)  # on to the checksum at the end
        parts: list[bytes | memoryview] = [self._begin] if pixels else []
        self._begin = b""
        for start in range(0, len(pixels), BLOCK):
            block = pixels[start : start + BLOCK]
            parts += _stored(len(block)), block
        return b"".join(parts)

    def _hand_over(self, chosen: Channels) -> None:
        """Make Pillow read these channels."""
        self._channels = chosen
        self.tile = [self.tile[0]._replace(args=chosen.raw_mode)]
        if chosen.mode != self.mode:
            self._mode = chosen.mode
            self.im = Image.new(self.mode, self.size).im

    def _unpacked(self, read_bytes: int, most: int = PIECE) -> bytes:
        while True:
            packed = self._packed.unconsumed_tail or super().load_read(read_bytes)
            pixels = self._packed.decompress(packed, most)
            if pixels or not packed:
                return pixels

    def _next_rows(self, read_bytes: int) -> channels.Rows:
        """Return the next whole rows, none at the end or where the file is cut off."""
        row = 1 + 4 * self.width
        missing = min(self._rows, PIECE // row) * row
        parts = []
        while missing > 0 and (part := self._unpacked(read_bytes, missing)):
            parts.append(part)
            missing -= len(part)
        unpacked = b"".join(parts)
        rows = np.frombuffer(unpacked, np.uint8, len(unpacked) // row * row).reshape(-1, row)
        self._rows -= len(rows)
        return rows


def _stored(size: int) -> bytes:
    """Return the header of a stored block: not the last, its size, and the size's complement."""
    return b"\0" + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little")
