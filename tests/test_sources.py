"""decode/sources.py: an image is read alike however a program holds it."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image

from digitrec import Recognizer, decode
from digitrec.decode.sources import MAX_FILE
from digitrec.errors import DigitrecError, InvalidImage, TooLarge
from digitrec.reading import Reading
from tests.strokes import encode, row

NUMBER = row("42")
PIXELS = np.asarray(NUMBER)


def saved(folder: Path) -> Path:
    path = folder / "number.png"
    path.write_bytes(encode(NUMBER))
    return path


def exact(reading: Reading) -> list[Any]:
    return [(d.digit, d.confidence, d.box, d.probabilities) for d in reading.digits]


HELD: dict[str, Callable[[Path], Any]] = {
    "bytearray": lambda _: bytearray(encode(NUMBER)),
    "memoryview": lambda _: memoryview(encode(NUMBER)),
    "path": saved,
    "string": lambda folder: str(saved(folder)),
    "file": lambda _: io.BytesIO(encode(NUMBER)),
    "Pillow image": lambda _: NUMBER,
    "grey Pillow image": lambda _: NUMBER.convert("L"),
    "two-coloured Pillow image": lambda _: NUMBER.quantize(16).convert("P"),
    "image of floats": lambda _: Image.fromarray(PIXELS[..., 0] / np.float32(255)),
    "opened file": lambda folder: Image.open(saved(folder)),
    "array of colours": lambda _: PIXELS,
    "array with alpha": lambda _: np.asarray(NUMBER.convert("RGBA")),
    "array of greys": lambda _: PIXELS[..., 0],
    "array of floats": lambda _: PIXELS / 255,
    "strided array": lambda _: np.repeat(PIXELS, 2, axis=0)[::2],
}


@pytest.mark.parametrize("held", HELD)
def test_an_image_is_read_as_its_file_is(recognizer: Recognizer, tmp_path: Path, held: str) -> None:
    expected = recognizer.read(encode(NUMBER))
    assert expected.text == "42"
    assert exact(recognizer.read(HELD[held](tmp_path))) == exact(expected)


@pytest.mark.parametrize(
    ("image", "problem"),
    [
        (None, "can't be NoneType. Give bytes"),
        (PIXELS.tolist(), "can't be list"),
        (io.StringIO("text"), "can't be str"),
        (PIXELS.astype(np.int64), "is int64. Use uint8"),
        (PIXELS > 127, "is bool"),
        (PIXELS.astype(object), "is object"),
        (PIXELS.astype(complex), "is complex128"),
    ],
)
def test_another_type_is_a_type_error(recognizer: Recognizer, image: Any, problem: str) -> None:
    with pytest.raises(TypeError, match=problem):
        recognizer.read(image)


@pytest.mark.parametrize(
    ("image", "kind", "problem"),
    [
        (PIXELS[0, 0], InvalidImage, r"shape \(3,\)"),
        (PIXELS[..., :2], InvalidImage, r"shape \(100, 200, 2\)"),
        (PIXELS[None], InvalidImage, r"shape \(1, 100, 200, 3\)"),
        (PIXELS[:0], InvalidImage, r"shape \(0, 200, 3\)"),
        (np.full((30, 30), np.nan), InvalidImage, "NaN"),
        (np.full((30, 30), 1.01), InvalidImage, r"outside 0\.\.1"),
        (np.full((30, 30), -0.01), InvalidImage, r"outside 0\.\.1"),
        (np.broadcast_to(np.uint8(0), (5001, 5000)), TooLarge, "5000 x 5001 px"),
        (np.zeros((10_001, 2), np.uint8), TooLarge, "10,000 px a side"),
        (Image.new("L", (5000, 5001)), TooLarge, "5000 x 5001 px"),
        (Image.new("F", (1, 10_001)), TooLarge, "1 x 10001 px"),
        (Image.open(io.BytesIO(encode(NUMBER)[:200])), InvalidImage, "can't be decoded"),
        ("no/such.png", InvalidImage, "No such file"),
        ("\0", InvalidImage, "null"),
        (bytes(MAX_FILE + 1), TooLarge, "larger than 100,000,000 bytes"),
    ],
)
def test_an_image_that_cannot_be_read_says_why(
    recognizer: Recognizer, image: Any, kind: type[DigitrecError], problem: str
) -> None:
    with pytest.raises(kind, match=problem):
        recognizer.read(image)


def test_a_pillow_image_is_turned_upright_and_left_as_it_was(recognizer: Recognizer) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    file = io.BytesIO(encode(NUMBER.transpose(decode.TURNS[8]), "JPEG", exif=exif))
    with Image.open(file) as image:
        lying = image.size
        reading = recognizer.read(image)
        assert (image.size, image.getexif()[ExifTags.Base.Orientation]) == (lying, 6)
    assert (reading.size, reading.text) == (NUMBER.size, "42")


def test_an_array_counts_towards_an_allowance(recognizer: Recognizer) -> None:
    [first, second] = recognizer.read_many([PIXELS, PIXELS], decode.Allowance(PIXELS[..., 0].size))
    assert isinstance(first, Reading)
    assert isinstance(second, TooLarge)
