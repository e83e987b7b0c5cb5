"""Pictures that are not digits: letters, scribbles and shapes, drawn by program.

Held-out kinds never enter training: they measure whether the network knows a stranger when it sees
one. Letters that are written like a digit (O, I, S, Z, b, g, q ...) are left out. A network that
has only seen letters learns those letters, so others are made up by rule, each different.
"""

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from training.styles import Random, Stroke, jitter, straight, write

Kind = Callable[[Random], list[Stroke]]

ON_ITS_SIDE = (2, 3, 4, 5, 6, 7, 9)  # 0 and 8 stay digits when they are turned, and 1 a dash
MIRRORED = (3, 4, 6, 7, 9)  # a mirrored 2 is a 5 to some eyes, and vice versa
LAID_OVER = (0, 2, 3, 4, 5, 6, 7, 8, 9)  # a 1 on another digit may be its upright

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


def _joined(r: Random) -> list[Stroke]:
    """Return an upright bar with one, two or three branches to one side, as letters have."""
    top, bottom = r.uniform(-0.1, 0.1), r.uniform(0.9, 1.1)
    strokes = [Stroke(np.array([(r.normal(0, 0.04), top), (r.normal(0, 0.04), bottom)]))]
    side = r.choice([1, 1, 1, -1])
    for start in np.sort(r.uniform(0, 0.85, int(r.integers(1, 4)))):
        reach = r.uniform(0.4, 0.9)
        if r.random() < 0.5:
            points = [(0, start), (reach, start + r.uniform(-0.4, 0.4))]
        else:  # an arch that doesn't come back to the bar below: that would be a 6
            end = min(start + r.uniform(0.25, 0.6), 1.05)
            points = [(0, start), (reach * 0.55, start - 0.12), (reach, start + 0.15), (reach, end)]
        strokes.append(Stroke(np.array(points) * (side, 1), round=len(points) > 2))
    return strokes


def _outline(r: Random) -> list[Stroke]:
    """Return a closed outline that no 0 has: with points, corners or dents."""
    turn = r.uniform(0, 2 * np.pi)
    if r.random() < 0.5:  # a star, or a figure of three or five corners
        corners = int(r.choice([3, 4, 5, 6]))
        inner = r.uniform(0.35, 0.55)  # at 0.7 a star of four is a square: some write 0 so
        plain = corners in (3, 5) and r.random() < 0.5
        angles = turn + np.linspace(0, 2 * np.pi, (1 if plain else 2) * corners + 1)
        radii = np.ones(len(angles))
        if not plain:
            radii[1::2] = inner
        rounded = bool(r.random() < 0.3 and not plain)
    else:  # round, with one dent or three: two make an 8
        angles = turn + np.linspace(0, 2 * np.pi, 25)
        dents = turn + np.linspace(0, 2 * np.pi, int(r.choice([1, 3])), endpoint=False)
        away = np.abs((angles[:, None] - dents + np.pi) % (2 * np.pi) - np.pi)
        depths = np.exp(-((away / r.uniform(0.25, 0.5)) ** 2)).sum(axis=1)
        radii = 1 - r.uniform(0.4, 0.75) * depths.clip(0, 1)
        rounded = True
    points = np.stack([np.cos(angles) * r.uniform(0.7, 1.3), np.sin(angles)], 1)
    return [Stroke(points * radii[:, None], rounded)]


def _turned(r: Random) -> list[Stroke]:
    """Return a digit that lies on its side or is mirrored."""
    aside = r.random() < 0.6
    strokes = write(int(r.choice(ON_ITS_SIDE if aside else MIRRORED)), r)
    way = r.choice([1, -1])
    matrix = np.array([(0, way), (-way, 0)]) if aside else np.diag([-1, 1])
    return [Stroke(s.points @ matrix, s.round) for s in strokes]


def _overlaid(characters: Sequence[Kind], r: Random) -> list[Stroke]:
    """Return two of the characters, or two different digits, one on top of the other."""
    if r.random() < 0.3:
        both = [write(int(digit), r) for digit in r.choice(LAID_OVER, 2, replace=False)]
    else:
        both = [characters[i](r) for i in r.choice(len(characters), 2, replace=False)]
    one, other = both
    moved = [
        Stroke(s.points * r.uniform(0.6, 1.1, 2) + r.uniform(-0.2, 0.4, 2), s.round) for s in other
    ]
    return [*one, *moved]


def _wandering(r: Random) -> list[Stroke]:
    """Return one, two or three strokes between points of a coarse grid: a made-up character."""
    strokes = []
    for _ in range(int(r.integers(1, 4))):
        nodes = r.integers(0, (3, 4), (int(r.integers(3, 6)), 2))
        moved = np.append(True, np.any(np.diff(nodes, axis=0) != 0, axis=1))
        points = nodes[moved] * (0.5, 1 / 3) + r.normal(0, 0.04, (int(moved.sum()), 2))
        if len(points) > 1:
            strokes.append(Stroke(points, round=bool(r.random() < 0.5)))
    return strokes if sum(len(s.points) for s in strokes) > 4 else _wandering(r)


def kinds(*, held_out: bool) -> list[Kind]:
    """Return the kinds for training or, held out from it, for measuring."""
    if held_out:
        return [*_all(HELD_OUT_LETTERS, HELD_OUT_SHAPES), *[_tangle] * 10]
    drawn = _all(LETTERS, SHAPES)
    overlaid = partial(_overlaid, drawn)
    made_up: list[Kind] = [_joined, _outline, _turned, _wandering, overlaid]
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


def figure(r: Random) -> list[Stroke]:
    """Return one line through random points, closed or open, sometimes with a shorter one.

    It may look like a digit, which the program can't tell, so it has no label.
    """
    if r.random() < 0.5:  # around a middle, and back to where it began
        corners = int(r.integers(3, 9))
        steps = np.arange(corners) + r.uniform(-0.3, 0.3, corners)
        angles = r.uniform(0, 2 * np.pi) + steps * 2 * np.pi / corners
        points = np.stack([np.cos(angles), np.sin(angles)], 1) * r.uniform(0.4, 1, (corners, 1))
        points *= (r.uniform(0.6, 1.2), 1)
        points = np.concatenate([points, points[: int(r.integers(1, 3))]])
    else:
        points = r.uniform(-1, 1, (int(r.integers(3, 9)), 2)) * (r.uniform(0.4, 1), 1)
    strokes = [Stroke(points, round=bool(r.random() < 0.5))]
    if r.random() < 0.3:
        more = r.uniform(-1, 1, (int(r.integers(2, 4)), 2))
        strokes.append(Stroke(more * r.uniform(0.3, 1), round=bool(r.random() < 0.5)))
    return strokes
