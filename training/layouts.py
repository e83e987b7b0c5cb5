"""Where the digits of a scene stand: alone, in rows and lines, in cells and boxes, anywhere."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from training import clutter
from training.handwriting import Hand, Writers, resized
from training.redraw import Coverage
from training.styles import Random

MOST = 120  # digits and lines in a table
LONGEST = 16  # digits in a line
SMALLEST = 6.0  # px, longer side of a digit


class Placed(NamedTuple):
    """Ink and where its upper left corner is, px; `digit` is None where it is not a digit."""

    ink: Coverage
    top: int
    left: int
    digit: int | None = None


class Place(NamedTuple):
    """A layout's input: the size, px, the hand, all of MNIST's writers, and clutter."""

    height: int
    width: int
    hand: Hand
    writers: Writers
    shapes: clutter.Shapes


Layout = Callable[[Place, Random], list[Placed]]


def alone(place: Place, r: Random) -> list[Placed]:
    """Return one digit of any size, anywhere, rarely with a part cut off."""
    short = min(place.height, place.width)
    fills = r.random() < 0.15  # the whole picture, up to its border
    side = short * (r.uniform(0.85, 1.05) if fills else r.uniform(0.08, 0.96))
    digit = _digit(r)
    ink = place.hand(digit, max(side, SMALLEST), r)
    room = place.height - ink.shape[0], place.width - ink.shape[1]
    inset = 0.0 if fills else 0.06 if r.random() < 0.9 else -0.02
    top, left = (round(max(n, 0) * r.uniform(inset, 1 - inset)) for n in room)
    return [Placed(ink, top, left, digit)]


def tight(place: Place, r: Random) -> list[Placed]:
    """Return one digit cut out at its own border: it reaches from side to side."""
    digit = _digit(r)
    ink = place.hand(digit, max(place.height, place.width), r)
    scale = min(place.height / ink.shape[0], place.width / ink.shape[1]) * r.uniform(0.92, 1.04)
    ink = resized(ink, scale)
    top, left = (
        round((whole - part) / 2 + r.normal(0, 0.02) * whole)
        for whole, part in zip((place.height, place.width), ink.shape, strict=True)
    )
    return [Placed(ink, top, left, digit)]


def rows(place: Place, r: Random) -> list[Placed]:
    """Return one line or several lines of digits, in groups, with signs between some of them."""
    lines = int(r.choice([1, 1, 1, 2, 2, 3, 4, 6])) if place.height * 2 > place.width else 1
    if place.height > place.width * 1.5:
        lines = int(r.integers(2, 9))
    longest = min(12, max(2, round(1.6 * place.width / place.height * lines)))
    if r.random() < 0.3:  # a long line, however high the picture is
        longest = LONGEST
    count = int(r.integers(1 if lines > 1 else 2, longest + 1))
    side = min(
        place.height / lines * r.uniform(0.35, 0.9), place.width / count * r.uniform(0.6, 1.5)
    )
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
        digit = _digit(r)
        ink = place.hand(digit, max(side * np.exp(r.normal(0, uneven)), SMALLEST), r)
        y = (
            top
            + left * slope
            + (side - ink.shape[0]) * r.uniform(0.2, 0.8)
            + r.normal(0, uneven) * side / 2
        )
        placed.append(Placed(ink, round(y), round(left), digit))
        left += ink.shape[1] + side * gap * np.exp(r.normal(0, 0.25))
        if signs and r.random() < 0.35 and number + 1 < count:
            sign, height, middle = clutter.sign(side, r, place.shapes)
            y = top + left * slope + side * middle - height / 2
            apart = r.choice([0.4, 1.0])
            left += side * r.uniform(0.05, apart)
            placed.append(Placed(sign, round(y), round(left)))
            left += sign.shape[1] + side * r.uniform(0.1, apart)
        elif r.random() < 0.07:
            left += side * r.uniform(0.4, 1.5)
    return placed


def frames(place: Place, r: Random) -> list[Placed]:
    """Return MNIST's frames side by side, overlapping by up to half of their width."""
    scale = (
        place.height / 32 * r.uniform(0.7, 1.0) if place.width > place.height else place.width / 90
    )
    size = max(12, round(28 * scale))
    pitch = max(3, size - int(r.uniform(0, 0.5) * size))
    most = (place.width - size) // pitch + 1
    count = int(r.integers(1, max(2, min(most, 12)) + 1))
    left = int(r.integers(0, max(1, place.width - (count - 1) * pitch - size) + 1))
    top = int(r.integers(0, max(1, place.height - size) + 1))
    writer = place.writers.somebody(r) if r.random() < 0.5 else None
    placed = []
    for number in range(count):
        digit = _digit(r)
        frame = place.writers.frame(digit, writer, r)
        down, across = np.flatnonzero(frame.any(1)), np.flatnonzero(frame.any(0))
        ink = resized(frame[down[0] : down[-1] + 1, across[0] : across[-1] + 1], size / 28)
        y, x = top + down[0] * size / 28, left + number * pitch + across[0] * size / 28
        placed.append(Placed(ink, round(y), round(x), digit))
    return placed


def scattered(place: Place, r: Random) -> list[Placed]:
    """Return digits of several sizes anywhere, without overlap."""
    placed: list[Placed] = []
    short = min(place.height, place.width)
    usual = short * r.uniform(0.12, 0.4)
    for _ in range(int(r.integers(2, 14))):
        digit = _digit(r)
        ink = place.hand(digit, max(usual * np.exp(r.normal(0, 0.3)), SMALLEST), r)
        room = place.height - ink.shape[0], place.width - ink.shape[1]
        if min(room) < 1:
            continue
        top, left = int(r.integers(0, room[0])), int(r.integers(0, room[1]))
        new = Placed(ink, top, left, digit)
        if not any(_meet(new, other, 0.05 * usual) for other in placed):
            placed.append(new)
    return placed


def cells(place: Place, r: Random) -> list[Placed]:
    """Return digits in the cells of a table or a row of boxes, with its lines."""
    if place.width > 2 * place.height or r.random() < 0.3:
        down, across = 1, int(r.integers(2, 12))
    else:
        down, across = (int(n) for n in r.integers(2, 10, 2))
        if r.random() < 0.4:
            down = across
    pitch = min(place.height * 0.96 / down, place.width * 0.96 / across)
    if down > 1 and r.random() < 0.5:  # not square
        wide, high = (
            place.width * r.uniform(0.7, 0.96) / across,
            place.height * r.uniform(0.7, 0.96) / down,
        )
    else:
        wide = pitch * r.uniform(0.65, 1.0)
        high = min(wide * r.uniform(1.0, 1.5), place.height * 0.96 / down)
    if min(wide, high) < SMALLEST + 3:
        return rows(place, r)
    top = round((place.height - down * high) * r.uniform(0, 1))
    left = round((place.width - across * wide) * r.uniform(0, 1))
    apart = r.uniform(0.02, 0.25) * wide if down == 1 and r.random() < 0.4 else 0.0
    lines = clutter.table(
        place.height, place.width, (top, left, down, across, high, wide, apart), r
    )
    placed = [Placed(lines, 0, 0)]
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
            placed.append(Placed(ink, round(y), round(x), digit))
    return placed


def characters(place: Place, r: Random) -> list[Placed]:
    """Return one or a few characters that are not digits, as large as digits would be."""
    placed = []
    short = min(place.height, place.width)
    count = int(r.choice([1, 1, 1, 2, 3, 5]))
    side = max(short * r.uniform(0.15, 0.9) / (1 if count == 1 else 1.8), 12.0)
    thickness = float(0.03 * (0.25 / 0.03) ** r.random())
    for _ in range(count):
        ink = clutter.character(side, thickness * side, r, place.shapes)
        room = place.height - ink.shape[0], place.width - ink.shape[1]
        if min(room) >= 1:
            placed.append(Placed(ink, int(r.integers(0, room[0])), int(r.integers(0, room[1]))))
    return placed


def words(place: Place, r: Random) -> list[Placed]:
    """Return words, printed or written by hand, in one line or several."""
    side = max(min(place.height * r.uniform(0.08, 0.5), place.width * 0.3), 6.0)
    placed = []
    top = r.uniform(0, max(1.0, place.height * 0.5))
    for _ in range(int(r.integers(1, 6))):
        ink = clutter.word(side, r, place.shapes)
        if top + ink.shape[0] > place.height:
            break
        left = round(r.uniform(0, max(1, place.width - ink.shape[1])))
        placed.append(Placed(ink, round(top), left))
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
    return (
        one.top < other.top + other.ink.shape[0] + apart
        and other.top < one.top + one.ink.shape[0] + apart
        and one.left < other.left + other.ink.shape[1] + apart
        and other.left < one.left + one.ink.shape[1] + apart
    )


def _fitted(placed: list[Placed], place: Place, r: Random) -> list[Placed]:
    """Return the placed ink moved into the scene, reduced if it is too large."""
    top, left = min(p.top for p in placed), min(p.left for p in placed)
    bottom = max(p.top + p.ink.shape[0] for p in placed)
    right = max(p.left + p.ink.shape[1] for p in placed)
    margin = r.uniform(0, 0.08)
    scale = min(
        1.0,
        place.height * (1 - margin) / (bottom - top),
        place.width * (1 - margin) / (right - left),
    )
    if r.random() < 0.05:  # some are cut off
        scale = min(1.0, scale * 1.1)
    down = (place.height - (bottom - top) * scale) * r.random() - top * scale
    across = (place.width - (right - left) * scale) * r.random() - left * scale
    return [
        Placed(
            p.ink if scale == 1 else resized(p.ink, scale),
            math.floor(p.top * scale + down),
            math.floor(p.left * scale + across),
            p.digit,
        )
        for p in placed
    ]
