"""decode/: every way of encoding a picture ends in the same pixels; the rest is refused."""

import itertools
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageChops
from PIL.PngImagePlugin import PngInfo

from digitrec import decode
from digitrec.errors import InvalidImage, TooLarge, UnsupportedType
from tests.server import ROOT
from tests.strokes import encode, picture

FIVE = picture(5)


def decoded(file: bytes) -> Image.Image:
    """Return the picture that a file is decoded to."""
    return decode.decode(file).picture


def difference(one: Image.Image, other: Image.Image) -> float:
    """Return the mean difference of two pictures as grey, 0..255."""
    return float(np.asarray(ImageChops.difference(one.convert("L"), other.convert("L"))).mean())


@pytest.mark.parametrize(
    ("format", "options"),
    [
        ("PNG", {}),
        ("PNG", {"interlace": True}),
        ("JPEG", {"quality": 90}),
        ("JPEG", {"quality": 90, "progressive": True}),
        ("WEBP", {"quality": 90}),
        ("WEBP", {"lossless": True}),
    ],
)
def test_a_supported_format_is_decoded_to_the_pixels_that_were_encoded(
    format: str, options: dict[str, Any]
) -> None:
    assert difference(decoded(encode(FIVE, format, **options)), FIVE) < 2


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_a_png_mode_is_decoded_to_one_of_two_modes(mode: str) -> None:
    shown = decoded(encode(FIVE.convert(mode)))
    assert shown.mode in {"L", "RGB"}
    assert difference(shown, FIVE) < 2


def test_a_cmyk_jpeg_is_decoded_to_its_colours() -> None:
    shown = decoded(encode(picture(5, ink="red").convert("CMYK"), "JPEG", quality=95))
    assert shown.mode == "RGB"
    assert difference(shown, picture(5, ink="red")) < 3


@pytest.mark.parametrize("top", [1023, 4095, 65535])
def test_a_16_bit_picture_is_stretched_over_8_bits_whatever_depth_it_uses(top: int) -> None:
    depth = np.asarray(FIVE.convert("L"), np.uint16) // 255 * top
    assert difference(decoded(encode(Image.fromarray(depth.astype(np.uint16)))), FIVE) < 1


def test_a_16_bit_picture_without_black_is_stretched_down_to_it() -> None:
    depth = np.array([[1000, 1250], [1500, 2000]], np.uint16)
    shown = decoded(encode(Image.fromarray(depth)))
    assert np.asarray(shown).tolist() == [[0, 63], [127, 255]]


def test_a_16_bit_picture_of_two_values_side_by_side_is_black_and_white() -> None:
    shown = decoded(encode(Image.fromarray(np.array([[700, 701]], np.uint16))))
    assert np.asarray(shown).tolist() == [[0, 255]]


def test_a_16_bit_picture_of_one_value_is_black() -> None:
    with np.errstate(all="raise"):  # there is nothing to divide by
        shown = decoded(encode(Image.fromarray(np.full((9, 9), 700, np.uint16))))
    assert shown.getextrema() == (0, 0)


def test_a_large_16_bit_picture_is_reduced_by_its_mean() -> None:
    depth = np.full((2, 2 * decode.BOUND), 1000, np.uint16)
    depth[:, ::2] = 2000  # the mean of each square is 1500
    depth[:, :2] = 500
    shown = decoded(encode(Image.fromarray(depth)))
    assert shown.size == (decode.BOUND, 1)
    assert np.unique(np.asarray(shown)).tolist() == [0, 255]


def test_what_is_drawn_on_a_transparent_colour_of_the_palette_is_its_shape() -> None:
    palette = FIVE.convert("P")
    shown = decoded(encode(palette, transparency=palette.getpixel((0, 0))))
    assert shown.mode == "L"
    assert difference(ImageChops.invert(shown), FIVE) < 2


@pytest.mark.parametrize("format", ["PNG", "WEBP"])
@pytest.mark.parametrize("side", [decode.BOUND, 3 * decode.BOUND])
def test_a_large_transparent_picture_shows_what_a_small_one_does(format: str, side: int) -> None:
    drawing = picture(5, size=(side, side), box=(0, 0, side, side), width=side // 9, mode="RGBA")
    drawing.putalpha(ImageChops.invert(drawing.convert("L")))
    shown = decoded(encode(drawing, format, lossless=True))
    shape = drawing.getchannel("A").reduce(side // decode.BOUND)
    assert (shown.mode, shown.size) == ("L", shape.size)
    assert difference(shown, shape) < 1


def test_a_picture_turned_by_exif_comes_out_upright(subtests: pytest.Subtests) -> None:
    for form, orientation in itertools.product(["JPEG", "PNG", "WEBP"], sorted(decode.TURNS)):
        with subtests.test(format=form, orientation=orientation):
            exif = Image.Exif()
            exif[ExifTags.Base.Orientation] = orientation
            undo = {6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
            lying = FIVE.transpose(undo.get(orientation, decode.TURNS[orientation]))
            shown = decoded(encode(lying, form, exif=exif))
            assert difference(shown, FIVE) < 2


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_camera_s_long_notes_do_not_hide_how_it_was_held(format: str) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[0x010F] = "the maker of the camera"
    exif.get_ifd(0x8769)[0x927C] = bytes(range(256)) * 200  # the maker's own notes
    assert len(exif.tobytes()) > 6 * decode.MAX_EXIF
    lying = FIVE.transpose(Image.Transpose.ROTATE_90)
    assert difference(decoded(encode(lying, format, exif=exif)), FIVE) < 2


def test_exif_that_is_no_exif_is_passed_over(subtests: pytest.Subtests) -> None:
    for exif, form in itertools.product(
        [b"junk", b"Exif\0\0junkjunk", b"Exif\0\0II*\0"], ["JPEG", "PNG", "WEBP"]
    ):
        with subtests.test(exif=exif, format=form):
            assert difference(decoded(encode(FIVE, form, exif=exif)), FIVE) < 2


def test_long_exif_in_a_png_s_text_says_how_the_camera_was_held() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Software] = "x" * decode.MAX_EXIF
    text = exif.tobytes().hex()
    lines = "\n".join(text[at : at + 72] for at in range(0, len(text), 72))
    info = PngInfo()
    info.add_text("Raw profile type exif", f"\nexif\n{len(text) // 2:8}\n{lines}\n", zip=True)
    lying = encode(FIVE.transpose(Image.Transpose.ROTATE_90), pnginfo=info)
    assert difference(decoded(lying), FIVE) < 2


def test_what_pillow_doubts_about_a_file_is_no_warning(tmp_path: Path) -> None:
    file = tmp_path / "five.png"
    file.write_bytes(encode(FIVE, "PNG", exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff"))
    with pytest.warns(UserWarning, match="EXIF"), Image.open(file) as opened:
        opened.getexif()
    # Shown, not raised: the wide catch around EXIF would hide an error.
    command = [sys.executable, "-W", "always", "-m", "digitrec", "read", str(file)]
    read = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    assert (read.stdout, read.stderr) == ("5\n", "")


def test_a_large_picture_is_reduced_to_the_bound_and_keeps_its_shape() -> None:
    large = picture(5, size=(2000, 1000), box=(700, 100, 1300, 900), width=90)
    for form in ("PNG", "JPEG", "WEBP"):
        width, height = decoded(encode(large, form)).size
        assert decode.BOUND / 2 < width <= decode.BOUND
        assert width == pytest.approx(2 * height, abs=1)


def test_of_an_animation_the_first_frame_is_read() -> None:
    for form in ("PNG", "WEBP"):
        animation = encode(FIVE, form, save_all=True, append_images=[picture(8)])
        assert difference(decoded(animation), FIVE) < 2


def test_a_phone_s_multi_picture_jpeg_is_read_as_its_first_picture() -> None:
    several = encode(FIVE, "MPO", save_all=True, append_images=[picture(8)])
    assert difference(decoded(several), FIVE) < 2


@pytest.mark.parametrize("format", ["GIF", "BMP", "TIFF", "ICO", "PPM"])
def test_another_format_is_refused(format: str) -> None:
    with pytest.raises(UnsupportedType, match="PNG, JPEG or WebP"):
        decoded(encode(FIVE, format))


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"\x89PNG", b"RIFF\0\0\0\0WAVE", b"RIFF\0\0\0\0webp"]
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(UnsupportedType):
        decoded(data)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
def test_a_picture_cut_off_is_refused(format: str) -> None:
    whole = encode(FIVE, format)
    for part in (0.1, 0.5, 0.9):
        with pytest.raises(InvalidImage, match="cut off"):
            decoded(whole[: max(12, int(len(whole) * part))])


def png_header(width: int, height: int) -> bytes:
    """Return a PNG file that announces a size and has almost no pixels."""

    def chunk(name: bytes, content: bytes) -> bytes:
        checksum = zlib.crc32(name + content)
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0"))


@pytest.mark.parametrize("size", [(1, 1_000_000), (1_000_000, 1), (5001, 5000), (10_001, 2)])
def test_too_many_pixels_are_refused_by_the_header_before_any_is_decoded(
    size: tuple[int, int],
) -> None:
    with pytest.raises(TooLarge, match=f"{size[0]} x {size[1]} px"):
        decoded(png_header(*size))


def test_running_out_of_memory_is_not_blamed_on_the_picture(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_memory(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(decode, "PngFile", no_memory)
    with pytest.raises(MemoryError):
        decoded(encode(FIVE))


def test_a_frame_is_encoded_as_the_grey_png_of_its_pixels() -> None:
    frame = np.linspace(0, 1, 784, dtype=np.float32).reshape(28, 28)
    shown = decoded(decode.encode(frame))
    assert (shown.mode, shown.size) == ("L", (28, 28))
    np.testing.assert_allclose(np.asarray(shown) / 255, frame, atol=0.5 / 255)


def test_every_way_to_hold_a_camera_is_known() -> None:
    assert sorted(decode.TURNS) == [2, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize(
    ("side", "reduced"), [(1024, 1024), (1025, 513), (2048, 1024), (2049, 683)]
)
def test_a_picture_is_reduced_as_soon_as_it_is_over_the_bound(side: int, reduced: int) -> None:
    assert decoded(encode(Image.new("L", (side, 8)))).width == reduced


def test_the_size_is_that_of_the_picture_as_it_was_sent_upright(subtests: pytest.Subtests) -> None:
    for form, orientation, sent in itertools.product(
        ["JPEG", "PNG", "WEBP"], [decode.UPRIGHT, *decode.TURNS], [(50, 30), (1501, 1000)]
    ):
        with subtests.test(format=form, orientation=orientation, sent=sent):
            exif = Image.Exif()
            exif[ExifTags.Base.Orientation] = orientation
            picture, size = decode.decode(encode(Image.new("RGB", sent), form, exif=exif))
            assert size == (sent if orientation < 5 else sent[::-1])
            assert (picture.width > picture.height) == (size[0] > size[1])
