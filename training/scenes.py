"""Scenes: pictures with digits and other things, and the digit that each pixel belongs to.

The segmentation network learns from them.
"""

from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from digitrec.segment.contrast import levels_of
from digitrec.segment.look import TINY, padded
from training import backgrounds, clutter, layouts, parallel
from training.backgrounds import Picture, contrasting, spread
from training.handwriting import Writers, hand
from training.redraw import Box, Coverage, Shape
from training.styles import Random, one_of

CHUNK = 500  # scenes per task
INK = 0.3  # least covered share of a half-resolution pixel that belongs to a stroke
MOST = 128  # digits in a scene

# How often each of layouts.ALL is drawn, by the size of the scene, px.
WEIGHTS: dict[Shape, tuple[int, ...]] = {
    (128, 128): (36, 6, 16, 8, 6, 8, 36, 10, 5),
    (64, 256): (4, 0, 44, 28, 4, 14, 10, 6, 2),
    (192, 192): (6, 0, 44, 0, 14, 24, 11, 6, 3),
}
# For the second round: single digits, as on most pictures, and pictures without a digit.
SINGLES = (50, 14, 8, 0, 0, 4, 22, 6, 3)
TINY_SHARE = 0.4  # share of tiny pictures among them, which production pads with background
# Effects of the pen on all digits of a scene, each with the sum of its chance and those before it.
EFFECTS = ((0.12, backgrounds.faded), (0.19, backgrounds.broken), (0.22, backgrounds.hollow))


class Scene(NamedTuple):
    """A picture and the digit that each pixel belongs to.

    Attributes
    ----------
    picture
        (height, width, 1 or 3) uint8.
    owner
        (height, width) uint8: the number, from 1, of the digit whose stroke it is, 0 elsewhere.
    boxes
        (n, 4) float32 of top, bottom, left, right of each digit's ink, px, in the order of their
        numbers.
    """

    picture: NDArray[np.uint8]
    owner: NDArray[np.uint8]
    boxes: NDArray[np.float32]


def scene(size: Shape, layout: layouts.Layout, writers: Writers, r: Random) -> Scene:
    """Return a scene of a size in px, height first."""
    place = layouts.Place(*size, hand(writers, r), writers)
    placed = layout(place, r)[:MOST]
    written = [p for p in placed if p.digit]
    picture = backgrounds.paper(size, 3 if r.random() < 0.35 else 1, r)
    base = np.median(picture, axis=(0, 1)).astype(np.float32)
    ink = contrasting(r, base, r.choice([25, 60, 110]))
    every, other = np.zeros((2, *size), np.float32)  # all digits' ink; the same pen's other ink
    owner = np.zeros(size, np.uint8)
    for p in placed:
        if not p.digit:
            clutter.lay(other, p.ink, p.top, p.left)
    chance = r.random()
    effect = next((effect for below, effect in EFFECTS if chance < below), None)
    for number, p in enumerate(written, 1):
        drawn = effect(p.ink, r) if effect else p.ink
        pad = (drawn.shape[0] - p.ink.shape[0]) // 2
        top, left = p.top - pad, p.left - pad
        clutter.lay(every, drawn, top, left)
        whole = drawn if pad else p.ink
        inside, part = clutter.shown(size, whole.shape, top, left)
        owner[inside][whole[part] > min(INK, 0.6 * float(whole.max()))] = number
    height, width = size
    side, around = 0.3 * min(size), (height * 0.3, height * 0.7, width * 0.3, width * 0.7)
    if written:
        side = float(np.median([max(p.ink.shape) for p in written]))
        around = layouts.around(written)
    pen = max(1.0, side * r.uniform(0.03, 0.12))
    page = _Page(place, written, around, side, pen, base, ink, every, other, owner)
    picture = _marked(_behind(picture, page, r), page, r)
    if r.random() < 0.04 and len(written) > 1:  # a second pen
        half = owner % 2 == 1
        picture = spread(picture, every * half, contrasting(r, base, 40))
        every = every * ~half
    picture = backgrounds.lit(spread(picture, every, ink), r)
    boxes = np.array([p.box for p in written], np.float32).reshape(-1, 4)
    return Scene(backgrounds.taken(picture, r), owner, boxes)


class _Page(NamedTuple):
    """What stands on a scene.

    Attributes
    ----------
    place
        The layout's input.
    written
        The digits.
    around
        The box around them, or where they could be, px.
    side
        The usual size of a digit, px.
    pen
        The width of lines, px.
    base, ink
        The colours of the background and of the digits' ink.
    every, other
        The ink of all digits, and other ink of the same pen.
    owner
        As in `Scene`.
    """

    place: layouts.Place
    written: list[layouts.Placed]
    around: Box
    side: float
    pen: float
    base: Picture
    ink: Picture
    every: Coverage
    other: Coverage
    owner: NDArray[np.uint8]

    def like_ink(self, r: Random) -> Picture:
        """Return the colour of the digits' ink, or another."""
        return self.ink if r.random() < 0.6 else contrasting(r, self.base, 15)


def _behind(picture: Picture, page: _Page, r: Random) -> Picture:
    """Return the picture with what lies behind the digits, each by lot."""
    shape, channels = page.place.shape, picture.shape[2]
    if r.random() < 0.12:
        outside = backgrounds.panel(shape, page.around, r)
        picture = spread(picture, outside, backgrounds.tone(r, channels))
        if r.random() < 0.3:  # a grain, as of wood
            grain = backgrounds.grain(r.normal(size=shape), (r.uniform(0.3, 1), r.uniform(2, 12)))
            grain = outside * grain * r.uniform(3, 25)
            picture = picture + grain[..., None].astype(np.float32)
    if r.random() < 0.08:
        area, tone = backgrounds.band(shape, r), backgrounds.tone(r, channels)
        picture = spread(picture, area, tone, r.choice([1.0, r.uniform(0.2, 0.8)]))
        level = float(picture.mean(axis=2)[page.owner > 0].mean()) if page.written else 0
        if abs(level - page.ink.mean()) < 20:  # the digits could not be seen
            picture = np.broadcast_to(page.base, picture.shape).astype(np.float32)
    if r.random() < 0.14:
        faint = r.uniform(0.1, 1.0)
        picture = spread(picture, clutter.ruled(shape, r), page.like_ink(r), faint)
    if not page.written and r.random() < 0.15:
        picture = spread(picture, _grid(shape, r), page.like_ink(r))
    colour = page.ink if r.random() < 0.75 else page.like_ink(r)
    return spread(picture, page.other, colour, r.choice([1.0, r.uniform(0.4, 1)]))


def _marked(picture: Picture, page: _Page, r: Random) -> Picture:
    """Return the picture with marks around the digits and things beside them, each by lot."""
    shape, written = page.place.shape, page.written
    marks = np.zeros(shape, np.float32)
    if r.random() < (0.16 if written else 0.06):
        one = len(written) > 1 and r.random() < 0.4
        box = one_of(written, r).box if one else page.around
        marks = np.maximum(marks, clutter.framed(shape, box, page.pen, r))
    if r.random() < 0.12:
        marks = np.maximum(marks, clutter.underlined(shape, page.around, page.pen, r))
    if r.random() < 0.03:
        marks = np.maximum(marks, _edge(shape, r))
    picture = spread(picture, marks, page.like_ink(r))

    for make, chance in ((_others, 0.28), (_spots, 0.08)):
        for thing in make(page, r) if r.random() < chance else ():
            layer = beside(page.owner, thing, page.side * r.uniform(0.03, 0.3), r)
            if layer is not None:
                picture = spread(picture, layer, page.like_ink(r))
    if r.random() < 0.09:
        thing = clutter.bar(shape, r)
        if written:
            size = 2 * int(1 + page.side * 0.06) + 1
            thing = thing * (ndimage.maximum_filter(page.every, size=size) < 0.1)
        picture = spread(picture, thing, backgrounds.tone(r, picture.shape[2]))
    return picture


def _others(page: _Page, r: Random) -> list[Coverage]:
    """Return things beside digits: words, characters, scribbles, attempts struck out."""
    kind, side, shapes = r.random(), page.side, clutter.TRAINED
    if kind < 0.3:
        count = int(r.integers(1, 4))
        return [clutter.word(max(6.0, side * r.uniform(0.2, 0.8)), r, shapes) for _ in range(count)]
    if kind < 0.5:
        return [clutter.character(max(6.0, side * r.uniform(0.4, 1.1)), page.pen, r, shapes)]
    if kind < 0.65:
        return [clutter.scribble(max(6.0, side * r.uniform(0.5, 1.5)), r)]
    if kind < 0.8:
        digit = page.place.hand(int(r.integers(10)), max(8.0, side * r.uniform(0.7, 1.2)), r)
        return [clutter.struck_out(digit, r)]
    return [clutter.sign(side, r, shapes)[0] for _ in range(int(r.integers(1, 3)))]


def _spots(page: _Page, r: Random) -> list[Coverage]:
    """Return blots, holes and dots."""
    if r.random() < 0.5:
        return [clutter.blot(page.pen * r.uniform(0.7, 2), r) for _ in range(r.integers(1, 9))]
    return [clutter.blot(page.side * r.uniform(0.15, 0.9), r) for _ in range(r.integers(1, 3))]


def beside(owner: NDArray[np.uint8], thing: Coverage, apart: float, r: Random) -> Coverage | None:
    """Return a thing where there is room beside the digits, px `apart`; None if there is none.

    It may reach slightly beyond the border. `owner` is 0 where there is no digit.
    """
    out = 0.5 if r.random() < 0.25 else 0.0
    sizes = list(zip(thing.shape, owner.shape, strict=True))
    for _ in range(12):
        ranges = [sorted((-out * n, whole - n * (1 - out))) for n, whole in sizes]
        top, left = (round(r.uniform(*of)) for of in ranges)
        rows, columns = (
            slice(max(0, int(start - apart)), max(0, int(start + n + apart)))
            for start, n in zip((top, left), thing.shape, strict=True)
        )
        if not owner[rows, columns].any():
            layer = np.zeros(owner.shape, np.float32)
            clutter.lay(layer, thing, top, left)
            return layer
    return None


def _edge(shape: Shape, r: Random) -> Coverage:
    """Return a border on one to four sides of the picture, as in screenshots."""
    edge = np.zeros(shape, np.float32)
    inset, thick = int(r.integers(0, 6)), int(r.integers(1, 6))
    for side in r.permutation(4)[: r.integers(1, 5)]:
        part = (edge, edge[::-1], edge.T, edge.T[::-1])[side]
        part[inset : inset + thick, inset : part.shape[1] - inset] = 1
    return edge


def _grid(shape: Shape, r: Random) -> Coverage:
    height, width = shape
    down, across = (int(n) for n in r.integers(1, 8, 2))
    high, wide = height * r.uniform(0.5, 0.95) / down, width * r.uniform(0.5, 0.95) / across
    return clutter.table(shape, (height * 0.02, width * 0.02, down, across, high, wide, 0.0), r)


class Bank(NamedTuple):
    """Scenes of one size, as the network sees them.

    Attributes
    ----------
    planes
        (n, height, width) uint8.
    owners
        (n, height / 2, width / 2) uint8.
    boxes
        (n, MOST, 4) float16, px of the planes; 0 where there is no digit.
    """

    planes: NDArray[np.uint8]
    owners: NDArray[np.uint8]
    boxes: NDArray[np.float16]


def seen(drawn: Scene, size: Shape) -> tuple[NDArray[Any], ...]:
    """Return a scene at a size in px, height first: a row of a bank."""
    height, width = drawn.owner.shape
    picture = Image.fromarray(drawn.picture.squeeze())
    how = Image.Resampling.BICUBIC if height < size[0] else Image.Resampling.BOX
    picture = picture.resize(size[::-1], how)
    half = (size[0] // 2, size[1] // 2)
    # Taking every second pixel would lose strokes of one pixel: take the maximum around it.
    steps = [max(1, -(-a // b)) for a, b in zip(drawn.owner.shape, half, strict=True)]
    wide = Image.fromarray(ndimage.maximum_filter(drawn.owner, size=steps))
    owner = np.asarray(wide.resize(half[::-1], Image.Resampling.NEAREST))
    if max(steps) > 1:
        strokes = Image.fromarray((drawn.owner > 0).astype(np.uint8) * 255)
        owner = owner * (np.asarray(strokes.resize(half[::-1], Image.Resampling.BOX)) > 255 * INK)
    boxes = np.zeros((MOST, 4), np.float16)
    scale = np.array([size[0] / height] * 2 + [size[1] / width] * 2, np.float32)
    boxes[: len(drawn.boxes)] = drawn.boxes * scale
    return levels_of(picture), owner.astype(np.uint8), boxes


def _surrounded(drawn: Scene) -> Scene:
    """Return a tiny scene as production sees it, with background around it."""
    picture, around = padded(Image.fromarray(drawn.picture.squeeze()))
    pixels = np.asarray(picture).reshape(picture.height, picture.width, -1)
    return Scene(pixels, np.pad(drawn.owner, around), drawn.boxes + around)


def bank(size: Shape, count: int, writers: Writers, seed: int, *, singles: bool = False) -> Bank:
    """Return scenes of one size, the same for the same seed; `singles` are `SINGLES`."""
    chunk = partial(_chunk, size, writers, singles=singles)
    counts = [min(CHUNK, count - i) for i in range(0, count, CHUNK)]
    return Bank(*parallel.make(chunk, counts, seed, f"scenes {size}"))


def _chunk(size: Shape, writers: Writers, count: int, r: Random, *, singles: bool) -> Bank:
    weights = np.array(SINGLES if singles else WEIGHTS[size])
    rows = []
    for _ in range(count):
        layout = layouts.ALL[r.choice(len(weights), p=weights / weights.sum())]
        if singles and r.random() < TINY_SHARE:
            side = int(r.integers(14, TINY + 1))
            rows.append(seen(_surrounded(scene((side, side), layout, writers, r)), size))
            continue
        kind = r.random()
        # Drawn larger and reduced, as photographs are, or smaller, as small canvases.
        scale = 1.0 if kind < 0.55 else r.uniform(1.2, 2.2) if kind < 0.77 else r.uniform(0.12, 0.8)
        drawn_at = (max(16, round(size[0] * scale)), max(16, round(size[1] * scale)))
        rows.append(seen(scene(drawn_at, layout, writers, r), size))
    return Bank(*(np.array(part) for part in zip(*rows, strict=True)))
