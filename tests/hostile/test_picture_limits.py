"""decode/: what it refuses, and where: at each limit, one more is too much.

That the limits hold what they are for is measured in test_pictures.py.
"""

import base64
import itertools
import json
import struct

import numpy as np
import pytest
from flask import Flask
from PIL import ExifTags, Image

from digitrec import Recognizer, decode
from digitrec.decode import container
from digitrec.errors import InvalidImage, NoDigit, TooLarge, UnsupportedType
from digitrec.recognizer import Reading
from tests import strokes
from tests.hostile import pictures, strategies


def test_the_pixels_of_all_pictures_of_a_request_are_bounded(app: Flask) -> None:
    text = base64.b64encode(pictures.blank_png(pictures.SIDE, pictures.SIDE)).decode()
    response = app.test_client().post("/predict", json={"images": [text, text]})
    statuses = [entry["error"]["status"] for entry in json.loads(response.data)["predictions"]]
    assert statuses == [422, 413]
    detail = json.loads(response.data)["predictions"][1]["error"]["detail"]
    assert "40,000,000 px in all" in detail


def test_a_picture_that_is_too_large_leaves_the_allowance_to_the_others() -> None:
    allowance = decode.Allowance(280 * 280)
    with pytest.raises(TooLarge, match="in all"):
        decode.decode(strokes.encode(strokes.picture(5, size=(300, 300))), allowance)
    five = strokes.encode(strokes.picture(5))
    assert decode.decode(five, allowance).picture.size == (280, 280)
    with pytest.raises(TooLarge, match="in all"):
        decode.decode(five, allowance)


def test_what_the_segmenter_sees_of_all_pictures_of_a_request_is_bounded(
    recognizer: Recognizer,
) -> None:
    random = np.random.default_rng(0)
    noise = strokes.encode(Image.fromarray(random.integers(0, 256, (120, 120), np.uint8)))
    five = strokes.encode(strokes.picture(5))
    first, second, quick = recognizer.read_many([noise, noise, five], decode.Allowance(seen=30_000))
    assert isinstance(first, NoDigit)
    assert isinstance(second, TooLarge)
    assert isinstance(quick, Reading)
    assert quick.text == "5"


@pytest.mark.parametrize("file", strategies.SEEDS[:3], ids=strategies.FORMATS)
def test_a_picture_cut_off_at_any_byte_is_refused_or_whole(file: bytes) -> None:
    whole = np.asarray(decode.decode(file).picture)
    refused = 0
    for length in range(len(file)):
        try:
            decoded = decode.decode(file[:length]).picture
        except (InvalidImage, UnsupportedType):
            refused += 1
        else:
            np.testing.assert_array_equal(np.asarray(decoded), whole)
    assert refused > 0.9 * len(file)


@pytest.mark.parametrize(
    "file", dict(pictures.polyglots()).values(), ids=dict(pictures.polyglots())
)
def test_of_two_things_in_one_file_only_the_picture_is_read(app: Flask, file: bytes) -> None:
    response = app.test_client().post("/predict", data=file, content_type="image/png")
    assert response.json == {"digit": 5}
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "head",
    [*itertools.permutations([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP"], 2)],
)
def test_the_first_bytes_decide_which_decoder_is_asked(head: tuple[bytes, bytes]) -> None:
    for file in strategies.SEEDS[:3]:
        with pytest.raises(InvalidImage):
            decode.decode(b"".join(head) + file)


def test_a_jpeg_may_have_so_many_fill_bytes_and_no_more() -> None:
    assert decode.decode(pictures.padded_jpeg(pictures.MAX_FILL)).picture.width == 280
    with pytest.raises(TooLarge, match="has too many parts"):
        decode.decode(pictures.padded_jpeg(decode.MAX_READS))


@pytest.mark.parametrize("size", [(decode.MAX_SIDE, 1), (1, decode.MAX_SIDE)])
def test_a_side_may_be_so_long(size: tuple[int, int]) -> None:
    assert max(decode.decode(pictures.blank_png(*size)).picture.size) <= decode.BOUND


def test_a_file_may_be_read_so_often_and_no_more() -> None:
    file = decode._File(b"")  # noqa: SLF001 # how often Pillow reads is its own affair
    for _ in range(decode.MAX_READS):
        file.read(1)
    with pytest.raises(TooLarge, match="has too many parts"):
        file.read(1)


@pytest.mark.parametrize(("place", "size"), [(decode.MAX_EXIF - 100, (8, 9)), (20_000, (9, 8))])
@pytest.mark.parametrize("format", ["PNG", "WEBP"])  # of a JPEG, Pillow has read all by then
def test_the_orientation_is_looked_for_in_the_first_bytes_of_exif_alone(
    format: str, place: int, size: tuple[int, int]
) -> None:
    turned = struct.pack("<HHHII", 1, ExifTags.Base.Orientation, 3, 1, 6)  # one entry: a short, 6
    exif = (b"II*\0" + struct.pack("<I", place)).ljust(place, b"\0") + turned + bytes(4)
    file = strokes.encode(Image.new("RGB", (9, 8)), format, exif=b"Exif\0\0" + exif)
    assert decode.decode(file).picture.size == size


@pytest.mark.parametrize("format", sorted(decode.MAX_PIXELS))
def test_a_picture_may_have_so_many_pixels(format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = strokes.encode(strokes.picture(5, size=(300, 300)), format)
    monkeypatch.setitem(decode.MAX_PIXELS, format, 300 * 300)
    assert decode.decode(file).picture.size == (300, 300)
    monkeypatch.setitem(decode.MAX_PIXELS, format, 300 * 300 - 1)
    with pytest.raises(TooLarge, match="300 x 300 px"):
        decode.decode(file)


def test_the_limits_are_those_that_are_measured_and_written_down() -> None:
    assert decode.MAX_SIDE == 10_000
    assert decode.MAX_PIXELS == {"PNG": 25_000_000, "JPEG": 25_000_000, "WEBP": 14_000_000}
    assert decode.MAX_PIXELS_IN_ALL == 40_000_000
    assert decode.MAX_SEEN_IN_ALL == 6_000_000
    assert container.MAX_SCANS == 24
    assert (decode.MAX_READS, decode.MAX_EXIF, decode.BOUND) == (10_000, 8_192, 1_024)
