"""Things drawn or printed around digits: lines, tables, words, signs, scribbles.

All return coverage, (height, width) float32 in 0..1.
"""

import itertools
import math
import string
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image, ImageDraw

from training import nonsense
from training.handwriting import HELD_OUT_FONTS, TRAINED_FONTS, cropped, enlarged, printed
from training.pen import FINE, inked
from training.redraw import Box, Coverage, Shape, from_levels
from training.styles import Random, Stroke, jitter, one_of

# Letters that are written like a digit are left out where one stands alone.
AMBIGUOUS = set("OoIlSsZzBbgqDiQtjJGTA")
SCRIPT_FONT, SCRIPT_SIDE = "DejaVuSans", 48  # of the characters of other scripts, px


class Shapes(NamedTuple):
    """What characters and words are made of; others are held out for measuring."""

    kinds: list[nonsense.Kind]
    written: list[list[Stroke]]  # letters, in the order of their names
    fonts: tuple[str, ...]
    printed: str  # letters, one by one
    scripts: str  # characters of other scripts and signs, written with a pen


def _shapes(fonts: tuple[str, ...], *, held_out: bool) -> Shapes:
    letters = set(string.ascii_letters + "#%&?!@*+=<>") - AMBIGUOUS
    held = nonsense.HELD_OUT_LETTERS.keys()
    written = nonsense.HELD_OUT_LETTERS if held_out else nonsense.LETTERS
    scripts = Path(__file__).with_name("characters.txt").read_text(encoding="utf-8")
    return Shapes(
        nonsense.kinds(held_out=held_out),
        [written[name] for name in sorted(written)],
        fonts,
        "".join(sorted(letters & held if held_out else letters - held)),
        "" if held_out else "".join(scripts.split()),
    )


TRAINED = _shapes(TRAINED_FONTS, held_out=False)
HELD_OUT = _shapes(HELD_OUT_FONTS, held_out=True)

SIGNS = nonsense.STROKES["signs"]
OPERATORS = ("+", "-", "x", "=", "divided")  # drawn more often, since they stand in rows of digits


def sign(side: float, r: Random, shapes: Shapes) -> tuple[Coverage, float]:
    """Return an operator, a mark or a letter for digits `side` px high, and where its middle is.

    The middle is in parts of the side, from the digits' top.
    """
    width = side * r.uniform(0.04, 0.15)
    if r.random() < 0.2:
        return character(side * r.uniform(0.6, 1.1), width, r, shapes), 0.6
    drawn = SIGNS[one_of(OPERATORS if r.random() < 0.5 else tuple(SIGNS), r)]
    longer = max(drawn["height"] * side * r.uniform(0.6, 1.6), width + 1)
    strokes = jitter([*map(nonsense.stroke, drawn["strokes"])], r, r.uniform(0.7, 1.0))
    return inked(strokes, longer, width, r), drawn["middle"]


def character(side: float, width: float, r: Random, shapes: Shapes) -> Coverage:
    """Return something as large as a digit that is not a digit."""
    kind = r.random()
    if kind < 0.1:
        return printed(one_of(shapes.printed, r), side, one_of(shapes.fonts, r))
    if kind < 0.5 and shapes.scripts:
        ink = printed(one_of(shapes.scripts, r), SCRIPT_SIDE, SCRIPT_FONT)
        return enlarged(np.rint(ink * 255).astype(np.uint8), side, r, width / side)
    return inked(one_of(shapes.kinds, r)(r), side, width, r)


def word(side: float, r: Random, shapes: Shapes) -> Coverage:
    """Return a word of three letters or more, printed or written, `side` px high."""
    if r.random() < 0.65:
        text = "".join(r.choice(list(string.ascii_lowercase), int(r.integers(3, 10))))
        text = text.upper() if r.random() < 0.3 else text.capitalize() if r.random() < 0.4 else text
        return printed(text, side, one_of(shapes.fonts, r))
    width = side * r.uniform(0.05, 0.14)
    letters = []
    for _ in range(int(r.integers(3, 8))):
        strokes = jitter(one_of(shapes.written, r), r, r.uniform(0.5, 0.9))
        letters.append(inked(strokes, side * r.uniform(0.6, 1.0), width, r))
    height = max(ink.shape[0] for ink in letters)
    gap = max(1, round(side * r.uniform(0, 0.2)))
    padded = [np.pad(ink, ((height - ink.shape[0], 0), (0, gap))) for ink in letters]
    return np.concatenate(padded, axis=1)


def scribble(side: float, r: Random) -> Coverage:
    """Return a scribble: zigzags, coils or anything else."""
    kind = r.integers(3)
    turns = int(r.integers(4, 12))
    if kind == 0:
        zigzag = [(n / turns + r.normal(0, 0.03), n % 2 * r.uniform(0.6, 1)) for n in range(turns)]
        points = np.array(zigzag)
    elif kind == 1:
        t = np.linspace(0, turns, 12 * turns)
        points = np.stack([t / turns + 0.2 * np.cos(6.28 * t), 0.5 + 0.5 * np.sin(6.28 * t)], 1)
    else:
        points = np.cumsum(r.normal(0, 0.35, (2 * turns, 2)), axis=0)
    angle = r.uniform(0, 2 * math.pi)
    turn = np.array([(math.cos(angle), -math.sin(angle)), (math.sin(angle), math.cos(angle))])
    stroke = Stroke((points * (r.uniform(0.5, 1.5), 1)) @ turn, round=bool(kind == 2))
    return inked([stroke], side, max(1.0, side * r.uniform(0.03, 0.12)), r)


def lines(shape: Shape, paths: Iterable[ArrayLike], thickness: float) -> Coverage:
    """Return straight lines from point to point x, y of each path, px, fainter under 1 px."""
    height, width = shape
    fine = FINE if height * width < 150_000 else 1
    drawing = Image.new("L", (width * fine, height * fine), 0)
    pen = ImageDraw.Draw(drawing)
    for path in paths:
        points = (np.asarray(path) * fine).ravel().tolist()
        pen.line(points, fill=255, width=max(1, round(thickness * fine)))
    return from_levels(drawing.reduce(fine) if fine > 1 else drawing)


def _rectangle(top: float, bottom: float, left: float, right: float) -> list[tuple[float, float]]:
    return [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]


def table(shape: Shape, of: tuple[float, ...], r: Random) -> Coverage:
    """Return the lines of cells: top, left, rows, columns, a cell's height and width, the gap."""
    top, left, down, across, high, wide, gap = of
    slant = r.normal(0, 0.01)
    bottom, right = top + down * high, left + across * wide
    rows, columns = top + np.arange(down + 1) * high, left + np.arange(across + 1) * wide
    paths: list[ArrayLike]
    if gap > 0:
        sides = itertools.pairwise(columns)
        paths = [_rectangle(top, bottom, x + gap / 2, z - gap / 2) for x, z in sides]
    else:
        over = r.uniform(-0.02, 0.2) * wide if r.random() < 0.2 else 0
        fall, shift = slant * (right - left), slant * (bottom - top)
        paths = [[(left - over, y), (right + over, y + fall)] for y in rows]
        paths += [[(x, top - over), (x - shift, bottom + over)] for x in columns]
    thickness = r.choice([r.uniform(0.6, 1.5), r.uniform(1, max(1.2, min(high, wide) * 0.12))])
    return lines(shape, paths, float(thickness))


def ruled(shape: Shape, r: Random) -> Coverage:
    """Return the lines of ruled or squared paper, turned a little."""
    height, width = shape
    short = min(shape)
    pitch = short * r.uniform(0.06, 0.4)
    angle = r.normal(0, 0.04) if r.random() < 0.8 else r.uniform(-0.9, 0.9)
    ways = ["across"] if r.random() < 0.55 else ["across", "down"]
    if r.random() < 0.05:
        ways = ["down"]
    reach = height + width
    paths: list[ArrayLike] = []
    for way in ways:
        offset = r.uniform(0, pitch)
        for n in range(-int(reach / pitch) // 2, int(reach / pitch) + 2):
            at = offset + n * pitch
            if way == "across":
                paths.append([(-9, at - 9 * angle), (width + 9, at + (width + 9) * angle)])
            else:
                paths.append([(at + 9 * angle, -9), (at - (height + 9) * angle, height + 9)])
    return lines(shape, paths, r.choice([0.5, 1.0, 1.0, 1.5, r.uniform(1, 0.04 * short + 1)]))


def framed(shape: Shape, box: Box, pen: float, r: Random) -> Coverage:
    """Return a rectangle, a ring, brackets or a bubble around a box."""
    top, bottom, left, right = box
    side = max(bottom - top, right - left)
    away = side * r.uniform(0.04, 0.5) + pen
    thickness = float(r.choice([pen, max(0.7, pen * r.uniform(0.3, 1.5))]))
    if r.random() < 0.55:
        t = np.linspace(0, 2 * math.pi * r.uniform(0.93, 1.1), 40) + r.uniform(0, 6.28)
        high, wide = ((n / 2 * 1.15 + away) for n in (bottom - top, right - left))
        y = (top + bottom) / 2 + np.sin(t) * high * (1 + 0.03 * np.sin(2 * t))
        points = np.stack([(left + right) / 2 + np.cos(t) * wide, y], 1)
    else:
        before = left - away * r.uniform(0.7, 1.5)
        points = np.array(_rectangle(top - away, bottom + away, before, right + away))
        points += r.normal(0, side * 0.015, points.shape)
        if r.random() < 0.2:  # open, or brackets
            points = points[: r.integers(3, 5)]
    return lines(shape, [points], thickness)


def underlined(shape: Shape, box: Box, pen: float, r: Random) -> Coverage:
    """Return a line or two beneath or above a box, straight or wavy."""
    top, bottom, left, right = box
    side = bottom - top
    over = (right - left) * r.uniform(0.0, 0.5) + side * 0.1
    y = bottom + side * r.uniform(0.06, 0.3) + pen
    if r.random() < 0.25:
        y = top - side * r.uniform(0.06, 0.3) - pen
    tilt = r.normal(0, 0.04)
    thickness = float(r.choice([pen, max(0.6, pen * r.uniform(0.4, 1.3))]))
    x = np.linspace(left - over, right + over, 24)
    wave = side * 0.06 * np.sin(x / (side * 0.1 + 1)) if r.random() < 0.15 else 0 * x
    levels = [y] if r.random() < 0.8 else [y, y + side * 0.15 + pen]
    paths = [np.stack([x, level + tilt * (x - left) + wave], 1) for level in levels]
    return lines(shape, paths, thickness)


def struck_out(ink: Coverage, r: Random) -> Coverage:
    """Return a digit struck out: scribbled over, or with lines through it."""
    side = max(ink.shape)
    canvas = np.pad(ink, side // 3)
    height, width = canvas.shape
    if r.random() < 0.7:
        over = scribble(side * r.uniform(0.9, 1.4), r)
        lay(canvas, over, int((height - over.shape[0]) / 2), int((width - over.shape[1]) / 2))
    else:
        ends = height * r.uniform(0.3, 0.7, (int(r.integers(2, 5)), 2))
        paths = [[(0, before), (width, after)] for before, after in ends]
        lay(canvas, lines(canvas.shape, paths, side * r.uniform(0.04, 0.1)), 0, 0)
    return cropped(canvas)


def blot(side: float, r: Random) -> Coverage:
    """Return a filled spot: a blot, a hole, a sticker, a button."""
    n = max(4, round(side))
    y, x = np.mgrid[: n + 2, : n + 2] - (n + 1) / 2
    wave = r.choice([0, 0.12]) * np.sin(np.arctan2(y, x) * r.integers(2, 5) + r.uniform(0, 6))
    radius = n / 2 * (1 + wave)
    if r.random() < 0.25:
        return (np.maximum(np.abs(x), np.abs(y) * r.uniform(1, 2)) < n / 2).astype(np.float32)
    inside = radius / r.uniform(1, 1.3) - np.hypot(x, y * r.uniform(0.8, 1.4))
    return np.clip(inside + 0.5, 0, 1).astype(np.float32)


def bar(shape: Shape, r: Random) -> Coverage:
    """Return a pencil, a finger or a ruler: a bar that often comes in from the border."""
    height, width = shape
    long, short = max(shape), min(shape)
    thickness = short * r.uniform(0.03, 0.3)
    angle = r.uniform(0, 2 * math.pi)
    length = long * r.uniform(0.3, 1.2)
    x, y = r.uniform(0, width), r.uniform(0, height)
    if r.random() < 0.7:  # from the border
        edge = r.integers(4)
        x, y = [(x, 0.0), (x, float(height)), (0.0, y), (float(width), y)][edge]
        angle = [math.pi / 2, -math.pi / 2, 0.0, math.pi][edge] + r.normal(0, 0.5)
        length = long * r.uniform(0.1, 0.6)
        x, y = x - math.cos(angle) * thickness, y - math.sin(angle) * thickness
    end = (x + math.cos(angle) * length, y + math.sin(angle) * length)
    ink = lines(shape, [[(x, y), end]], thickness)
    if r.random() < 0.6:  # a point or a round tip
        tip = blot(thickness, r)
        lay(ink, tip, round(end[1] - tip.shape[0] / 2), round(end[0] - tip.shape[1] / 2))
    return ink


def lay(onto: Coverage, ink: Coverage, top: int, left: int) -> None:
    """Put ink on top of other ink; what lies beyond the border is lost."""
    inside, part = shown(onto.shape, ink.shape, top, left)
    np.maximum(onto[inside], ink[part], out=onto[inside])


def shown(
    shape: tuple[int, ...], ink: tuple[int, ...], top: int, left: int
) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Return the visible part of ink at a place: slices of the picture and of the ink."""
    y0, x0 = max(top, 0), max(left, 0)
    y1, x1 = max(min(top + ink[0], shape[0]), y0), max(min(left + ink[1], shape[1]), x0)
    inside = slice(y0, y1), slice(x0, x1)
    return inside, (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
