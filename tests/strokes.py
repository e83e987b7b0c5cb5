"""Digits drawn by the tests themselves: no fixture file, no third party's picture."""

import io
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Point = tuple[float, float]
Stroke = list[Point]
Corners = tuple[float, float, float, float]  # left, top, right, bottom, px


def arc(cx: float, cy: float, rx: float, ry: float, start: float, end: float) -> Stroke:
    """Return points on an ellipse; angles in degrees, 0 at three o'clock, clockwise on screen."""
    steps = max(2, round(abs(end - start) / 10))
    angles = [math.radians(start + (end - start) * i / steps) for i in range(steps + 1)]
    return [(cx + rx * math.cos(a), cy + ry * math.sin(a)) for a in angles]


# One plain way to write each digit, in the unit square, y downwards. Strokes in writing order.
STROKES: dict[int, list[Stroke]] = {
    0: [arc(0.5, 0.5, 0.33, 0.48, -90, 270)],
    1: [[(0.52, 0.02), (0.48, 0.98)]],
    2: [[*arc(0.48, 0.27, 0.32, 0.25, -170, 40), (0.16, 0.96), (0.86, 0.94)]],
    3: [[*arc(0.45, 0.26, 0.31, 0.24, -150, 90), *arc(0.45, 0.73, 0.36, 0.25, -90, 150)]],
    4: [[(0.3, 0.04), (0.18, 0.56), (0.86, 0.54)], [(0.68, 0.1), (0.64, 0.98)]],
    5: [[(0.78, 0.05), (0.28, 0.05), (0.24, 0.45), *arc(0.45, 0.7, 0.34, 0.27, -110, 140)]],
    6: [[(0.66, 0.03), (0.4, 0.3), (0.24, 0.62), *arc(0.5, 0.73, 0.27, 0.24, 180, -180)]],
    7: [[(0.16, 0.06), (0.84, 0.06), (0.4, 0.97)]],
    8: [[*arc(0.5, 0.27, 0.25, 0.22, 90, 450), *arc(0.5, 0.74, 0.31, 0.25, -90, 270)]],
    9: [[*arc(0.48, 0.28, 0.28, 0.25, 0, -360), (0.74, 0.5), (0.66, 0.97)]],
}


def picture(
    digit: int,
    *,
    size: tuple[int, int] = (280, 280),
    box: tuple[float, float, float, float] = (70, 40, 210, 240),
    width: float = 18,
    ink: Any = "black",
    paper: Any = "white",
    mode: str = "RGB",
) -> Image.Image:
    """Draw `digit` with a round pen of `width` px inside `box` (left, top, right, bottom; px)."""
    drawing = Image.new(mode, size, paper)
    pen = ImageDraw.Draw(drawing)
    left, top, right, bottom = box
    for stroke in STROKES[digit]:
        points = [(left + x * (right - left), top + y * (bottom - top)) for x, y in stroke]
        pen.line(points, fill=ink, width=max(1, round(width)), joint="curve")
        for x, y in (points[0], points[-1]):
            radius = (width - 1) / 2
            if radius >= 1:
                pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=ink)
    return drawing


def row(digits: str, *, ink: str = "black", paper: str = "white", side: int = 100) -> Image.Image:
    """Return digits side by side, each in a cell of its own, `side` px high."""
    whole = Image.new("RGB", (side * len(digits), side), paper)
    for i, digit in enumerate(digits):
        box = (round(side * 0.28), round(side * 0.2), round(side * 0.68), round(side * 0.8))
        part = picture(int(digit), size=(side, side), box=box, width=max(2, side // 14))
        mask = part.convert("L").point(lambda grey: 255 - grey)
        whole.paste(ink, (side * i, 0), mask)
    return whole


def encode(drawing: Image.Image, format: str = "PNG", **options: Any) -> bytes:
    """Return the picture as the bytes of a file."""
    file = io.BytesIO()
    drawing.save(file, format, **options)
    return file.getvalue()


def drawn(drawing: Image.Image) -> NDArray[np.uint8]:
    """Return the ink of a drawing in black on white."""
    return 255 - np.asarray(drawing.convert("L"))


def overlap(ink: NDArray[np.uint8], expected: NDArray[np.uint8]) -> float:
    """Return intersection over union of two maps' strokes, 1 for the same strokes."""
    a, b = ink > 127, expected > 127
    return float((a & b).sum() / (a | b).sum())


def with_lines(
    drawing: Image.Image, *lines: list[Any], width: int = 6, ink: str = "black"
) -> Image.Image:
    """Draw lines of `width` px on a drawing, each through its points (x, y; px), and return it."""
    for line in lines:
        ImageDraw.Draw(drawing).line(line, ink, width, joint="curve")
    return drawing


def common(one: Corners, other: Corners) -> float:
    """Return intersection over union of two boxes."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    both = max(0, across) * max(0, down)
    areas = sum((right - left) * (bottom - top) for left, top, right, bottom in (one, other))
    return both / (areas - both)


def moments(frame: NDArray[Any]) -> tuple[float, float, float]:
    """Return the ink's means of x*x, x*y and y*y about its centre."""
    y, x = np.mgrid[0:28, 0:28]
    y, x = y - np.average(y, weights=frame), x - np.average(x, weights=frame)
    xx, xy, yy = (float(np.average(of, weights=frame)) for of in (x * x, x * y, y * y))
    return xx, xy, yy


def slant(frame: NDArray[Any]) -> float:
    """Return how far the ink leans, px sideways per px down."""
    _, xy, yy = moments(frame)
    return xy / yy
