"""PNG files: Pillow's reader, with a quicker way to unpack the pixels."""

from PIL.PngImagePlugin import PngImageFile
from zlib_ng import zlib_ng

BLOCK = 0xFFFF  # bytes of a stored block, at most (RFC 1951, 3.2.4)
PIECE = 8 * BLOCK  # bytes that are unpacked at once: all of a canvas, and of no picture too much
STORED_STREAM = b"\x78\x01"  # begins it (RFC 1950, 2.2)


class PngFile(PngImageFile):
    """A PNG file as Pillow reads it, whose pixels zlib-ng unpacks.

    Pillow asks zlib for a row at a time, which keeps it from the quick one of its loops: that takes
    half the time of a canvas's decoding, and more of a large one's. So Pillow is given the pixels
    unpacked, as a stream of stored blocks, for which zlib has nothing to do but to copy.
    """

    def load_prepare(self) -> None:
        """Prepare to read the pixels."""
        super().load_prepare()
        self._packed = zlib_ng.decompressobj()
        self._begin = STORED_STREAM

    def load_read(self, read_bytes: int) -> bytes:
        """Return what is next of the pixels, out of at most `read_bytes` of the file.

        It is empty at the end. Raises zlib_ng.error where the file is broken.
        """
        while True:
            packed = self._packed.unconsumed_tail or super().load_read(read_bytes)
            pixels = memoryview(self._packed.decompress(packed, PIECE))
            if pixels or not packed:
                break
        parts: list[bytes | memoryview] = [self._begin] if pixels else []
        self._begin = b""
        for start in range(0, len(pixels), BLOCK):
            block = pixels[start : start + BLOCK]
            parts += _stored(len(block)), block
        return b"".join(parts)


def _stored(size: int) -> bytes:
    """Return the header of a stored block: that it isn't the last, its size, and all bits of it."""
    return b"\0" + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little")
