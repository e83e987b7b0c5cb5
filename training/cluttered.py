"""One digit on a picture with one kind of clutter.

Letters, characters and fonts are held out from training.

The segmentation network is measured on these pictures; it learns from training/scenes.py.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from training import backgrounds, clutter, scenes
from training.clutter import HELD_OUT
from training.handwriting import enlarged
from training.redraw import Box, Coverage
from training.styles import Random

TRIES = 20  # attempts to find room for a thing beside the digit


class Page(NamedTuple):
    """A digit on a page.

    Attributes
    ----------
    ink
        (height, width), how much of each pixel the digit covers.
    box
        Top, bottom, left, right of the digit, px.
    side
        Its longer side, px.
    pen
        Width of other strokes, px.
    """

    ink: Coverage
    box: Box
    side: float
    pen: float


def picture(kind: str, frame: NDArray[np.uint8], r: Random) -> bytes:
    """Return a PNG of MNIST's digit, drawn larger, with clutter of a kind."""
    side = r.uniform(60, 130)
    height, width = (int(n) for n in r.integers(200, 321, 2))
    digit = enlarged(frame, side, r)
    top = int(r.uniform(0.1, 0.9) * (height - digit.shape[0]))
    left = int(r.uniform(0.1, 0.9) * (width - digit.shape[1]))
    ink = np.zeros((height, width), np.float32)
    clutter.lay(ink, digit, top, left)
    box = (top, top + digit.shape[0], left, left + digit.shape[1])
    page = Page(ink, box, side, side * r.uniform(0.04, 0.1))
    paper, pen = backgrounds.tone(r, 1, 180, 255), backgrounds.tone(r, 1, 0, 90)
    sheet = np.broadcast_to(paper, (height, width, 1)).astype(np.float32)
    if kind in MARKS:
        share = r.uniform(0.2, 0.7) if kind in PALE else 1.0
        sheet = backgrounds.spread(sheet, MARKS[kind](page, r), pen, share)
    if kind in SHEETS:
        sheet = backgrounds.spread(sheet, SHEETS[kind](page, r), backgrounds.tone(r, 1, 100, 255))
    drawn = backgrounds.spread(sheet, PENS[kind](ink, r) if kind in PENS else ink, pen)
    return backgrounds.png(LIGHTS[kind](drawn, r) if kind in LIGHTS else drawn)


def _beside(make: Callable[[Page, Random], Coverage]) -> Callable[[Page, Random], Coverage]:
    """Return a function that draws a thing where there is room beside the digit."""

    def drawn(page: Page, r: Random) -> Coverage:
        owner = (page.ink > 0).astype(np.uint8)
        for _ in range(TRIES):
            layer = scenes.beside(owner, make(page, r), 0.1 * page.side, r)
            if layer is not None:
                return layer
        return np.zeros_like(page.ink)

    return drawn


def _bar(page: Page, r: Random) -> Coverage:
    bar = clutter.bar(page.ink.shape, r)
    margin = int(0.08 * page.side)
    top, bottom, left, right = map(int, page.box)
    bar[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin] = 0
    return bar


def _blinds(drawn: backgrounds.Picture, r: Random) -> backgrounds.Picture:
    y, x = np.mgrid[: drawn.shape[0], : drawn.shape[1]]
    pitch = r.uniform(15, 60)
    dark = np.mod(y + x * r.uniform(-0.5, 0.5), pitch) < pitch * r.uniform(0.3, 0.6)
    return drawn * (1 - r.uniform(0.1, 0.35) * dark[..., None]).astype(np.float32)


def _glare(drawn: backgrounds.Picture, r: Random) -> backgrounds.Picture:
    height, width, _ = drawn.shape
    y, x = np.mgrid[:height, :width]
    spot = np.hypot(x - r.uniform(0, width), y - r.uniform(0, height))
    glare = np.exp(-((spot / (min(height, width) * r.uniform(0.15, 0.4))) ** 2)).astype(np.float32)
    return backgrounds.spread(drawn, glare, np.full(1, 255, np.float32), r.uniform(0.3, 0.75))


# Strokes of the same pen around the digit.
MARKS: dict[str, Callable[[Page, Random], Coverage]] = {
    "ruled paper": lambda p, r: clutter.ruled(p.ink.shape, r),
    "frame or ring": lambda p, r: clutter.framed(p.ink.shape, p.box, p.pen, r),
    "underline": lambda p, r: clutter.underlined(p.ink.shape, p.box, p.pen, r),
    "word": _beside(lambda p, r: clutter.word(p.side * r.uniform(0.2, 0.6), r, HELD_OUT)),
    "character": _beside(
        lambda p, r: clutter.character(p.side * r.uniform(0.3, 0.8), p.pen, r, HELD_OUT)
    ),
    "sign": _beside(lambda p, r: clutter.sign(p.side, r, HELD_OUT)[0]),
    "scribble": _beside(lambda p, r: clutter.scribble(p.side * r.uniform(0.5, 1.2), r)),
    "blot": _beside(lambda p, r: clutter.blot(p.side * r.uniform(0.1, 0.6), r)),
    "pencil": _bar,
}
PALE = {"ruled paper"}
# Areas of another tone.
SHEETS: dict[str, Callable[[Page, Random], Coverage]] = {
    "desk": lambda p, r: backgrounds.panel(p.ink.shape, p.box, r),
    "band": lambda p, r: backgrounds.band(p.ink.shape, r),
}
PENS = {"faded ink": backgrounds.faded, "broken ink": backgrounds.broken}
LIGHTS: dict[str, Callable[[backgrounds.Picture, Random], backgrounds.Picture]] = {
    "shadow": lambda d, r: d * backgrounds.light(d.shape[:2], r)[..., None],
    "blinds": _blinds,
    "glare": _glare,
    "noise": lambda d, r: d + r.normal(0, r.uniform(8, 30), d.shape).astype(np.float32),
}
KINDS = (*MARKS, *SHEETS, *PENS, *LIGHTS)
