"""Strokes to pictures: every kind of pen, on canvases of every size."""

from collections.abc import Iterable

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from training.redraw import Coverage, from_levels
from training.styles import Points, Random, Stroke

Span = tuple[float, float]  # the least and the greatest

SMALL = (28, 34)  # px a side: canvases on which single pixels are drawn
LARGE = (56, 280)  # px a side, before fine strokes are smoothed
FINEST, BROADEST = 0.012, 0.2  # of the digit's height: a ballpoint and a marker
FINE = 3  # times: drawn larger, then reduced, which makes soft edges
STEPS = 8  # points of a curve between two points of a stroke


def draw(strokes: list[Stroke], random: Random) -> Image.Image:
    """Return the strokes, whatever their place and size, as dark ink on a light square.

    The pen is thin or thick, hard or soft, dry, or interrupted; small canvases are drawn pixel by
    pixel. Mode "L".
    """
    pixels = random.random() < 0.35
    side = int(random.integers(*(SMALL if pixels else LARGE)))
    low, high = _corners(s.points for s in strokes)
    height = side * random.uniform(0.5 if pixels else 0.3, 0.85)
    scale = height / max(*(high - low), 1e-3)
    room = side - (high - low) * scale
    offset = room * random.uniform(0.12, 0.88, 2) - low * scale
    if pixels:
        width = float(random.choice([1, 1, 2, 2, 3, 4]))
    else:
        width = height * FINEST * (BROADEST / FINEST) ** random.random()
    fine = 1 if pixels and random.random() < 0.7 else FINE
    paths = [_path(stroke) * scale + offset for stroke in strokes]
    coverage = _ink(paths, (side, side), width, fine, random)
    if not pixels and random.random() < 0.15:
        coverage = dry(coverage, random, (0.7, 2.0), (0.1, 0.35))
    paper = random.uniform(180, 255) if random.random() < 0.3 else 255.0
    tone = random.uniform(0, 0.5 * paper) if random.random() < 0.3 else 0.0
    grey = paper + coverage * (tone - paper)
    if random.random() < 0.15:
        grey = ndimage.gaussian_filter(grey, random.uniform(0.3, 0.8))
    if random.random() < 0.1:
        grey = grey + random.normal(0, random.uniform(2, 8), grey.shape)
    return Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))


def inked(strokes: list[Stroke], side: float, width: float, random: Random) -> Coverage:
    """Return the strokes' coverage, cropped, `side` px on its longer side.

    `width` is the pen's, px; its pressure varies, and now and then it leaves a gap.
    """
    paths = [_path(stroke) for stroke in strokes]
    low, high = _corners(paths)
    scale = max(side - width, 1.0) / max(*(high - low), 1e-3)
    size = np.ceil((high - low) * scale + width + 2).astype(int)
    paths = [(path - low) * scale + width / 2 + 1 for path in paths]
    return _ink(paths, (int(size[0]), int(size[1])), width, FINE, random)


def _corners(paths: Iterable[Points]) -> tuple[Points, Points]:
    """Return the least and the greatest x, y of all points."""
    every = np.concatenate([*paths])
    return every.min(axis=0), every.max(axis=0)


def _ink(
    paths: list[Points], size: tuple[int, int], width: float, fine: int, random: Random
) -> Coverage:
    """Return paths drawn with a pen, width and height first, `fine` times larger, then reduced."""
    ink = Image.new("L", (size[0] * fine, size[1] * fine), 0)
    pen = ImageDraw.Draw(ink)
    pressed = random.uniform(0, 0.35)  # how much the pen's pressure varies
    for path in paths:
        _line(pen, path * fine, max(1.0, width * fine) / 2, pressed, random)
    return from_levels(ink.reduce(fine) if fine > 1 else ink)


def _path(stroke: Stroke) -> Points:
    """Return the points that the pen passes: a centripetal-like Catmull-Rom spline, or corners."""
    p = stroke.points
    if not stroke.round or len(p) < 3:
        return p
    p = np.concatenate([[2 * p[0] - p[1]], p, [2 * p[-1] - p[-2]]])
    t = np.linspace(0, 1, STEPS, endpoint=False)[:, None]
    a, b, c, d = (p[i : len(p) - 3 + i, None] for i in range(4))
    bend, twist = 2 * a - 5 * b + 4 * c - d, 3 * b - a - 3 * c + d
    curves = 0.5 * (2 * b + (c - a) * t + bend * t**2 + twist * t**3)
    return np.concatenate([*curves, p[-2:-1]])


def _line(
    pen: ImageDraw.ImageDraw, path: Points, radius: float, pressed: float, random: Random
) -> None:
    """Draw a path with a round pen whose pressure swells and fades, now and then leaving a gap."""
    waves = np.linspace(0, random.uniform(1, 6), len(path)) + random.uniform(0, 6)
    swell = 1 + pressed * np.sin(waves)
    lifted = int(random.integers(len(path))) if random.random() < 0.06 else -1
    for i in range(len(path) - 1):
        if i == lifted and len(path) > STEPS:
            continue
        (x0, y0), (x1, y1), r = path[i], path[i + 1], radius * swell[i]
        pen.line((x0, y0, x1, y1), fill=255, width=max(1, round(2 * r)))
        if r > 1:
            pen.ellipse((x0 - r, y0 - r, x0 + r, y0 + r), fill=255)
    (x, y), r = path[-1], radius * swell[-1]
    pen.ellipse((x - r, y - r, x + r, y + r), fill=255)


def dry(ink: Coverage, random: Random, widths: Span, shares: Span) -> Coverage:
    """Return ink that a dry pen leaves: streaks of paper show through.

    Their width, px, and their share of the ink are between the bounds.
    """
    grain = ndimage.gaussian_filter(random.normal(size=ink.shape), random.uniform(*widths))
    streaks = grain > np.quantile(grain, random.uniform(*shares))
    return ink * streaks.astype(np.float32)
