"""Pictures that are not digits: letters, scribbles and shapes, drawn by program.

Kinds under HELD_OUT never enter training: they measure whether the network knows a stranger when
it sees one. Letters that are written like a digit (O, I, S, Z, b, g, q ...) are left out.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from training import glyphs
from training.styles import Random, Stroke, curve, jitter, straight

Kind = Callable[[Random], list[Stroke]]

LETTERS: dict[str, list[Stroke]] = {
    "A": [straight((0, 1), (0.5, 0), (1, 1)), straight((0.2, 0.65), (0.8, 0.65))],
    "C": [curve((0.9, 0.15), (0.5, 0), (0.05, 0.5), (0.5, 1), (0.9, 0.85))],
    "E": [straight((0.9, 0), (0.1, 0), (0.1, 1), (0.9, 1)), straight((0.1, 0.5), (0.7, 0.5))],
    "F": [straight((0.9, 0), (0.1, 0), (0.1, 1)), straight((0.1, 0.5), (0.7, 0.5))],
    "H": [
        straight((0.1, 0), (0.1, 1)),
        straight((0.9, 0), (0.9, 1)),
        straight((0.1, 0.5), (0.9, 0.5)),
    ],
    "J": [curve((0.8, 0), (0.8, 0.7), (0.5, 1), (0.1, 0.8))],
    "K": [straight((0.1, 0), (0.1, 1)), straight((0.9, 0), (0.1, 0.55), (0.9, 1))],
    "L": [straight((0.1, 0), (0.1, 1), (0.9, 1))],
    "M": [straight((0, 1), (0.1, 0), (0.5, 0.7), (0.9, 0), (1, 1))],
    "N": [straight((0.1, 1), (0.1, 0), (0.9, 1), (0.9, 0))],
    "P": [straight((0.1, 1), (0.1, 0)), curve((0.1, 0), (0.8, 0.1), (0.8, 0.45), (0.1, 0.55))],
    "Q": [
        curve((0.5, 0), (0.05, 0.5), (0.5, 1), (0.95, 0.5), (0.5, 0)),
        straight((0.6, 0.7), (1, 1.1)),
    ],
    "R": [
        straight((0.1, 1), (0.1, 0)),
        curve((0.1, 0), (0.8, 0.1), (0.8, 0.4), (0.1, 0.5)),
        straight((0.3, 0.5), (0.9, 1)),
    ],
    "T": [straight((0, 0), (1, 0)), straight((0.5, 0), (0.5, 1))],
    "U": [curve((0.1, 0), (0.1, 0.7), (0.5, 1), (0.9, 0.7), (0.9, 0))],
    "V": [straight((0, 0), (0.5, 1), (1, 0))],
    "W": [straight((0, 0), (0.25, 1), (0.5, 0.3), (0.75, 1), (1, 0))],
    "X": [straight((0, 0), (1, 1)), straight((1, 0), (0, 1))],
    "Y": [straight((0, 0), (0.5, 0.5), (1, 0)), straight((0.5, 0.5), (0.5, 1))],
    "a": [
        curve((0.8, 0.2), (0.4, 0), (0.1, 0.5), (0.4, 1), (0.8, 0.6)),
        straight((0.85, 0), (0.85, 1)),
    ],
    "d": [
        curve((0.75, 0.5), (0.4, 0.4), (0.1, 0.7), (0.4, 1), (0.75, 0.8)),
        straight((0.8, 0), (0.8, 1)),
    ],
    "e": [curve((0.1, 0.5), (0.9, 0.45), (0.5, 0), (0.05, 0.5), (0.5, 1), (0.9, 0.85))],
    "f": [curve((0.9, 0.1), (0.6, 0), (0.5, 0.4), (0.5, 1)), straight((0.2, 0.4), (0.85, 0.4))],
    "h": [straight((0.1, 0), (0.1, 1)), curve((0.1, 0.65), (0.5, 0.45), (0.85, 0.65), (0.85, 1))],
    "i": [straight((0.5, 0.35), (0.5, 1)), straight((0.5, 0), (0.5, 0.04))],
    "k": [straight((0.1, 0), (0.1, 1)), straight((0.8, 0.4), (0.1, 0.7), (0.8, 1))],
    "m": [
        straight((0.05, 0), (0.05, 1)),
        curve((0.05, 0.3), (0.3, 0), (0.5, 0.3), (0.5, 1)),
        curve((0.5, 0.3), (0.75, 0), (0.95, 0.3), (0.95, 1)),
    ],
    "n": [straight((0.1, 0), (0.1, 1)), curve((0.1, 0.3), (0.5, 0), (0.9, 0.3), (0.9, 1))],
    "p": [straight((0.1, 0), (0.1, 1)), curve((0.1, 0.1), (0.8, 0.05), (0.8, 0.5), (0.1, 0.55))],
    "r": [straight((0.2, 0), (0.2, 1)), curve((0.2, 0.4), (0.5, 0.05), (0.9, 0.1))],
    "t": [curve((0.5, 0), (0.5, 0.8), (0.9, 0.95)), straight((0.1, 0.3), (0.9, 0.3))],
    "w": [curve((0, 0), (0.25, 1), (0.5, 0.2), (0.75, 1), (1, 0))],
    "x": [curve((0, 0.1), (0.3, 0.1), (0.7, 0.9), (1, 0.9)), straight((0.9, 0), (0.1, 1))],
    "y": [straight((0.1, 0), (0.5, 0.55)), straight((0.95, 0), (0.3, 1))],
    "lambda": [straight((0.1, 0), (0.4, 0.2), (0.95, 1)), straight((0.5, 0.4), (0.05, 1))],
    "pi": [
        straight((0, 0.1), (1, 0)),
        straight((0.25, 0.1), (0.2, 1)),
        curve((0.7, 0.05), (0.7, 0.8), (0.95, 1)),
    ],
    "omega": [
        curve((0.1, 0), (0.02, 0.6), (0.25, 1), (0.5, 0.6)),
        curve((0.5, 0.6), (0.75, 1), (0.98, 0.6), (0.9, 0)),
    ],
    "sigma": [straight((0.95, 0.05), (0.05, 0), (0.5, 0.5), (0.05, 1), (0.95, 0.95))],
    "zhe": [
        straight((0.5, 0), (0.5, 1)),
        straight((0, 0), (0.5, 0.5), (0, 1)),
        straight((1, 0), (0.5, 0.5), (1, 1)),
    ],
}

SHAPES: dict[str, list[Stroke]] = {
    "triangle": [straight((0.5, 0), (1, 0.9), (0, 0.9), (0.5, 0))],
    "diamond": [straight((0.5, 0), (1, 0.5), (0.5, 1), (0, 0.5), (0.5, 0))],
    "plus": [straight((0.5, 0), (0.5, 1)), straight((0, 0.5), (1, 0.5))],
    "tick": [straight((0, 0.6), (0.35, 1), (1, 0))],
    "arrow": [straight((0, 0.5), (1, 0.5)), straight((0.7, 0.2), (1, 0.5), (0.7, 0.8))],
    "arrow up": [straight((0.5, 1), (0.5, 0)), straight((0.15, 0.35), (0.5, 0), (0.85, 0.35))],
    "equals": [straight((0, 0.3), (1, 0.3)), straight((0, 0.7), (1, 0.7))],
    "dash": [straight((0, 0.5), (1, 0.5))],
    "parallel": [straight((0.3, 0), (0.3, 1)), straight((0.7, 0), (0.7, 1))],
    "wave": [curve((0, 0.5), (0.2, 0.2), (0.5, 0.5), (0.8, 0.8), (1, 0.5))],
    "zigzag": [straight((0, 0), (0.2, 1), (0.4, 0), (0.6, 1), (0.8, 0), (1, 1))],
    "spiral": [
        curve(
            (0.5, 0.5),
            (0.6, 0.5),
            (0.5, 0.65),
            (0.3, 0.5),
            (0.5, 0.25),
            (0.8, 0.5),
            (0.5, 0.9),
            (0.05, 0.5),
            (0.5, 0),
        )
    ],
    "star": [straight((0.2, 1), (0.5, 0), (0.8, 1), (0, 0.4), (1, 0.4), (0.2, 1))],
    "asterisk": [
        straight((0.5, 0), (0.5, 1)),
        straight((0.1, 0.2), (0.9, 0.8)),
        straight((0.9, 0.2), (0.1, 0.8)),
    ],
    "heart": [
        curve((0.5, 1), (0, 0.4), (0.25, 0), (0.5, 0.3)),
        curve((0.5, 0.3), (0.75, 0), (1, 0.4), (0.5, 1)),
    ],
    "hash": [
        straight((0.3, 0), (0.3, 1)),
        straight((0.7, 0), (0.7, 1)),
        straight((0, 0.3), (1, 0.3)),
        straight((0, 0.7), (1, 0.7)),
    ],
    "percent": [
        straight((0.9, 0), (0.1, 1)),
        curve((0.2, 0.1), (0.1, 0.2), (0.2, 0.3), (0.3, 0.2), (0.2, 0.1)),
        curve((0.8, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.8), (0.8, 0.7)),
    ],
    "house": [straight((0.1, 1), (0.1, 0.4), (0.5, 0), (0.9, 0.4), (0.9, 1), (0.1, 1))],
    "moon": [
        curve((0.7, 0), (0.1, 0.25), (0.1, 0.75), (0.7, 1)),
        curve((0.7, 0), (0.4, 0.3), (0.4, 0.7), (0.7, 1)),
    ],
    "lightning": [straight((0.7, 0), (0.2, 0.55), (0.7, 0.45), (0.25, 1))],
    "fish": [
        curve((0.95, 0.1), (0.3, 0.8), (0, 0.5), (0.3, 0.2), (0.95, 0.9)),
        straight((0.95, 0.1), (0.95, 0.9)),
    ],
    "flag": [straight((0.1, 0), (0.1, 1)), straight((0.1, 0), (0.9, 0.2), (0.1, 0.5))],
    "anchor": [
        straight((0.5, 0), (0.5, 1)),
        straight((0.3, 0.2), (0.7, 0.2)),
        curve((0, 0.6), (0.2, 0.95), (0.5, 1), (0.8, 0.95), (1, 0.6)),
    ],
    "question": [
        curve((0.1, 0.2), (0.5, 0), (0.9, 0.25), (0.5, 0.5), (0.5, 0.75)),
        straight((0.5, 0.95), (0.5, 1)),
    ],
    "smile": [
        curve((0.5, 0), (0, 0.5), (0.5, 1), (1, 0.5), (0.5, 0)),
        straight((0.3, 0.35), (0.3, 0.4)),
        straight((0.7, 0.35), (0.7, 0.4)),
        curve((0.25, 0.65), (0.5, 0.8), (0.75, 0.65)),
    ],
}

HELD_OUT = frozenset(
    [
        "E",
        "K",
        "R",
        "W",
        "h",
        "m",
        "t",
        "lambda",
        "pi",
        "omega",
        "sigma",
        "zhe",
        "diamond",
        "tick",
        "star",
        "hash",
        "heart",
        "moon",
        "lightning",
        "fish",
        "flag",
        "anchor",
    ]
)


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
    return [
        straight((x, y), (x + 0.02, y + 0.02))
        for x, y in r.uniform(0, 1, (int(r.integers(1, 9)), 2))
    ]


def _lines(r: Random) -> list[Stroke]:
    return [Stroke(r.uniform(0, 1, (2, 2))) for _ in range(int(r.integers(2, 7)))]


def _of(strokes: list[Stroke]) -> Kind:
    return lambda r: jitter(strokes, r, r.uniform(0.6, 1.0))


def kinds(*, held_out: bool) -> list[Kind]:
    """Return the kinds for training or, held out from it, for measuring."""
    drawn = [_of(s) for name, s in (LETTERS | SHAPES).items() if (name in HELD_OUT) == held_out]
    if held_out:
        return [*drawn, *[_tangle] * 10]
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
