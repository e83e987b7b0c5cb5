"""The pictures that are timed, drawn here: a canvas, a digit of MNIST's size, and photographs."""

import base64
from typing import Any

import numpy as np
from PIL import Image, ImageChops

from tests.hostile.pictures import filtered
from tests.strokes import encode, picture

DRAWN = 4  # times as large, then reduced: lines with soft edges, as a browser's canvas has them
NOTHING = (0, 0, 0, 0)  # for paper
PENCIL, PAPER = "#30343c", "#d8d4cc"
PHOTOGRAPH = 4000, 3000  # px: the 12 megapixels of most phones
UP = 2  # the filter of a row less the one above it (PNG specification, 9.2)
CHROME_LEVEL, CHROME_PART = 3, 4096  # how hard it packs, bytes of a chunk


def canvas(side: int = 280) -> bytes:
    """Return a PNG of a canvas, `side` px wide: RGBA, black on white, packed as small as it goes.

    Each row has the filter that seems best for it, as libpng chooses if nobody does.
    """
    return encode(_drawn(side, "black", "white"), "PNG")


def chrome(ink: str = "black", paper: Any = "white") -> bytes:
    """Return a PNG as Chrome makes it of a canvas: all rows by one filter, packed quickly.

    As Chromium 150 does. Pillow decodes it quicker than `canvas`.
    """
    pixels = np.asarray(_drawn(280, ink, paper))
    return filtered(pixels, [UP] * len(pixels), CHROME_PART, CHROME_LEVEL)


def small() -> bytes:
    """Return a grey PNG of 28x28 px as MNIST's digits are: white on black, 20 px high."""
    drawing = picture(5, box=(75, 49, 205, 231), width=22, ink="white", paper="black")
    return encode(drawing.convert("L").resize((28, 28), Image.Resampling.BOX), "PNG")


def photograph() -> bytes:
    """Return a JPEG as a phone makes it of a digit on a sheet of paper."""
    box = (1520, 750, 2480, 2250)
    return _taken(picture(5, size=PHOTOGRAPH, box=box, width=75, ink=PENCIL, paper=PAPER))


def number_photograph(digits: str = "204816") -> bytes:
    """Return a JPEG as a phone makes it of a number on a sheet of paper."""
    width, height = PHOTOGRAPH
    pitch = width * 0.8 / len(digits)
    sheet = Image.new("RGB", PHOTOGRAPH, PAPER)
    for i, digit in enumerate(digits):
        left, top = width * 0.1 + (i + 0.2) * pitch, height / 2 - 0.55 * pitch
        box = (left, top, left + 0.6 * pitch, top + 1.1 * pitch)
        one = picture(int(digit), size=PHOTOGRAPH, box=box, width=50, ink=PENCIL, paper=PAPER)
        sheet = ImageChops.darker(sheet, one)
    return _taken(sheet)


def data(image: bytes) -> str:
    """Return a picture's file as bare base64, as JSON carries it."""
    return base64.b64encode(image).decode()


def _drawn(side: int, ink: str, paper: Any) -> Image.Image:
    scale = DRAWN * side / 280
    left, top, right, bottom = (scale * edge for edge in (70.0, 40.0, 210.0, 240.0))
    box, size = (left, top, right, bottom), (DRAWN * side, DRAWN * side)
    drawing = picture(5, size=size, box=box, width=18 * scale, ink=ink, paper=paper, mode="RGBA")
    return drawing.reduce(DRAWN)


def _taken(sheet: Image.Image) -> bytes:
    """Return the JPEG of a photograph: a slope of light and a grain."""
    width, height = sheet.size
    light = np.linspace(1, 0.8, width, dtype=np.float32)[None, :, None]
    grain = np.random.default_rng(0).normal(0, 3, (height, width, 1)).astype(np.float32)
    pixels = np.asarray(sheet, np.float32) * light + grain
    return encode(Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)), "JPEG")
