"""png.py: what zlib-ng unpacks is what Pillow would have read, wherever the file is cut."""

import io
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image

from digitrec import image, png
from digitrec.errors import InvalidImage
from tests.hostile import pictures
from tests.strokes import encode, picture

FIVE = picture(5)
SIZE = (28, 28)


def noise(width: int, height: int, mode: str = "RGBA") -> Image.Image:
    """Return a picture that can't be packed: its file is as large as its pixels."""
    pixels = np.random.default_rng(0).integers(256, size=(height, width, 4), dtype=np.uint8)
    return Image.fromarray(pixels).convert(mode)


def blank(width: int, height: int, mode: str) -> Image.Image:
    return Image.new(mode, (width, height))


def read(file: bytes) -> Image.Image:
    read = png.PngFile(io.BytesIO(file))
    read.load()
    return read


def same(file: bytes) -> bool:
    """Say whether a file is read as Pillow itself reads it."""
    ours, theirs = read(file), Image.open(io.BytesIO(file))
    return (ours.mode, ours.size) == (theirs.mode, theirs.size) and (
        ours.tobytes() == theirs.tobytes()
    )


def grey_png(*parts: bytes) -> bytes:
    """Return a grey PNG of `SIZE`, its packed pixels in parts."""
    chunks = (pictures.chunk(b"IDAT", part) for part in parts)
    return pictures.png(pictures.header(*SIZE), *chunks)


def rows(count: int) -> bytes:
    """Return so many rows of `SIZE` as a PNG has them unpacked: the filter, then the pixels."""
    return b"".join(b"\0" + bytes(range(row, row + SIZE[0])) for row in range(count))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
@pytest.mark.parametrize("options", [{}, {"compress_level": 0}, {"optimize": True}])
def test_pixels_are_those_that_pillow_reads(mode: str, options: dict[str, Any]) -> None:
    drawn = FIVE.convert("I").convert(mode) if mode == "I;16" else FIVE.convert(mode)
    assert same(encode(drawn, **options))


@pytest.mark.parametrize("colours", [0, 2, 3, 4, 6])
def test_interlaced_pixels_are_those_that_pillow_reads(colours: int) -> None:
    palette = pictures.chunk(b"PLTE", bytes(range(256)) * 3) if colours == 3 else b""
    assert same(pictures.blank_png(123, 45, 8, colours, 1, palette))


@pytest.mark.parametrize("extra", [-1, 0, 1])
@pytest.mark.parametrize("most", [png.BLOCK, png.PIECE, 2 * png.PIECE])
@pytest.mark.parametrize("draw", [noise, blank])
def test_pixels_may_end_where_a_block_or_a_piece_does(extra: int, most: int, draw: Any) -> None:
    assert png.BLOCK % 255 == 0  # so rows of 254 px and their filter can end with a block
    rows = most // 255
    assert same(encode(draw(254 + extra, rows, "L")))
    assert same(encode(draw(254, rows + extra, "L")))


def test_a_picture_of_many_pieces_is_read() -> None:
    file = encode(noise(1000, 1000))
    assert len(file) > 7 * png.PIECE
    assert same(file)


@pytest.mark.parametrize("size", [1, 2, 7, 100])
def test_packed_pixels_may_be_in_many_parts(size: int) -> None:
    packed = zlib.compress(rows(SIZE[1]))
    file = grey_png(*(packed[at : at + size] for at in range(0, len(packed), size)), b"")
    assert same(file)
    assert image.decode(file).getpixel((3, 5)) == 8


def test_pixels_that_end_too_early_are_refused_wherever_they_do() -> None:
    packed = zlib.compress(rows(SIZE[1]))
    whole = grey_png(packed)
    end = whole.index(b"IDAT") + 4
    for at in range(len(packed) - len(zlib.compress(b"")) + 2):
        for cut in (grey_png(packed[:at]), whole[: end + at]):
            with pytest.raises(InvalidImage, match="broken or cut off"):
                image.decode(cut)


@pytest.mark.parametrize("count", [0, 1, SIZE[1] - 1])
def test_pixels_that_are_too_few_are_refused_though_their_stream_is_whole(count: int) -> None:
    """Pillow alone would take the rest for black."""
    for rest in ((), (b"",), (b"more", b"and more")):
        with pytest.raises(InvalidImage, match="broken or cut off"):
            image.decode(grey_png(zlib.compress(rows(count)), *rest))


def test_pixels_that_are_too_many_are_left_unread() -> None:
    assert same(grey_png(zlib.compress(rows(100) * 1000)))


@pytest.mark.parametrize("at", [0, 1, 5, -1])
def test_broken_pixels_are_refused(at: int) -> None:
    packed = bytearray(zlib.compress(rows(SIZE[1])))
    packed[at] ^= 0xFF
    with pytest.raises(InvalidImage, match="broken or cut off"):
        image.decode(grey_png(bytes(packed)))
