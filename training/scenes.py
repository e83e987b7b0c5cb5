"""Scenes: pictures with digits and other things, and the digit that each pixel belongs to.

The segmentation network learns from them.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage
from tqdm import tqdm

from digitrec.segment.contrast import levels_of
from digitrec.segment.look import TINY, padded
from training import backgrounds, clutter, layouts
from training.handwriting import Writers, hand
from training.layouts import Layout, Place, Placed
from training.redraw import Coverage
from training.styles import Random

CHUNK = 500  # scenes per task; each task has its own random numbers, whichever process runs it
INK = 0.3  # least covered share of a half-resolution pixel that belongs to a stroke
MOST = 128  # digits in a scene

# Sizes of scenes, px, and the layouts that are drawn in each, with their shares.
LAYOUTS: dict[tuple[int, int], list[tuple[float, Layout]]] = {
    (128, 128): [
        (36, layouts.alone),
        (6, layouts.tight),
        (16, layouts.rows),
        (8, layouts.frames),
        (6, layouts.scattered),
        (8, layouts.cells),
        (36, layouts.characters),
        (10, layouts.words),
        (5, layouts.nothing),
    ],
    (64, 256): [
        (4, layouts.alone),
        (44, layouts.rows),
        (28, layouts.frames),
        (4, layouts.scattered),
        (14, layouts.cells),
        (10, layouts.characters),
        (6, layouts.words),
        (2, layouts.nothing),
    ],
    (192, 192): [
        (6, layouts.alone),
        (44, layouts.rows),
        (14, layouts.scattered),
        (24, layouts.cells),
        (11, layouts.characters),
        (6, layouts.words),
        (3, layouts.nothing),
    ],
}

# For the second round: single digits, as on most pictures, and pictures without a digit.
SINGLES: list[tuple[float, Layout]] = [
    (50, layouts.alone),
    (14, layouts.tight),
    (8, layouts.rows),
    (4, layouts.cells),
    (22, layouts.characters),
    (6, layouts.words),
    (3, layouts.nothing),
]
TINY_SHARE = 0.4  # share of tiny pictures among them, which production pads with background


class Scene(NamedTuple):
    """A picture and the digit that each pixel belongs to.

    Attributes
    ----------
    picture
        (height, width, 1 or 3) uint8.
    owner
        (height, width) uint8: the number, from 1, of the digit whose stroke it is, 0 elsewhere.
    digits
        The digits, in the order of their numbers.
    boxes
        (n, 4) float32 of top, bottom, left, right of each digit's ink, px.
    """

    picture: NDArray[np.uint8]
    owner: NDArray[np.uint8]
    digits: list[int]
    boxes: NDArray[np.float32]


def scene(
    size: tuple[int, int],
    layout: Layout,
    writers: Writers,
    r: Random,
    shapes: clutter.Shapes = clutter.TRAINED,
) -> Scene:
    """Return a scene of a size in px, height first."""
    height, width = size
    place = Place(height, width, hand(writers, r, fonts=shapes.fonts), writers, shapes)
    placed = layout(place, r)[:MOST]
    channels = 3 if r.random() < 0.35 else 1
    picture = backgrounds.paper(height, width, channels, r)
    base = np.median(picture.reshape(-1, channels), axis=0).astype(np.float32)
    ink = backgrounds.contrasting(r, base, r.choice([25, 60, 110]))
    every = np.zeros(size, np.float32)  # all digits' ink
    owner = np.zeros(size, np.uint8)
    other = np.zeros(size, np.float32)  # of the same pen
    boxes: list[tuple[int, int, int, int]] = []
    digits: list[int] = []
    rest = _effect(r)
    for p in placed:
        if p.digit is None:
            clutter.lay(other, p.ink, p.top, p.left)
            continue
        number = len(digits) + 1
        drawn = rest(p.ink, r)
        pad = (drawn.shape[0] - p.ink.shape[0]) // 2
        clutter.lay(every, drawn, p.top - pad, p.left - pad)
        _own(owner, p.ink if pad == 0 else drawn, p.top - pad, p.left - pad, number)
        boxes.append((p.top, p.top + p.ink.shape[0], p.left, p.left + p.ink.shape[1]))
        digits.append(p.digit)
    picture = _surroundings(picture, placed, base, ink, other, every, owner, place, r)
    if r.random() < 0.04 and len(digits) > 1:  # a second pen
        second = backgrounds.contrasting(r, base, 40)
        half = owner % 2 == 1
        picture = backgrounds.spread(picture, every * half, second)
        every = every * ~half
    picture = backgrounds.spread(picture, every, ink)
    picture = backgrounds.lit(picture, r)
    pixels = backgrounds.taken(picture, r)
    return Scene(pixels, owner, digits, np.array(boxes, np.float32).reshape(-1, 4))


def _effect(r: Random) -> Callable[[Coverage, Random], Coverage]:
    """Return an effect of the pen on all digits' ink: mostly none."""
    kind = r.random()
    if kind < 0.12:
        return backgrounds.faded
    if kind < 0.19:
        return backgrounds.broken
    if kind < 0.22:
        return backgrounds.hollow
    return lambda ink, _: ink


def _own(owner: NDArray[np.uint8], ink: Coverage, top: int, left: int, number: int) -> None:
    inside, part = clutter.shown(owner.shape, ink.shape, top, left)
    mask = ink[part] > min(INK, 0.6 * float(ink.max()))
    owner[inside][mask] = number


def _surroundings(  # noqa: C901, PLR0912, PLR0917 # a list of things that may be there, by lot
    picture: backgrounds.Picture,
    placed: Sequence[Placed],
    base: backgrounds.Picture,
    ink: backgrounds.Picture,
    same: Coverage,
    every: Coverage,
    owner: NDArray[np.uint8],
    place: Place,
    r: Random,
) -> backgrounds.Picture:
    """Return the picture with everything on it that is not a digit."""
    height, width = owner.shape
    channels = picture.shape[2]
    written = [p for p in placed if p.digit is not None]
    around = (
        (
            float(min(p.top for p in written)),
            float(max(p.top + p.ink.shape[0] for p in written)),
            float(min(p.left for p in written)),
            float(max(p.left + p.ink.shape[1] for p in written)),
        )
        if written
        else (height * 0.3, height * 0.7, width * 0.3, width * 0.7)
    )
    side = (
        float(np.median([max(p.ink.shape) for p in written]))
        if written
        else 0.3 * min(height, width)
    )
    pen = max(1.0, side * r.uniform(0.03, 0.12))

    def like_ink() -> backgrounds.Picture:
        return ink if r.random() < 0.6 else backgrounds.contrasting(r, base, 15)

    if r.random() < 0.12:
        outside = backgrounds.panel(height, width, around, r)
        desk = backgrounds.tone(r, channels)
        picture = backgrounds.spread(picture, outside, desk)
        if r.random() < 0.3:  # a grain, as of wood
            grain = ndimage.gaussian_filter(
                r.normal(size=(height, width)), (r.uniform(0.3, 1), r.uniform(2, 12))
            )
            picture = picture + (outside * grain / grain.std() * r.uniform(3, 25))[
                ..., None
            ].astype(np.float32)
    if r.random() < 0.08:
        area = backgrounds.band(height, width, r)
        picture = backgrounds.spread(
            picture, area, backgrounds.tone(r, channels), r.choice([1.0, r.uniform(0.2, 0.8)])
        )
        if abs(float(picture.mean(axis=2)[owner > 0].mean() if written else 0) - ink.mean()) < 20:
            picture = np.broadcast_to(base, picture.shape).astype(np.float32)
    if r.random() < 0.14:
        faint = r.uniform(0.1, 1.0)
        picture = backgrounds.spread(picture, clutter.ruled(height, width, r), like_ink(), faint)
    if not written and r.random() < 0.15:
        picture = backgrounds.spread(picture, _grid(height, width, r), like_ink())
    picture = backgrounds.spread(
        picture, same, ink if r.random() < 0.75 else like_ink(), r.choice([1.0, r.uniform(0.4, 1)])
    )

    marks = np.zeros((height, width), np.float32)
    if r.random() < (0.16 if written else 0.06):
        box: tuple[float, ...] = around
        if len(written) > 1 and r.random() < 0.4:
            p = written[r.integers(len(written))]
            box = (p.top, p.top + p.ink.shape[0], p.left, p.left + p.ink.shape[1])
        marks = np.maximum(marks, clutter.framed(height, width, box, pen, r))
    if r.random() < 0.12:
        marks = np.maximum(marks, clutter.underlined(height, width, around, pen, r))
    if r.random() < 0.03:
        marks = np.maximum(marks, _edge(height, width, r))
    picture = backgrounds.spread(picture, marks, like_ink())

    for make, chance in ((_beside, 0.28), (_spots, 0.08)):
        if r.random() < chance:
            for thing in make(side, pen, place, r):
                where = free(owner, thing.shape, side * r.uniform(0.03, 0.3), r)
                if where is not None:
                    layer = np.zeros((height, width), np.float32)
                    clutter.lay(layer, thing, *where)
                    picture = backgrounds.spread(picture, layer, like_ink())
    if r.random() < 0.09:
        thing = clutter.bar(height, width, r)
        if written:
            thing = thing * (ndimage.maximum_filter(every, size=2 * int(1 + side * 0.06) + 1) < 0.1)
        picture = backgrounds.spread(picture, thing, backgrounds.tone(r, channels))
    return picture


def _beside(side: float, pen: float, place: Place, r: Random) -> list[Coverage]:
    """Return things beside digits: words, characters, scribbles, attempts struck out."""
    kind = r.random()
    if kind < 0.3:
        return [
            clutter.word(max(6.0, side * r.uniform(0.2, 0.8)), r, place.shapes)
            for _ in range(int(r.integers(1, 4)))
        ]
    if kind < 0.5:
        return [clutter.character(max(6.0, side * r.uniform(0.4, 1.1)), pen, r, place.shapes)]
    if kind < 0.65:
        return [clutter.scribble(max(6.0, side * r.uniform(0.5, 1.5)), r)]
    if kind < 0.8:
        return [
            clutter.struck_out(
                place.hand(int(r.integers(10)), max(8.0, side * r.uniform(0.7, 1.2)), r), r
            )
        ]
    return [clutter.sign(side, r, place.shapes)[0] for _ in range(int(r.integers(1, 3)))]


def _spots(side: float, pen: float, place: Place, r: Random) -> list[Coverage]:
    """Return blots, holes and dots."""
    del place
    if r.random() < 0.5:
        return [clutter.blot(pen * r.uniform(0.7, 2), r) for _ in range(int(r.integers(1, 9)))]
    return [clutter.blot(side * r.uniform(0.15, 0.9), r) for _ in range(int(r.integers(1, 3)))]


def free(
    owner: NDArray[np.uint8], shape: tuple[int, ...], apart: float, r: Random
) -> tuple[int, int] | None:
    """Return a place with room beside the digits; it may reach slightly beyond the border."""
    out = 0.5 if r.random() < 0.25 else 0.0
    for _ in range(12):
        top, left = (
            round(r.uniform(*sorted((-out * n, whole - n * (1 - out)))))
            for n, whole in zip(shape, owner.shape, strict=True)
        )
        y, x = max(0, int(top - apart)), max(0, int(left - apart))
        if not owner[
            y : max(0, int(top + shape[0] + apart)), x : max(0, int(left + shape[1] + apart))
        ].any():
            return top, left
    return None


def _edge(height: int, width: int, r: Random) -> Coverage:
    """Return a border on one to four sides of the picture, as in screenshots."""
    edge = np.zeros((height, width), np.float32)
    inset, thick = int(r.integers(0, 6)), int(r.integers(1, 6))
    for side in r.permutation(4)[: r.integers(1, 5)]:
        part = (edge, edge[::-1], edge.T, edge.T[::-1])[side]
        part[inset : inset + thick, inset : part.shape[1] - inset] = 1
    return edge


def _grid(height: int, width: int, r: Random) -> Coverage:
    down, across = (int(n) for n in r.integers(1, 8, 2))
    high, wide = height * r.uniform(0.5, 0.95) / down, width * r.uniform(0.5, 0.95) / across
    return clutter.table(
        height, width, (height * 0.02, width * 0.02, down, across, high, wide, 0.0), r
    )


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


def seen(
    drawn: Scene, size: tuple[int, int]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.float16]]:
    """Return a scene at a size in px, height first: a row of a bank."""
    height, width = drawn.owner.shape
    picture = Image.fromarray(drawn.picture.squeeze())
    how = Image.Resampling.BICUBIC if height < size[0] else Image.Resampling.BOX
    if picture.size != size[::-1]:
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
    return Scene(pixels, np.pad(drawn.owner, around), drawn.digits, drawn.boxes + around)


def bank(
    size: tuple[int, int], count: int, writers: Writers, seed: int, *, singles: bool = False
) -> Bank:
    """Return scenes of one size, the same for the same seed; `singles` are `SINGLES`."""
    chunks = -(-count // CHUNK)
    seeds = np.random.SeedSequence(seed).spawn(chunks)
    jobs = [(size, min(CHUNK, count - CHUNK * i), writers, singles) for i in range(chunks)]
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        done = workers.map(_chunk, jobs, [np.random.default_rng(s) for s in seeds])
        parts = list(tqdm(done, f"scenes {size}", chunks, mininterval=5))
    return Bank(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _chunk(job: tuple[tuple[int, int], int, Writers, bool], r: Random) -> Bank:
    size, count, writers, singles = job
    table = SINGLES if singles else LAYOUTS[size]
    weights = np.array([w for w, _ in table])
    rows = []
    for _ in range(count):
        layout = table[r.choice(len(table), p=weights / weights.sum())][1]
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
