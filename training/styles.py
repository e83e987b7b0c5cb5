"""Digits drawn by program, in the ways people of different countries write them.

MNIST's writers were American; distorting their digits gives no flag to a 1 and no slash to a 0.
A style is a function that returns the strokes of one digit, freshly jittered: lists of points in
the unit square, y downwards, and for each whether it is a smooth curve or has corners.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Random = np.random.Generator
Points = NDArray[np.float64]  # (n, 2)


@dataclass
class Stroke:
    """A pen's path from touching the paper to leaving it.

    `points` are the corners or, where `round`, what a smooth curve passes through.
    """

    points: Points
    round: bool = False


Style = Callable[[Random], list[Stroke]]


def one_of(items: Sequence[Any] | NDArray[Any], r: Random) -> Any:
    """Return one of the items, each as likely."""
    return items[int(r.integers(len(items)))]


def straight(*points: tuple[float, float]) -> Stroke:
    """Return a stroke with corners."""
    return Stroke(np.array(points, float))


def curve(*points: tuple[float, float]) -> Stroke:
    """Return a stroke without corners."""
    return Stroke(np.array(points, float), round=True)


def _oval(r: Random, cx: float, cy: float, rx: float, ry: float) -> Stroke:
    """Return a closed, overshooting or not quite closed oval, begun anywhere near its top."""
    start = np.radians(r.uniform(-150, -30))
    sweep = np.radians(360 + r.uniform(-12, 25)) * r.choice([-1, 1])
    angles = start + np.linspace(0, sweep, 12)
    return Stroke(np.stack([cx + rx * np.cos(angles), cy + ry * np.sin(angles)], 1), round=True)


def _zero(r: Random) -> list[Stroke]:
    if r.random() < 0.15:  # square, as in boxes of forms and on pixel canvases
        return [straight((0.1, 0), (0.9, 0), (0.9, 1), (0.1, 1), (0.1, 0))]
    return [_oval(r, 0.5, 0.5, r.uniform(0.28, 0.5), 0.5)]


def _zero_slashed(r: Random) -> list[Stroke]:
    over = r.uniform(-0.12, 0.12)
    slash = straight((0.85 + over, 0.1 - over), (0.15 - over, 0.9 + over))
    return [*_zero(r), slash]


def _zero_dotted(r: Random) -> list[Stroke]:
    x, y = r.uniform(0.45, 0.55, 2)
    return [_oval(r, 0.5, 0.5, r.uniform(0.4, 0.55), 0.5), straight((x, y), (x, y + 0.03))]


def _one_bar(r: Random) -> list[Stroke]:
    return [straight((0.5 + r.uniform(-0.12, 0.12), 0), (0.5, 1))]


def _one_flag(r: Random) -> list[Stroke]:
    # The flag falls away from the top: one that is level would make a 7.
    length = r.uniform(0.12, 0.5)
    drop = length * r.uniform(0.45, 1.5)
    lean = r.uniform(-0.08, 0.08)
    flag = [(0.6 - length, min(drop, 0.6)), (0.6, 0)]
    if r.random() < 0.3:  # the flag bends
        flag.insert(1, (0.6 - length * 0.4, drop * r.uniform(0.4, 0.75)))
    if r.random() < 0.25:  # two strokes that don't quite meet
        gap = r.uniform(-0.04, 0.06)
        return [straight(*flag), straight((0.6 + gap / 2, gap), (0.6 + lean, 1))]
    return [straight(*flag, (0.6 + lean, 1))]


def _one_foot(r: Random) -> list[Stroke]:
    left, right = r.uniform(0.12, 0.45), r.uniform(0.12, 0.4)
    y = 1 + r.uniform(-0.03, 0.03)
    strokes = _one_flag(r) if r.random() < 0.85 else [straight((0.6, 0), (0.6, 1))]
    return [*strokes, straight((0.6 - left, y), (0.6 + right, 1))]


def _two(r: Random) -> list[Stroke]:
    foot = r.uniform(-0.06, 0.06)
    top = [(0.08, r.uniform(0.15, 0.35)), (0.25, 0.05), (0.55, 0), (0.88, 0.2), (0.78, 0.45)]
    neck = [(0.45, 0.72), (0.08, 1.0)]
    return [curve(*top, *neck), straight((0.08, 1.0), (0.95, 1 + foot))]


def _two_loop(r: Random) -> list[Stroke]:
    top = [(0.08, r.uniform(0.15, 0.3)), (0.3, 0.03), (0.65, 0.03), (0.85, 0.25), (0.7, 0.55)]
    size = r.uniform(0.06, 0.14)
    loop = [(0.3, 0.92), (0.12, 1.0), (0.05, 1 - size), (0.2, 0.98 - size), (0.5, 0.97)]
    return [curve(*top, *loop, (0.98, r.uniform(0.88, 1.02)))]


def _two_angular(r: Random) -> list[Stroke]:
    if r.random() < 0.4:  # as on a seven-segment display
        return [straight((0.1, 0), (0.9, 0), (0.9, 0.5), (0.1, 0.5), (0.1, 1), (0.9, 1))]
    y = r.uniform(0.1, 0.25)
    corner = (0.9, r.uniform(0.15, 0.35))
    return [straight((0.08, y), (0.35, 0), (0.75, 0), corner, (0.08, 1), (0.95, 1))]


def _three(r: Random) -> list[Stroke]:
    waist = r.uniform(0.35, 0.6)
    upper = [(0.1, r.uniform(0.08, 0.25)), (0.45, 0), (0.82, 0.2), (waist, 0.46)]
    lower = [(0.9, 0.7), (0.5, 1), (0.05, r.uniform(0.75, 0.95))]
    if r.random() < 0.2:  # a small loop at the waist
        upper[-1:] = [(waist, 0.44), (waist - 0.12, 0.5), (waist, 0.53)]
    if r.random() < 0.3:  # the pen turns sharply at the waist
        return [curve(*upper), curve(upper[-1], *lower)]
    return [curve(*upper, *lower)]


def _three_flat(r: Random) -> list[Stroke]:
    knee = (r.uniform(0.35, 0.55), r.uniform(0.35, 0.48))
    bowl = [knee, (0.8, 0.5), (0.92, 0.75), (0.55, 1), (0.08, r.uniform(0.82, 0.97))]
    return [straight((0.1, 0), (0.88, 0), knee), curve(*bowl)]


def _three_angular(r: Random) -> list[Stroke]:
    inner = (r.uniform(0.25, 0.6), 0.5)
    if r.random() < 0.5:
        return [straight((0.1, 0), (0.9, 0), (0.9, 1), (0.1, 1)), straight(inner, (0.9, 0.5))]
    return [straight((0.1, 0.05), (0.85, 0.2), inner, (0.9, 0.78), (0.1, 1))]


def _four_open(r: Random) -> list[Stroke]:
    bar = r.uniform(0.45, 0.65)
    x, top = r.uniform(0.6, 0.8), r.uniform(0, 0.35)
    arm = [(r.uniform(0.05, 0.3), 0), (0.08, bar), (r.uniform(0.85, 1), bar)]
    return [straight(*arm), straight((x, top), (x - r.uniform(-0.05, 0.12), 1))]


def _four_round(r: Random) -> list[Stroke]:
    cup = [(0.12, 0.03), (0.1, 0.38), (0.3, 0.55), (0.6, 0.5), (0.8, 0.3)]
    top = r.uniform(0, 0.15)
    return [curve(*cup), straight((0.83, top), (0.8 - r.uniform(0, 0.12), 1))]


def _four_closed(r: Random) -> list[Stroke]:
    bar = r.uniform(0.6, 0.75)
    x = r.uniform(0.55, 0.75)
    arm = straight((x, 0), (0.02, bar), (r.uniform(0.85, 1), bar + r.uniform(-0.04, 0.04)))
    return [arm, straight((x, r.uniform(-0.02, 0.08)), (x - r.uniform(-0.04, 0.06), 1))]


def _five(r: Random) -> list[Stroke]:
    shoulder = (0.15, r.uniform(0.38, 0.5))
    bowl = [shoulder, (0.5, 0.36), (0.9, 0.62), (0.7, 0.95), (0.05, r.uniform(0.85, 1))]
    x = r.uniform(0.15, 0.3)
    bar = straight((r.uniform(0.75, 1), r.uniform(-0.05, 0.05)), (x, 0))
    if r.random() < 0.5:  # in two strokes: the bar comes last and need not meet the stem
        apart = np.array([r.uniform(-0.02, 0.1), r.uniform(-0.06, 0.04)])
        return [straight((x, 0), shoulder), curve(*bowl), Stroke(bar.points + apart)]
    return [Stroke(np.array([*bar.points, shoulder])), curve(*bowl)]


def _five_swung(r: Random) -> list[Stroke]:
    head = [(0.95, r.uniform(-0.02, 0.08)), (0.4, 0.02), (0.22, 0.25), (0.35, 0.42)]
    return [curve(*head, (0.8, 0.6), (0.75, 0.9), (0.35, 1), (0.05, r.uniform(0.82, 0.95)))]


def _five_angular(r: Random) -> list[Stroke]:
    y = r.uniform(0.4, 0.5)
    return [straight((0.9, 0), (0.1, 0), (0.1, y), (0.9, y), (0.9, 1), (0.1, 1))]


def _six(r: Random) -> list[Stroke]:
    top = (r.uniform(0.5, 0.9), r.uniform(0, 0.06))
    side = (r.uniform(0.22, 0.45), 0.25)
    bowl = [(0.08, 0.68), (0.4, 1), (0.85, 0.8), (0.6, r.uniform(0.48, 0.6))]
    return [curve(top, side, *bowl, (0.12, r.uniform(0.65, 0.8)))]


def _six_straight(r: Random) -> list[Stroke]:
    bend = (r.uniform(0.05, 0.15), r.uniform(0.55, 0.75))
    stem = straight((r.uniform(0.1, 0.85), 0), bend)
    bowl = [bend, (0.2, 0.97), (0.6, 1), (0.88, 0.75), (0.6, 0.52), (0.12, bend[1])]
    return [stem, curve(*bowl)]


def _six_roofed(r: Random) -> list[Stroke]:
    # Begun with a bar to the left, as a 5 is, but the bowl closes.
    roof = [(r.uniform(0.75, 1), r.uniform(-0.05, 0.12)), (r.uniform(0.35, 0.5), 0)]
    waist = (r.uniform(0.08, 0.16), r.uniform(0.55, 0.65))
    bowl = [(0.3, 1), (0.85, 0.85), (0.75, 0.55), waist]
    return [curve(*roof, (0.14, 0.3), waist, *bowl)]


def _six_angular(r: Random) -> list[Stroke]:
    y = r.uniform(0.4, 0.62)
    x = r.uniform(0.05, 0.3)
    bowl = [(0.1, 1), (0.9, 1), (0.9 - r.uniform(0, 0.1), y), (x, y)]
    kind = r.random()
    if kind < 0.45:  # a roof, as on a seven-segment display
        return [straight((r.uniform(0.6, 0.95), r.uniform(-0.04, 0.08)), (x, 0), *bowl)]
    if kind < 0.75:  # a slanted stem and a box below it
        return [straight((r.uniform(0.3, 0.8), 0), (0.08, r.uniform(0.4, 0.6)), *bowl)]
    return [straight((x, 0), *bowl)]


def _seven(r: Random) -> list[Stroke]:
    corner = (r.uniform(0.8, 1), r.uniform(-0.04, 0.05))
    end = (r.uniform(0.2, 0.6), 1)
    strokes = [straight((0.02, r.uniform(-0.02, 0.1)), corner, end)]
    if r.random() < 0.35:  # the stem bends
        middle = (corner[0] * 0.45 + end[0] * 0.55 - r.uniform(0, 0.08), 0.5)
        strokes = [straight((0.02, 0.02), corner), curve(corner, middle, end)]
    return strokes


def _seven_hook(r: Random) -> list[Stroke]:
    hook = straight((0.05 + r.uniform(-0.05, 0.05), r.uniform(0.1, 0.25)), (0.04, 0.0))
    return [hook, *_seven(r)]


def _crossed(style: Style) -> Style:
    def crossed(r: Random) -> list[Stroke]:
        y, half = r.uniform(0.42, 0.6), r.uniform(0.15, 0.34)
        x = 0.62 + r.uniform(-0.08, 0.06)
        tilt = r.uniform(-0.1, 0.06)
        return [*style(r), straight((x - half, y - tilt), (x + half, y + tilt))]

    return crossed


def _eight_circles(r: Random) -> list[Stroke]:
    waist = r.uniform(0.4, 0.52)
    small = r.uniform(0.26, 0.42)
    gap = r.uniform(-0.03, 0.02)
    return [
        _oval(r, 0.5, waist / 2, small, waist / 2 - gap),
        _oval(r, 0.5, (1 + waist) / 2, r.uniform(small, 0.46), (1 - waist) / 2),
    ]


def _eight_swung(r: Random) -> list[Stroke]:
    start = (r.uniform(0.65, 0.85), r.uniform(0.08, 0.2))
    down = [(0.5, 0), (0.18, 0.2), (0.45, 0.46), (0.86, 0.75), (0.5, 1), (0.12, 0.76)]
    up = [(0.5, 0.47), (0.8, r.uniform(0.2, 0.3)), (r.uniform(0.6, 0.8), r.uniform(0, 0.15))]
    return [curve(start, *down, *up)]


def _eight_angular(r: Random) -> list[Stroke]:
    if r.random() < 0.5:  # an hourglass
        return [straight((0.1, 0), (0.9, 1), (0.1, 1), (0.9, 0), (0.1, 0))]
    box = straight((0.1, 0), (0.9, 0), (0.9, 1), (0.1, 1), (0.1, 0))
    return [box, straight((0.1, 0.5), (0.9, 0.5))]


def _nine(r: Random) -> list[Stroke]:
    loop = [(0.85, 0.2), (0.5, 0), (0.12, 0.25), (0.4, r.uniform(0.45, 0.55)), (0.85, 0.2)]
    tail = [(0.82, 0.6), (r.uniform(0.4, 0.8), 1)]
    if r.random() < 0.35:  # a tail that swings back
        tail = [(0.85, 0.65), (0.5, 1), (r.uniform(0.05, 0.2), r.uniform(0.8, 0.95))]
    return [curve(*loop), curve(loop[-1], *tail)]


def _nine_straight(r: Random) -> list[Stroke]:
    oval = _oval(r, 0.42, 0.26, r.uniform(0.3, 0.4), 0.26)
    x = 0.8 + r.uniform(-0.03, 0.05)
    return [oval, straight((x, r.uniform(0, 0.15)), (x - r.uniform(-0.05, 0.35), 1))]


def _nine_angular(r: Random) -> list[Stroke]:
    y = r.uniform(0.4, 0.55)
    tail = [(0.9, 1)] if r.random() < 0.5 else [(0.9, 1), (r.uniform(0.1, 0.4), 1)]
    return [straight((0.9, y), (0.1, y), (0.1, 0), (0.9, 0), *tail)]


# How often each style is drawn among those of its digit.
STYLES: dict[int, list[tuple[float, Style]]] = {
    0: [(5, _zero), (2.5, _zero_slashed), (1, _zero_dotted)],
    1: [(2, _one_bar), (5, _one_flag), (4, _one_foot)],
    2: [(3, _two), (2, _two_loop), (1.5, _two_angular)],
    3: [(3, _three), (2, _three_flat), (1, _three_angular)],
    4: [(3, _four_open), (1.5, _four_round), (3, _four_closed)],
    5: [(4, _five), (1.5, _five_swung), (1, _five_angular)],
    6: [(3, _six), (3, _six_straight), (2, _six_roofed), (3, _six_angular)],
    7: [(3, _seven), (2, _seven_hook), (2.5, _crossed(_seven)), (1.5, _crossed(_seven_hook))],
    8: [(3, _eight_circles), (3, _eight_swung), (1, _eight_angular)],
    9: [(3, _nine), (3, _nine_straight), (1, _nine_angular)],
}
# The digits whose styles MNIST has least of are drawn more often.
SHARES = np.array([1.1, 2.0, 0.9, 0.9, 1.1, 1.0, 1.5, 1.5, 0.8, 1.1])


def write(digit: int, random: Random) -> list[Stroke]:
    """Return the strokes of a digit in one of its styles, jittered."""
    weights = np.array([weight for weight, _ in STYLES[digit]])
    choice = random.choice(len(weights), p=weights / weights.sum())
    strokes = STYLES[digit][choice][1](random)
    narrow = random.uniform(0.45, 1.0) if digit != 1 else random.uniform(0.4, 1.1)
    return jitter(strokes, random, narrow)


def jitter(strokes: list[Stroke], random: Random, narrow: float = 1.0) -> list[Stroke]:
    """Return the strokes as by an unsteady hand: points displaced, slanted, turned, narrowed."""
    unsteady = random.choice([0.008, 0.02, 0.035])
    slant, turn = random.normal(0, 0.13), np.radians(random.normal(0, 5))
    matrix = np.array([[narrow, slant * narrow], [0, 1]])
    matrix = matrix @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return [
        Stroke((s.points + random.normal(0, unsteady, s.points.shape) - 0.5) @ matrix, s.round)
        for s in strokes
    ]
