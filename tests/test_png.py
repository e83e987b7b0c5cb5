"""png.py: what zlib-ng unpacks is what Pillow would have read, wherever the file is cut."""

import io
import itertools
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageChops

from digitrec import decode
from digitrec.decode import container, png
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
    read = png.PngFile(io.BytesIO(container.stripped(file, "PNG")))
    read.load()
    return read


def same(file: bytes) -> bool:
    """Say whether a file is read as Pillow itself reads it, or by the channels that show it."""
    ours, theirs = read(file), Image.open(io.BytesIO(file))
    assert ours.size == theirs.size
    if ours.mode == theirs.mode:
        return ours.tobytes() == theirs.tobytes()
    shown = [ours.convert(theirs.mode)]
    if theirs.mode == "RGBA":
        black = Image.new("L", ours.size)
        shown.append(Image.merge("RGBA", (black, black, black, ours)))
    return theirs.tobytes() in [picture.tobytes() for picture in shown]


def grey_png(*parts: bytes) -> bytes:
    """Return a grey PNG of `SIZE`, its packed pixels in parts."""
    chunks = (pictures.chunk(b"IDAT", part) for part in parts)
    return pictures.png(pictures.header(*SIZE), *chunks)


def rows(count: int) -> bytes:
    """Return so many rows of `SIZE` as a PNG has them unpacked: the filter, then the pixels."""
    return b"".join(b"\0" + bytes(range(row, row + SIZE[0])) for row in range(count))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pixels_are_those_that_pillow_reads(mode: str) -> None:
    drawn = FIVE.convert("I").convert(mode) if mode == "I;16" else FIVE.convert(mode)
    for options in ({}, {"compress_level": 0}, {"optimize": True}):
        assert same(encode(drawn, **options)), options


@pytest.mark.parametrize("colours", [0, 2, 3, 4, 6])
def test_interlaced_pixels_are_those_that_pillow_reads(colours: int) -> None:
    palette = pictures.chunk(b"PLTE", bytes(range(256)) * 3) if colours == 3 else b""
    assert same(pictures.blank_png(123, 45, 8, colours, 1, palette))


@pytest.mark.parametrize("draw", [noise, blank])
def test_pixels_may_end_where_a_block_or_a_piece_does(draw: Any) -> None:
    assert png.BLOCK % 255 == 0  # so rows of 254 px and their filter can end with a block
    for most, extra in itertools.product((png.BLOCK, png.PIECE, 2 * png.PIECE), (-1, 0, 1)):
        rows = most // 255
        assert same(encode(draw(254 + extra, rows, "L"))), (most, extra)
        assert same(encode(draw(254, rows + extra, "L"))), (most, extra)


def grey_pixels(height: int, width: int) -> NDArray[np.uint8]:
    grey = np.random.default_rng(0).integers(256, size=(height, width, 1), dtype=np.uint8)
    return np.concatenate((grey, grey, grey, np.full_like(grey, 255)), axis=2)


def opaque_pixels(height: int, width: int) -> NDArray[np.uint8]:
    return grey_pixels(height, width)[..., :3]


def black_pixels(height: int, width: int) -> NDArray[np.uint8]:
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[..., 3] = np.random.default_rng(0).integers(255, size=(height, width))
    return pixels


def coloured_pixels(height: int, width: int) -> NDArray[np.uint8]:
    pixels = np.random.default_rng(0).integers(255, size=(height, width, 4), dtype=np.uint8)
    pixels[..., 3] = 255
    pixels[0, 0] = (1, 2, 3, 255)
    return pixels


FILTERS = list(itertools.product(range(5), range(5)))


@pytest.mark.parametrize("draw", [grey_pixels, opaque_pixels])
def test_a_grey_picture_with_several_channels_is_read_with_one(draw: Any) -> None:
    for filters in FILTERS:
        file = pictures.filtered(draw(2, 7), filters)
        assert read(file).mode == "L", filters
        assert same(file), filters


def test_a_black_picture_is_read_by_its_transparency() -> None:
    pixels = black_pixels(2, 7)
    for filters in FILTERS:
        shown = read(pictures.filtered(pixels, filters))
        assert (shown.mode, shown.tobytes()) == ("L", pixels[..., 3].tobytes()), filters


def test_a_canvas_is_the_same_drawn_on_white_and_on_nothing() -> None:
    on_nothing = Image.new("RGBA", FIVE.size)
    on_nothing.putalpha(ImageChops.invert(FIVE.convert("L")))
    shown = read(encode(on_nothing))
    assert shown.mode == "L"
    assert ImageChops.invert(shown) == FIVE.convert("L")


# What is drawn, and the channel in which one pixel differs.
DIFFERENT: list[tuple[Any, int]] = [
    *((grey_pixels, channel) for channel in range(4)),
    *((opaque_pixels, channel) for channel in range(3)),
    *((black_pixels, channel) for channel in range(3)),
]


def test_one_pixel_that_is_different_is_not_lost() -> None:
    lost = []
    places = [(0, 0), (0, 3), (1, 0), (1, 6)]
    for case in itertools.product(DIFFERENT, FILTERS, places, (1, 128)):
        (draw, channel), filters, place, bit = case
        pixels = draw(2, 7)
        pixels[place][channel] ^= bit
        file = pictures.filtered(pixels, filters)
        if read(file).mode == "L" or not same(file):
            lost.append(case)
    assert lost == []


@given(
    size=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    pixel=st.sampled_from([(0, 8, 1), (2, 8, 3), (4, 8, 2), (6, 8, 4), (2, 16, 6), (6, 16, 8)]),
    filtered=st.binary(min_size=9, max_size=400),
    part=st.integers(1, 50),
)
def test_whatever_a_row_holds_is_read_as_pillow_reads_it(
    size: tuple[int, int], pixel: tuple[int, int, int], filtered: bytes, part: int
) -> None:
    (width, height), (colours, depth, pixel_bytes) = size, pixel
    row = width * pixel_bytes
    content = itertools.cycle(filtered)
    unpacked = b"".join(
        bytes([next(content) % 5, *itertools.islice(content, row)]) for _ in range(height)
    )
    header = pictures.header(width, height, depth, colours)
    assert same(pictures.png(header, *pictures.in_parts(zlib.compress(unpacked), part)))


@pytest.mark.parametrize(
    ("draw", "mode"),
    [(grey_pixels, "L"), (opaque_pixels, "L"), (black_pixels, "L"), (coloured_pixels, "RGBA")],
)
def test_a_picture_of_any_size_is_read_with_the_channels_that_show_it(draw: Any, mode: str) -> None:
    for width, height in itertools.product((1, 2, 1000), (1, 300, 1000)):
        filters = np.random.default_rng(1).integers(5, size=height).tolist()
        file = pictures.filtered(draw(height, width), filters)
        assert read(file).mode == mode, (width, height)
        assert same(file), (width, height)


@pytest.mark.parametrize(
    ("draw", "channel"),
    [(grey_pixels, 1), (grey_pixels, 3), (opaque_pixels, 2), (black_pixels, 1)],
)
def test_what_shows_late_is_not_lost(draw: Any, channel: int) -> None:
    assert 600 * 1009 > png.PIECE > 519 * 1009  # of which 1009 is a row
    places = [(0, 0), (519, 0), (520, 3), (599, 251)]
    for place, part in itertools.product(places, (100, 1_000_000)):
        pixels = draw(600, 252)
        pixels[place][channel] ^= 1
        file = pictures.filtered(pixels, [2] * 600, part)
        assert read(file).mode != "L", (place, part)
        assert same(file), (place, part)


@pytest.mark.parametrize("default_image", [False, True])
def test_of_an_animated_picture_the_first_is_read(default_image: bool) -> None:
    frames = [picture(digit).convert("RGBA") for digit in (3, 4)]
    file = encode(
        FIVE.convert("RGBA"), save_all=True, append_images=frames, default_image=default_image
    )
    assert read(file).convert("RGB").tobytes() == FIVE.tobytes()


def test_a_transparent_colour_of_another_header_is_passed_over() -> None:
    file = pictures.filtered(grey_pixels(28, 28), [0] * 28)
    pixels = file[file.index(b"IDAT") - 4 : file.index(b"IEND") - 4]
    clear = pictures.chunk(b"tRNS", bytes(6))
    assert same(
        pictures.png(pictures.header(*SIZE, 8, 2), clear, pictures.header(*SIZE, 8, 6), pixels)
    )


@pytest.mark.parametrize("interlaced", [0, 1])
def test_an_unknown_filter_is_refused(interlaced: int) -> None:
    packed = zlib.compress(b"\5" + bytes(4))
    header = pictures.header(1, 1, 8, 6, interlaced)
    with pytest.raises(InvalidImage, match="broken or cut off"):
        decode.decode(pictures.png(header, pictures.chunk(b"IDAT", packed)))


def test_a_picture_of_many_pieces_is_read() -> None:
    file = encode(noise(1000, 1000))
    assert len(file) > 7 * png.PIECE
    assert same(file)


@pytest.mark.parametrize("size", [1, 2, 7, 100])
def test_packed_pixels_may_be_in_many_parts(size: int) -> None:
    packed = zlib.compress(rows(SIZE[1]))
    empty = pictures.chunk(b"IDAT", b"")
    file = pictures.png(pictures.header(*SIZE), *pictures.in_parts(packed, size), empty)
    assert same(file)
    assert decode.decode(file).picture.getpixel((3, 5)) == 8


def test_pixels_that_end_too_early_are_refused_wherever_they_do() -> None:
    packed = zlib.compress(rows(SIZE[1]))
    whole = grey_png(packed)
    end = whole.index(b"IDAT") + 4
    for at in range(len(packed) - len(zlib.compress(b"")) + 2):
        for cut in (grey_png(packed[:at]), whole[: end + at]):
            with pytest.raises(InvalidImage, match="broken or cut off"):
                decode.decode(cut)


@pytest.mark.parametrize("draw", [grey_pixels, opaque_pixels, black_pixels, coloured_pixels])
def test_a_canvas_that_ends_too_early_is_refused_wherever_it_does(draw: Any) -> None:
    file = pictures.filtered(draw(28, 28), [2] * 28)
    end = file.index(b"IEND") - 8 - len(zlib.compress(b"")) + 2
    for at in range(file.index(b"IDAT"), end):
        with pytest.raises(InvalidImage, match="broken or cut off"):
            decode.decode(file[:at])


@pytest.mark.parametrize("draw", [grey_pixels, black_pixels])
def test_a_canvas_whose_checksum_is_wrong_is_refused(draw: Any) -> None:
    whole = pictures.filtered(draw(28, 28), [2] * 28)
    packed = whole[whole.index(b"IDAT") + 4 : whole.index(b"IEND") - 8]
    header = pictures.header(*SIZE, 8, 6)
    for more in (0, 1, 1000):
        other = bytearray(zlib.compress(zlib.decompress(packed) + bytes(more)))
        assert same(pictures.png(header, pictures.chunk(b"IDAT", bytes(other))))
        other[-1] ^= 1
        with pytest.raises(InvalidImage, match="broken or cut off"):
            decode.decode(pictures.png(header, pictures.chunk(b"IDAT", bytes(other))))


@pytest.mark.parametrize("count", [0, 1, SIZE[1] - 1])
def test_pixels_that_are_too_few_are_refused_though_their_stream_is_whole(count: int) -> None:
    """Pillow alone would take the rest for black."""
    for rest in ((), (b"",), (b"more", b"and more")):
        with pytest.raises(InvalidImage, match="broken or cut off"):
            decode.decode(grey_png(zlib.compress(rows(count)), *rest))


def test_pixels_that_are_too_many_are_left_unread() -> None:
    assert same(grey_png(zlib.compress(rows(100) * 1000)))


@pytest.mark.parametrize("at", [0, 1, 5, -1])
def test_broken_pixels_are_refused(at: int) -> None:
    packed = bytearray(zlib.compress(rows(SIZE[1])))
    packed[at] ^= 0xFF
    with pytest.raises(InvalidImage, match="broken or cut off"):
        decode.decode(grey_png(bytes(packed)))
