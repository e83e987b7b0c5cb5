"""Things drawn or printed around digits: lines, tables, words, signs, scribbles.

All return coverage, (height, width) float32 in 0..1.
"""

import itertools
import math
import string
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from training import nonsense
from training.handwriting import (
    HELD_OUT_FONTS,
    TRAINED_FONTS,
    cropped,
    enlarged,
    printed,
)
from training.pen import FINE, inked
from training.redraw import Coverage
from training.styles import Random, Stroke, curve, jitter, straight

# Letters that are written like a digit are left out where one stands alone.
AMBIGUOUS = set("OoIlSsZzBbgqDiQtjJGTA")
SCRIPT_FONT, SCRIPT_SIDE = "DejaVuSans", 48  # of the characters of other scripts, px


class Shapes(NamedTuple):
    """What characters and words are made of; others are held out for measuring."""

    kinds: list[nonsense.Kind]
    fonts: tuple[str, ...]
    letters: str  # printed, one by one
    scripts: str  # characters of other scripts and signs, written with a pen


def _shapes(*, held_out: bool) -> Shapes:
    letters = set(string.ascii_letters + "#%&?!@*+=<>") - AMBIGUOUS
    letters = letters & nonsense.HELD_OUT if held_out else letters - nonsense.HELD_OUT
    scripts = Path(__file__).with_name("characters.txt").read_text(encoding="utf-8")
    return Shapes(
        nonsense.kinds(held_out=held_out),
        HELD_OUT_FONTS if held_out else TRAINED_FONTS,
        "".join(sorted(letters)),
        "" if held_out else "".join(scripts.split()),
    )


TRAINED, HELD_OUT = _shapes(held_out=False), _shapes(held_out=True)

SIGNS = {  # with the share of a digit's height, and where the middle is
    "+": ([straight((0.5, 0), (0.5, 1)), straight((0, 0.5), (1, 0.5))], 0.6, 0.55),
    "-": ([straight((0, 0.5), (1, 0.5))], 0.5, 0.55),
    "x": ([straight((0, 0), (1, 1)), straight((1, 0), (0, 1))], 0.5, 0.6),
    "=": ([straight((0, 0), (1, 0)), straight((0, 0.5), (1, 0.5))], 0.5, 0.55),
    "divided": (
        [
            straight((0, 0.5), (1, 0.5)),
            straight((0.5, 0.1), (0.5, 0.13)),
            straight((0.5, 0.87), (0.5, 0.9)),
        ],
        0.6,
        0.5,
    ),
    ".": ([straight((0, 0), (0.02, 0.02))], 0.06, 0.95),
    ",": ([curve((0.3, 0), (0.3, 0.5), (0, 1))], 0.2, 1.0),
    ":": ([straight((0.5, 0), (0.5, 0.04)), straight((0.5, 0.96), (0.5, 1))], 0.5, 0.6),
    "/": ([straight((0.6, 0), (0, 1))], 1.15, 0.5),
    "(": ([curve((0.3, 0), (0, 0.5), (0.3, 1))], 1.2, 0.5),
    ")": ([curve((0, 0), (0.3, 0.5), (0, 1))], 1.2, 0.5),
    "<": ([straight((0.8, 0), (0, 0.5), (0.8, 1))], 0.6, 0.55),
    ">": ([straight((0, 0), (0.8, 0.5), (0, 1))], 0.6, 0.55),
}

OPERATORS = ("+", "-", "x", "=", "divided")  # drawn more often, since they stand in rows of digits


def sign(side: float, r: Random, shapes: Shapes) -> tuple[Coverage, int, float]:
    """Return an operator, a mark or a letter for digits `side` px high, its height and its middle.

    The height is in px, the middle in parts of the side.
    """
    width = side * r.uniform(0.04, 0.15)
    if r.random() < 0.2:
        ink = character(side * r.uniform(0.6, 1.1), width, r, shapes)
        return ink, ink.shape[0], 0.6
    names = OPERATORS if r.random() < 0.5 else tuple(SIGNS)
    strokes, height, middle = SIGNS[names[r.integers(len(names))]]
    longer = max(height * side * r.uniform(0.6, 1.6), width + 1)
    ink = inked(jitter(strokes, r, r.uniform(0.7, 1.0)), longer, width, r)
    return ink, ink.shape[0], middle


def character(side: float, width: float, r: Random, shapes: Shapes) -> Coverage:
    """Return something as large as a digit that is not a digit."""
    kind = r.random()
    if kind < 0.1:
        letter = shapes.letters[r.integers(len(shapes.letters))]
        return printed(letter, side, shapes.fonts[r.integers(len(shapes.fonts))])
    if kind < 0.5 and shapes.scripts:
        ink = printed(shapes.scripts[r.integers(len(shapes.scripts))], SCRIPT_SIDE, SCRIPT_FONT)
        return enlarged(np.rint(ink * 255).astype(np.uint8), side, r, width / side)
    return inked(shapes.kinds[r.integers(len(shapes.kinds))](r), side, width, r)


def word(side: float, r: Random, shapes: Shapes) -> Coverage:
    """Return a word of three letters or more, printed or written, `side` px high."""
    if r.random() < 0.65:
        letters = list(string.ascii_lowercase)
        text = "".join(r.choice(letters, int(r.integers(3, 10))))
        text = text.upper() if r.random() < 0.3 else text.capitalize() if r.random() < 0.4 else text
        return printed(text, side, shapes.fonts[r.integers(len(shapes.fonts))])
    width = side * r.uniform(0.05, 0.14)
    names = sorted(
        (nonsense.LETTERS.keys() & nonsense.HELD_OUT)
        if shapes is HELD_OUT
        else (nonsense.LETTERS.keys() - nonsense.HELD_OUT)
    )
    parts: list[Coverage] = []
    for _ in range(int(r.integers(3, 8))):
        strokes = jitter(nonsense.LETTERS[names[r.integers(len(names))]], r, r.uniform(0.5, 0.9))
        parts.append(inked(strokes, side * r.uniform(0.6, 1.0), width, r))
    height = max(p.shape[0] for p in parts)
    gaps = np.zeros((height, max(1, round(side * r.uniform(0, 0.2)))), np.float32)
    row: list[Coverage] = []
    for part in parts:
        row += [np.pad(part, ((height - part.shape[0], 0), (0, 0))), gaps]
    return np.concatenate(row, axis=1)


def scribble(side: float, r: Random) -> Coverage:
    """Return a scribble: zigzags, coils or anything else."""
    kind = r.integers(3)
    turns = int(r.integers(4, 12))
    if kind == 0:
        points = [
            (n / turns + r.normal(0, 0.03), (n % 2) * r.uniform(0.6, 1)) for n in range(turns)
        ]
        stroke = Stroke(np.array(points))
    elif kind == 1:
        t = np.linspace(0, turns, 12 * turns)
        stroke = Stroke(
            np.stack([t / turns + 0.2 * np.cos(6.28 * t), 0.5 + 0.5 * np.sin(6.28 * t)], 1)
        )
    else:
        stroke = Stroke(np.cumsum(r.normal(0, 0.35, (2 * turns, 2)), axis=0), round=True)
    angle = r.uniform(0, 2 * math.pi)
    turn = np.array([(math.cos(angle), -math.sin(angle)), (math.sin(angle), math.cos(angle))])
    stroke.points = (stroke.points * (r.uniform(0.5, 1.5), 1)) @ turn
    return inked([stroke], side, max(1.0, side * r.uniform(0.03, 0.12)), r)


def lines(
    height: int, width: int, segments: Sequence[tuple[float, ...]], thickness: float
) -> Coverage:
    """Return straight lines x0, y0, x1, y1, px, of a thickness in px, fainter under 1 px."""
    fine = FINE if height * width < 150_000 else 1
    drawing = Image.new("L", (width * fine, height * fine), 0)
    pen = ImageDraw.Draw(drawing)
    for segment in segments:
        pen.line([n * fine for n in segment], fill=255, width=max(1, round(thickness * fine)))
    drawing = drawing.reduce(fine) if fine > 1 else drawing
    return np.asarray(drawing, np.float32) / np.float32(255)


def table(height: int, width: int, of: tuple[float, ...], r: Random) -> Coverage:
    """Return the lines of cells: top, left, rows, columns, a cell's height and width, the gap."""
    top, left, down, across, high, wide, apart = of
    slant = r.normal(0, 0.01)
    bottom, right = top + down * high, left + across * wide
    segments: list[tuple[float, ...]] = []
    if apart > 0:
        for column in range(int(across)):
            x, z = left + column * wide + apart / 2, left + (column + 1) * wide - apart / 2
            segments += [
                (x, top, z, top),
                (z, top, z, bottom),
                (z, bottom, x, bottom),
                (x, bottom, x, top),
            ]
    else:
        over = r.uniform(-0.02, 0.2) * wide if r.random() < 0.2 else 0
        for row in range(int(down) + 1):
            y = top + row * high
            segments.append((left - over, y, right + over, y + slant * (right - left)))
        for column in range(int(across) + 1):
            x = left + column * wide
            segments.append((x, top - over, x - slant * (bottom - top), bottom + over))
    thickness = r.choice([r.uniform(0.6, 1.5), r.uniform(1, max(1.2, min(high, wide) * 0.12))])
    return lines(height, width, segments, float(thickness))


def ruled(height: int, width: int, r: Random) -> Coverage:
    """Return the lines of ruled or squared paper, turned a little."""
    short = min(height, width)
    pitch = short * r.uniform(0.06, 0.4)
    angle = r.normal(0, 0.04) if r.random() < 0.8 else r.uniform(-0.9, 0.9)
    ways = [(1, 1)] if r.random() < 0.55 else [(1, 1), (1, 0)]
    if r.random() < 0.05:
        ways = [(1, 0)]
    reach = height + width
    segments: list[tuple[float, ...]] = []
    for _, level in ways:
        offset = r.uniform(0, pitch)
        for n in range(-int(reach / pitch) // 2, int(reach / pitch) + 2):
            at = offset + n * pitch
            if level:
                segments.append((-9, at - 9 * angle, width + 9, at + (width + 9) * angle))
            else:
                segments.append((at + 9 * angle, -9, at - (height + 9) * angle, height + 9))
    return lines(
        height, width, segments, r.choice([0.5, 1.0, 1.0, 1.5, r.uniform(1, 0.04 * short + 1)])
    )


def framed(height: int, width: int, box: tuple[float, ...], pen: float, r: Random) -> Coverage:
    """Return a rectangle, a ring, brackets or a bubble around a box (top, bottom, left, right)."""
    top, bottom, left, right = box
    side = max(bottom - top, right - left)
    away = side * r.uniform(0.04, 0.5) + pen
    thickness = float(r.choice([pen, max(0.7, pen * r.uniform(0.3, 1.5))]))
    if r.random() < 0.55:
        t = np.linspace(0, 2 * math.pi * r.uniform(0.93, 1.1), 40) + r.uniform(0, 6.28)
        y = (top + bottom) / 2 + np.sin(t) * ((bottom - top) / 2 * 1.15 + away) * (
            1 + 0.03 * np.sin(2 * t)
        )
        x = (left + right) / 2 + np.cos(t) * ((right - left) / 2 * 1.15 + away)
        points = np.stack([x, y], 1)
    else:
        y0, y1, x0, x1 = top - away, bottom + away, left - away * r.uniform(0.7, 1.5), right + away
        points = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)])
        points += r.normal(0, side * 0.015, points.shape)
        if r.random() < 0.2:  # open, or brackets
            points = points[: r.integers(3, 5)]
    segments = [(*a, *b) for a, b in itertools.pairwise(points)]
    return lines(height, width, segments, thickness)


def underlined(height: int, width: int, box: tuple[float, ...], pen: float, r: Random) -> Coverage:
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
    segments: list[tuple[float, ...]] = []
    for level in levels:
        points = np.stack([x, level + tilt * (x - left) + wave], 1)
        segments += [(*a, *b) for a, b in itertools.pairwise(points)]
    return lines(height, width, segments, thickness)


def struck_out(ink: Coverage, r: Random) -> Coverage:
    """Return a digit struck out: scribbled over, or with lines through it."""
    side = max(ink.shape)
    canvas = np.pad(ink, side // 3)
    if r.random() < 0.7:
        over = resize_to(scribble(side * r.uniform(0.9, 1.4), r), canvas.shape)
    else:
        height, width = canvas.shape
        segments = [
            (0, height * r.uniform(0.3, 0.7), width, height * r.uniform(0.3, 0.7))
            for _ in range(int(r.integers(2, 5)))
        ]
        over = lines(height, width, segments, side * r.uniform(0.04, 0.1))
    return cropped(np.maximum(canvas, over))


def resize_to(ink: Coverage, shape: tuple[int, ...]) -> Coverage:
    """Return ink cropped or padded to a shape, centred."""
    out = np.zeros(shape, np.float32)
    height, width = (min(a, b) for a, b in zip(shape, ink.shape, strict=True))
    y, x = (shape[0] - height) // 2, (shape[1] - width) // 2
    v, u = (ink.shape[0] - height) // 2, (ink.shape[1] - width) // 2
    out[y : y + height, x : x + width] = ink[v : v + height, u : u + width]
    return out


def blot(side: float, r: Random) -> Coverage:
    """Return a filled spot: a blot, a hole, a sticker, a button."""
    n = max(4, round(side))
    y, x = np.mgrid[: n + 2, : n + 2] - (n + 1) / 2
    turn = np.arctan2(y, x)
    radius = n / 2 * (1 + r.choice([0, 0.12]) * np.sin(turn * r.integers(2, 5) + r.uniform(0, 6)))
    if r.random() < 0.25:
        return (np.maximum(np.abs(x), np.abs(y) * r.uniform(1, 2)) < n / 2).astype(np.float32)
    return np.clip(
        radius / r.uniform(1, 1.3) - np.hypot(x, y * r.uniform(0.8, 1.4)) + 0.5, 0, 1
    ).astype(np.float32)


def bar(height: int, width: int, r: Random) -> Coverage:
    """Return a pencil, a finger or a ruler: a bar that often comes in from the border."""
    long, short = max(height, width), min(height, width)
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
    ink = lines(height, width, [(x, y, *end)], thickness)
    if r.random() < 0.6:  # a point or a round tip
        tip = blot(thickness, r)
        top, left = round(end[1] - tip.shape[0] / 2), round(end[0] - tip.shape[1] / 2)
        lay(ink, tip, top, left)
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
