"""Where the digits of a scene stand: alone, in rows and lines, in cells and boxes, anywhere."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from training import clutter
from training.handwriting import Hand, Writers, bounds, resized
from training.redraw import Box, Coverage, Shape, from_levels
from training.styles import Random

MOST = 120  # digits and lines in a table
LONGEST = 16  # digits in a line
SMALLEST = 6.0  # px, longer side of a digit


class Placed(NamedTuple):
    """Ink, where its upper left corner is, px, and whether it is a digit."""

    ink: Coverage
    top: int
    left: int
    digit: bool = True

    @property
    def box(self) -> Box:
        """The box of the ink, px."""
        height, width = self.ink.shape
        return self.top, self.top + height, self.left, self.left + width


class Place(NamedTuple):
    """A layout's input: the size, px, the hand, and all of MNIST's writers."""

    height: int
    width: int
    hand: Hand
    writers: Writers

    @property
    def shape(self) -> Shape:
        """Height and width, px."""
        return self.height, self.width

    def room(self, ink: Coverage) -> Shape:
        """Return how much higher and wider than the ink the place is, px; below 0 if it isn't."""
        return self.height - ink.shape[0], self.width - ink.shape[1]


Layout = Callable[[Place, Random], list[Placed]]


def alone(place: Place, r: Random) -> list[Placed]:
    """Return one digit of any size, anywhere, rarely with a part cut off."""
    short = min(place.shape)
    fills = r.random() < 0.15  # the whole picture, up to its border
    side = short * (r.uniform(0.85, 1.05) if fills else r.uniform(0.08, 0.96))
    ink = place.hand(_digit(r), max(side, SMALLEST), r)
    inset = 0.0 if fills else 0.06 if r.random() < 0.9 else -0.02
    top, left = (round(max(n, 0) * r.uniform(inset, 1 - inset)) for n in place.room(ink))
    return [Placed(ink, top, left)]


def tight(place: Place, r: Random) -> list[Placed]:
    """Return one digit cut out at its own border: it reaches from side to side."""
    ink = place.hand(_digit(r), max(place.shape), r)
    scale = min(place.height / ink.shape[0], place.width / ink.shape[1]) * r.uniform(0.92, 1.04)
    ink = resized(ink, scale)
    down, across = place.room(ink)
    top = round(down / 2 + r.normal(0, 0.02) * place.height)
    left = round(across / 2 + r.normal(0, 0.02) * place.width)
    return [Placed(ink, top, left)]


def rows(place: Place, r: Random) -> list[Placed]:
    """Return one line or several lines of digits, in groups, with signs between some of them."""
    lines = int(r.choice([1, 1, 1, 2, 2, 3, 4, 6])) if place.height * 2 > place.width else 1
    longest = min(12, max(2, round(1.6 * place.width / place.height * lines)))
    if r.random() < 0.3:  # a long line, however high the picture is
        longest = LONGEST
    count = int(r.integers(1 if lines > 1 else 2, longest + 1))
    high, wide = place.height / lines, place.width / count
    side = min(high * r.uniform(0.35, 0.9), wide * r.uniform(0.6, 1.5))
    if r.random() < 0.35:  # small writing on a large page
        side *= r.uniform(0.25, 0.7)
    gap = r.choice([r.uniform(-0.12, 0.08), r.uniform(0.05, 0.35), r.uniform(0.3, 1.0)])
    signs = r.random() < 0.5
    placed: list[Placed] = []
    top = 0.0
    for _ in range(lines):
        number = count if r.random() < 0.6 else int(r.integers(1, count + 1))
        placed += _row(place, number, side, gap, r, top=top, signs=signs)
        top += side * r.uniform(1.1, 1.9)
    return _fitted(placed, place, r)


def _row(
    place: Place, count: int, side: float, gap: float, r: Random, *, top: float, signs: bool
) -> list[Placed]:
    slope = r.normal(0, 0.03)
    uneven = r.choice([0.03, 0.1])
    placed, left = [], 0.0
    for number in range(count):
        ink = place.hand(_digit(r), max(side * np.exp(r.normal(0, uneven)), SMALLEST), r)
        y = top + left * slope + (side - ink.shape[0]) * r.uniform(0.2, 0.8)
        y += r.normal(0, uneven) * side / 2
        placed.append(Placed(ink, round(y), round(left)))
        left += ink.shape[1] + side * gap * np.exp(r.normal(0, 0.25))
        if signs and r.random() < 0.35 and number + 1 < count:
            sign, middle = clutter.sign(side, r, clutter.TRAINED)
            y = top + left * slope + side * middle - sign.shape[0] / 2
            apart = r.choice([0.4, 1.0])
            left += side * r.uniform(0.05, apart)
            placed.append(Placed(sign, round(y), round(left), digit=False))
            left += sign.shape[1] + side * r.uniform(0.1, apart)
        elif r.random() < 0.07:
            left += side * r.uniform(0.4, 1.5)
    return placed


def frames(place: Place, r: Random) -> list[Placed]:
    """Return MNIST's frames side by side, overlapping by up to half of their width."""
    wide = place.width > place.height
    scale = place.height / 32 * r.uniform(0.7, 1.0) if wide else place.width / 90
    size = max(12, round(28 * scale))
    pitch = max(3, size - int(r.uniform(0, 0.5) * size))
    most = (place.width - size) // pitch + 1
    count = int(r.integers(1, max(2, min(most, 12)) + 1))
    left = int(r.integers(0, max(1, place.width - (count - 1) * pitch - size) + 1))
    top = int(r.integers(0, max(1, place.height - size) + 1))
    writer = place.writers.somebody(r) if r.random() < 0.5 else None
    placed = []
    for number in range(count):
        frame = place.writers.frame(_digit(r), writer, r)
        down, across = bounds(frame > 0)
        ink = resized(from_levels(frame[down, across]), size / 28)
        y, x = top + down.start * size / 28, left + number * pitch + across.start * size / 28
        placed.append(Placed(ink, round(y), round(x)))
    return placed


def scattered(place: Place, r: Random) -> list[Placed]:
    """Return digits of several sizes anywhere, without overlap."""
    placed: list[Placed] = []
    usual = min(place.shape) * r.uniform(0.12, 0.4)
    for _ in range(int(r.integers(2, 14))):
        ink = place.hand(_digit(r), max(usual * np.exp(r.normal(0, 0.3)), SMALLEST), r)
        for new in _anywhere(ink, place, r):
            if not any(_meet(new, other, 0.05 * usual) for other in placed):
                placed.append(new)
    return placed


def _anywhere(ink: Coverage, place: Place, r: Random, *, digit: bool = True) -> list[Placed]:
    """Return the ink at a random place, or nothing where there is no room."""
    room = place.room(ink)
    if min(room) < 1:
        return []
    return [Placed(ink, int(r.integers(0, room[0])), int(r.integers(0, room[1])), digit)]


def cells(place: Place, r: Random) -> list[Placed]:
    """Return digits in the cells of a table or a row of boxes, with its lines."""
    if place.width > 2 * place.height or r.random() < 0.3:
        down, across = 1, int(r.integers(2, 12))
    else:
        down, across = (int(n) for n in r.integers(2, 10, 2))
        if r.random() < 0.4:
            down = across
    if down > 1 and r.random() < 0.5:  # not square
        wide = place.width * r.uniform(0.7, 0.96) / across
        high = place.height * r.uniform(0.7, 0.96) / down
    else:
        pitch = min(place.height * 0.96 / down, place.width * 0.96 / across)
        wide = pitch * r.uniform(0.65, 1.0)
        high = min(wide * r.uniform(1.0, 1.5), place.height * 0.96 / down)
    if min(wide, high) < SMALLEST + 3:
        return rows(place, r)
    top = round((place.height - down * high) * r.uniform(0, 1))
    left = round((place.width - across * wide) * r.uniform(0, 1))
    apart = r.uniform(0.02, 0.25) * wide if down == 1 and r.random() < 0.4 else 0.0
    lines = clutter.table(place.shape, (top, left, down, across, high, wide, apart), r)
    placed = [Placed(lines, 0, 0, digit=False)]
    filled, size = r.choice([0.3, 0.7, 1.0]), r.uniform(0.45, 0.9)
    for row in range(down):
        for column in range(across):
            if r.random() > filled or len(placed) > MOST:
                continue
            digit = _digit(r)
            side = max(min(high, wide * 1.4) * size * np.exp(r.normal(0, 0.1)), SMALLEST)
            ink = place.hand(digit, side, r)
            if ink.shape[1] > wide * 1.05:
                ink = place.hand(digit, side * wide / ink.shape[1], r)
            y = top + (row + 0.5) * high - ink.shape[0] / 2 + r.normal(0, 0.06) * high
            x = left + (column + 0.5) * wide - ink.shape[1] / 2 + r.normal(0, 0.06) * wide
            placed.append(Placed(ink, round(y), round(x)))
    return placed


def characters(place: Place, r: Random) -> list[Placed]:
    """Return one or a few characters that are not digits, as large as digits would be."""
    placed: list[Placed] = []
    count = int(r.choice([1, 1, 1, 2, 3, 5]))
    side = max(min(place.shape) * r.uniform(0.15, 0.9) / (1 if count == 1 else 1.8), 12.0)
    thickness = float(0.03 * (0.25 / 0.03) ** r.random())
    for _ in range(count):
        ink = clutter.character(side, thickness * side, r, clutter.TRAINED)
        placed += _anywhere(ink, place, r, digit=False)
    return placed


def words(place: Place, r: Random) -> list[Placed]:
    """Return words, printed or written by hand, in one line or several."""
    side = max(min(place.height * r.uniform(0.08, 0.5), place.width * 0.3), 6.0)
    placed = []
    top = r.uniform(0, max(1.0, place.height * 0.5))
    for _ in range(int(r.integers(1, 6))):
        ink = clutter.word(side, r, clutter.TRAINED)
        if top + ink.shape[0] > place.height:
            break
        left = round(r.uniform(0, max(1, place.width - ink.shape[1])))
        placed.append(Placed(ink, round(top), left, digit=False))
        top += ink.shape[0] * r.uniform(1.2, 2.5)
    return placed


def nothing(place: Place, r: Random) -> list[Placed]:
    """Return no ink."""
    del place, r
    return []


def _digit(r: Random) -> int:
    return int(r.choice(10, p=SHARES))


# A 1 looks like a line, a bar or a stem, so it is drawn more often.
SHARES = np.array([1.0, 1.8, 1, 1, 1.1, 1, 1, 1.2, 1, 1])
SHARES = SHARES / SHARES.sum()


def _meet(one: Placed, other: Placed, apart: float) -> bool:
    top, bottom, left, right = one.box
    its_top, its_bottom, its_left, its_right = other.box
    level = top < its_bottom + apart and its_top < bottom + apart
    return level and left < its_right + apart and its_left < right + apart


def _fitted(placed: list[Placed], place: Place, r: Random) -> list[Placed]:
    """Return the placed ink moved into the scene, reduced if it is too large."""
    top, bottom, left, right = around(placed)
    high, wide = bottom - top, right - left
    margin = r.uniform(0, 0.08)
    scale = min(1.0, place.height * (1 - margin) / high, place.width * (1 - margin) / wide)
    if r.random() < 0.05:  # some are cut off
        scale = min(1.0, scale * 1.1)
    down = (place.height - high * scale) * r.random() - top * scale
    across = (place.width - wide * scale) * r.random() - left * scale
    return [
        p._replace(
            ink=p.ink if scale == 1 else resized(p.ink, scale),
            top=math.floor(p.top * scale + down),
            left=math.floor(p.left * scale + across),
        )
        for p in placed
    ]


def around(placed: list[Placed]) -> Box:
    """Return the box around all of the ink, px."""
    tops, bottoms, lefts, rights = zip(*(p.box for p in placed), strict=True)
    return min(tops), max(bottoms), min(lefts), max(rights)


ALL = (alone, tight, rows, frames, scattered, cells, characters, words, nothing)
