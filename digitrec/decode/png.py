"""PNG files: Pillow's reader, with a quicker way to unpack the pixels."""

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngImageFile
from zlib_ng import zlib_ng

from digitrec.decode.channels import one_channel

BLOCK = 0xFFFF  # bytes of a stored block, at most (RFC 1951, 3.2.4)
PIECE = 8 * BLOCK  # bytes that are unpacked at once: all of a canvas
STORED_STREAM = b"\x78\x01"  # header of a zlib stream (RFC 1950, 2.2)


class PngFile(PngImageFile):
    """A PNG file that Pillow reads, with its pixels decompressed by zlib-ng.

    Pillow asks zlib for one row at a time, which keeps zlib out of its fast loop. So Pillow is
    given the pixels decompressed, as a stream of stored blocks, which zlib only copies. If one of
    the channels shows the picture, as of most canvases, Pillow is given that one alone.
    """

    _packed: "zlib_ng._Decompress"
    _begin: bytes  # header of the stream, until it is handed over
    _ahead: list[bytes]  # pixels that were read to choose the channels, until handed over

    def load_prepare(self) -> None:
        """Prepare to read the pixels from the start."""
        self._ahead = []
        mode = self.mode
        several = mode in ("RGB", "RGBA") and self.tile[0].args == mode  # not 16 bits each
        several &= not {"interlace", "transparency"} & self.info.keys()
        if several:
            self._mode = "L"  # as most canvases; memory for it is taken next
        self._start()
        if several and not self._read_one_channel(len(mode)):
            self._mode = mode
            self.im = Image.new(self.mode, self.size).im

    def _start(self) -> None:
        super().load_prepare()
        self._packed = zlib_ng.decompressobj()
        self._begin = STORED_STREAM

    def load_seek(self, pos: int) -> None:
        """Seek to the pixels, unless the first of them have been read already."""
        if self.fp is not None and not self._ahead:
            self.fp.seek(pos)

    def load_read(self, read_bytes: int) -> bytes:
        """Return the next pixels, reading at most `read_bytes` of the file at a time.

        The result is empty at the end. Raises zlib_ng.error if the file is broken.
        """
        pixels = memoryview(self._ahead.pop(0) if self._ahead else self._unpacked(read_bytes))
        parts: list[bytes | memoryview] = [self._begin] if pixels else []
        self._begin = b""
        for start in range(0, len(pixels), BLOCK):
            block = pixels[start : start + BLOCK]
            parts += _stored(len(block)), block
        return b"".join(parts)

    def _read_one_channel(self, channels: int) -> bool:
        """Read all pixels ahead, and return whether one channel shows the picture.

        If not, only the first pixels have been read ahead, or none.
        """
        row = 1 + channels * self.width
        step = max(1, PIECE // row)
        is_opaque = False
        for top in range(0, self.height, step):
            size = min(step, self.height - top) * row
            piece = self._unpacked_whole(size)
            rows = np.frombuffer(piece, np.uint8, len(piece) // row * row).reshape(-1, row)
            if top == 0:
                is_opaque = piece[4:5] == b"\xff"  # no filter changes the first pixel
            channel = one_channel(rows, channels, is_opaque=is_opaque, is_top=top == 0)
            if channel is None or len(piece) < size:
                self._ahead = [piece] if top == 0 else []
                if top > 0:
                    self._start()
                return False
            self._ahead.append(channel.tobytes())
        self._unpacked(self.decodermaxblock)  # on to the checksum at the end
        self.tile = [self.tile[0]._replace(args="L")]
        return True

    def _unpacked_whole(self, size: int) -> bytes:
        """Return the next `size` bytes of pixels, fewer where the file is cut off."""
        parts = []
        while size > 0 and (part := self._unpacked(self.decodermaxblock, size)):
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _unpacked(self, read_bytes: int, most: int = PIECE) -> bytes:
        while True:
            packed = self._packed.unconsumed_tail or super().load_read(read_bytes)
            pixels = self._packed.decompress(packed, most)
            if pixels or not packed:
                return pixels


def _stored(size: int) -> bytes:
    """Return the header of a stored block: not the last, its size, and the size's complement."""
    return b"\0" + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little")
