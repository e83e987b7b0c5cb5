"""All ten digits, drawn in many ways, from picture to digit: each must be the right one."""

import io
import itertools
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageChops

from digitrec import Recognizer
from tests.strokes import encode, picture

WAYS: dict[str, dict[str, Any]] = {
    "on a canvas": {},
    "top left": {"box": (8, 8, 92, 128)},
    "bottom right": {"box": (180, 150, 270, 270)},
    "tiny": {"box": (130, 120, 158, 160), "width": 4},
    "tiny on a huge canvas": {"size": (1600, 1200), "box": (900, 300, 970, 400), "width": 9},
    "as large as the canvas": {"box": (16, 10, 264, 270), "width": 20},
    "1 px thin": {"width": 1},
    "4 px thin": {"width": 4},
    "marker thick": {"width": 36},
    "wide": {"box": (30, 70, 250, 220)},
    "narrow": {"box": (100, 30, 190, 250)},
    "white on black": {"ink": "white", "paper": "black"},
    "blue on yellow": {"ink": "blue", "paper": "yellow"},
    "yellow on blue": {"ink": "yellow", "paper": "blue"},
    "red on green": {"ink": (200, 60, 60), "paper": (60, 150, 60)},
    "pencil": {"ink": (150, 150, 150), "paper": (200, 200, 200)},
    "black on transparent": {"mode": "RGBA", "paper": (0, 0, 0, 0)},
    "white on transparent": {"mode": "RGBA", "ink": "white", "paper": (0, 0, 0, 0)},
    "white on transparent white": {"mode": "RGBA", "ink": "white", "paper": (255, 255, 255, 0)},
    "grey picture": {"mode": "L"},
    "28x28": {"size": (28, 28), "box": (8, 4, 20, 24), "width": 2},
    "28x28, off centre, 1 px": {"size": (28, 28), "box": (2, 3, 13, 21), "width": 1},
}


@pytest.mark.parametrize("way", WAYS)
def test_a_digit_drawn_is_read(recognizer: Recognizer, way: str, subtests: pytest.Subtests) -> None:
    for digit in range(10):
        with subtests.test(digit=digit):
            assert recognizer.recognize(encode(picture(digit, **WAYS[way]))).digit == digit


def test_a_digit_compressed_is_read(recognizer: Recognizer, subtests: pytest.Subtests) -> None:
    for digit, (form, options) in itertools.product(
        range(10), [("JPEG", {"quality": 30}), ("JPEG", {"quality": 90}), ("WEBP", {"quality": 40})]
    ):
        with subtests.test(digit=digit, format=form, options=options):
            assert recognizer.recognize(encode(picture(digit), form, **options)).digit == digit


def test_a_digit_on_its_side_with_an_exif_tag_is_read(
    recognizer: Recognizer, subtests: pytest.Subtests
) -> None:
    for digit in range(10):
        with subtests.test(digit=digit):
            exif = Image.Exif()
            exif[0x0112] = 6
            lying = picture(digit).transpose(Image.Transpose.ROTATE_90)
            assert recognizer.recognize(encode(lying, "JPEG", exif=exif)).digit == digit


def test_a_digit_in_all_colours_on_nothing_is_read(
    recognizer: Recognizer, subtests: pytest.Subtests
) -> None:
    for digit in range(10):
        with subtests.test(digit=digit):
            hue = Image.linear_gradient("L").resize((280, 280))
            full = Image.new("L", hue.size, 255)
            drawing = Image.merge("HSV", (hue, full, full)).convert("RGBA")
            drawing.putalpha(ImageChops.invert(picture(digit).convert("L")))
            assert recognizer.recognize(encode(drawing)).digit == digit


def test_a_digit_photographed_is_read(recognizer: Recognizer, subtests: pytest.Subtests) -> None:
    for digit, squared in itertools.product(range(10), [False, True]):
        with subtests.test(digit=digit, squared=squared):
            size = (640, 480)
            sheet = picture(digit, size=size, box=(220, 90, 400, 370), width=22, ink="#26365a")
            pixels = np.asarray(sheet, np.float32)
            if squared:
                lines = np.zeros((480, 640, 1), np.float32)
                lines[::40] = lines[:, ::40] = 1
                lines[1::40] = lines[:, 1::40] = 1
                pixels = np.minimum(pixels, 255 - lines * 60)
            light = np.linspace(0.95, 0.5, 640) * np.linspace(0.9, 0.75, 480)[:, None]
            noise = np.random.default_rng(digit).normal(0, 5, pixels.shape)
            photo = Image.fromarray(
                np.clip(pixels * light[..., None] + noise, 0, 255).astype(np.uint8)
            )
            file = io.BytesIO()
            photo.save(file, "JPEG", quality=80)
            assert recognizer.recognize(file.getvalue()).digit == digit
