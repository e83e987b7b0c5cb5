"""Pictures that are not digits: letters, scribbles and shapes, drawn by program.

Held-out kinds never enter training: they measure whether the network knows a stranger when it sees
one. Letters that are written like a digit (O, I, S, Z, b, g, q ...) are left out.
"""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from training import glyphs
from training.styles import Random, Stroke, jitter, straight

Kind = Callable[[Random], list[Stroke]]

# The strokes of letters, shapes and signs: points x,y in the unit square, y downwards.
STROKES: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_name("strokes.json").read_text(encoding="utf-8")
)


def stroke(text: str) -> Stroke:
    """Return the stroke that "line" (with corners) or "curve" (smooth) and its points describe."""
    kind, *points = text.split()
    return Stroke(np.array([point.split(",") for point in points], float), kind == "curve")


def _drawn(part: str) -> dict[str, list[Stroke]]:
    return {name: [*map(stroke, strokes)] for name, strokes in STROKES[part].items()}


LETTERS, HELD_OUT_LETTERS = _drawn("letters"), _drawn("held-out letters")
SHAPES, HELD_OUT_SHAPES = _drawn("shapes"), _drawn("held-out shapes")


def _scribble(r: Random) -> list[Stroke]:
    points = np.cumsum(r.normal(0, 0.35, (int(r.integers(6, 22)), 2)), axis=0)
    return [Stroke(points, round=bool(r.random() < 0.7))]


def _tangle(r: Random) -> list[Stroke]:
    """Scribble by another rule, for measuring: two swinging pendulums."""
    t = np.linspace(0, r.uniform(8, 25), 60)
    a, b, c, d = r.uniform(0.6, 2.2, 4)
    swing = np.sin(np.outer(t, [a, b])) + 0.6 * np.sin(np.outer(t, [c, d]) + 1)
    return [Stroke(swing, round=True)]


def _dots(r: Random) -> list[Stroke]:
    points = r.uniform(0, 1, (int(r.integers(1, 9)), 2))
    return [straight((x, y), (x + 0.02, y + 0.02)) for x, y in points]


def _lines(r: Random) -> list[Stroke]:
    return [Stroke(r.uniform(0, 1, (2, 2))) for _ in range(int(r.integers(2, 7)))]


def _all(*tables: dict[str, list[Stroke]]) -> list[Kind]:
    return [partial(_written, strokes) for table in tables for strokes in table.values()]


def _written(strokes: list[Stroke], r: Random) -> list[Stroke]:
    return jitter(strokes, r, r.uniform(0.6, 1.0))


def kinds(*, held_out: bool) -> list[Kind]:
    """Return the kinds for training or, held out from it, for measuring."""
    if held_out:
        return [*_all(HELD_OUT_LETTERS, HELD_OUT_SHAPES), *[_tangle] * 10]
    drawn = _all(LETTERS, SHAPES)
    overlaid = partial(glyphs.overlaid, drawn)
    made_up: list[Kind] = [glyphs.joined, glyphs.outline, glyphs.turned, glyphs.wandering, overlaid]
    return [*drawn, *[_scribble] * 12, *[_dots] * 2, *[_lines] * 5, *made_up * 10]


def several(strokes: list[list[Stroke]], r: Random) -> list[Stroke]:
    """Return two or more digits side by side, as one writes a number."""
    row = []
    x = 0.0
    for digit in strokes:
        every = np.concatenate([s.points for s in digit])
        low, high = every.min(axis=0), every.max(axis=0)
        move = np.array([x - low[0], r.normal(0, 0.05)])
        row += [Stroke(s.points + move, s.round) for s in digit]
        x += float(high[0] - low[0]) + r.uniform(0.06, 0.35)
    return row
