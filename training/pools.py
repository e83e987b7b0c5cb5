"""Frames from our own image path: MNIST plain and redrawn, and drawn digits and nonsense.

The network should learn the frames that it will be served, so they are made by the code that serves
it, up to the last step: a distorted copy is aligned after it is distorted.
"""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from digitrec.classify.align import align
from digitrec.classify.normalize import to_frame
from digitrec.decode.grey import in_grey
from digitrec.models import weights
from digitrec.recognizer import SEGMENTER
from digitrec.segment import find_digit, find_digits
from digitrec.segment.network import Network
from training import glyphs, nonsense, redraw
from training.mnist import Digits
from training.pen import draw
from training.redraw import BLACK, WHITE
from training.styles import SHARES, Random, Stroke, write

CHUNK = 1000  # frames per task; each task has its own random numbers, whichever process runs it
NOTHING = 10  # the label of a frame that is not a digit
WIDTH = 140  # px of a canvas: half of the usual one, many times as fast to draw
FINEST, BROADEST = 1.5, 22.0  # px, pens on it
SEVERAL = 0.3  # share of the nonsense that is a number of two or three digits


class Pool(NamedTuple):
    """`frames` (n, 28, 28) uint8; `labels` (n,) uint8, 0 to 9 or NOTHING."""

    frames: NDArray[np.uint8]
    labels: NDArray[np.uint8]


def plain(digits: Digits) -> Pool:
    """Return each digit that is found when its 28x28 px picture goes through the image path."""
    images = tqdm(digits.images, desc="MNIST", mininterval=5)
    return _found((_frame(Image.fromarray(image)) for image in images), digits.labels)


def aligned(frames: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return a pool's frames, distorted or not, as the network sees them: (n, 28, 28), 0..1."""
    return align(frames.astype(np.float32) / np.float32(255))


def redrawn(digits: Digits, copies: int, seed: int) -> Pool:
    """Return each digit drawn again `copies` times."""
    order = np.tile(np.arange(len(digits.labels)), copies)
    parts = [order[i : i + CHUNK] for i in range(0, len(order), CHUNK)]
    chunks = [(digits.images[p], digits.labels[p]) for p in parts]
    return _parallel(_redrawn_chunk, chunks, seed, "MNIST drawn again")


def styled(count: int, seed: int) -> Pool:
    """Return digits in many styles."""
    return _parallel(_styled_chunk, [CHUNK] * (count // CHUNK), seed, "styles")


def not_digits(count: int, seed: int) -> Pool:
    """Return frames of nonsense, all labelled NOTHING."""
    return _parallel(_nonsense_chunk, [CHUNK] * (count // CHUNK), seed, "nonsense")


def figures(count: int, seed: int) -> Pool:
    """Return frames of random figures, labelled NOTHING since they have no label."""
    return _parallel(_figures_chunk, [CHUNK] * (count // CHUNK), seed, "figures")


def _parallel(make: Callable[[Any, Random], Pool], chunks: list[Any], seed: int, name: str) -> Pool:
    seeds = np.random.SeedSequence(seed).spawn(len(chunks))
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        jobs = workers.map(make, chunks, [np.random.default_rng(s) for s in seeds])
        pools = list(tqdm(jobs, total=len(chunks), desc=name, unit="k", mininterval=5))
    return Pool(*(np.concatenate(part) for part in zip(*pools, strict=True)))


def _frame(picture: Image.Image) -> NDArray[np.uint8] | None:
    """Return the largest digit's frame as the classifier would see it, None without a digit."""
    picture = in_grey(picture)
    alone = find_digit(picture)
    found = [alone] if alone else [r for line in find_digits(picture, _segmenter()) for r in line]
    if not found:
        return None
    largest = max(found, key=lambda region: max(region.ink.shape))
    return np.rint(to_frame(largest.ink) * 255).astype(np.uint8)


def _found(frames: Iterable[NDArray[np.uint8] | None], labels: NDArray[np.uint8]) -> Pool:
    """Return the frames of what was found, with their labels."""
    pairs = [(f, label) for f, label in zip(frames, labels, strict=True) if f is not None]
    return Pool(*map(np.array, zip(*pairs, strict=True)))


@cache
def _segmenter() -> Network:
    return weights.read_segmenter(SEGMENTER)[0]


def _redrawn_chunk(digits: tuple[NDArray[np.uint8], NDArray[np.uint8]], random: Random) -> Pool:
    images, labels = digits
    return _found((_frame(_again(i.astype(np.float32) / 255, random)) for i in images), labels)


def _again(image: NDArray[np.float32], random: Random) -> Image.Image:
    """Return the digit as somebody else might have sent it."""
    kind = random.random()
    if kind < 0.2:
        return redraw.paint(redraw.canvas(image, random, width=WIDTH), BLACK, WHITE)
    if kind < 0.75:  # fine and broad pens more often than medium ones, which MNIST has
        pen = FINEST + (BROADEST - FINEST) * (1 - np.cos(np.pi * random.random())) / 2
        return redraw.paint(
            redraw.canvas(image, random, redraw.PEN_SIZES, pen, width=WIDTH), BLACK, WHITE
        )
    if kind < 0.84:
        return redraw.photograph(redraw.canvas(image, random, (0.5, 1.0), width=WIDTH), random)
    if kind < 0.92:  # a small canvas
        large = redraw.paint(redraw.canvas(image, random, (0.6, 1.0), width=WIDTH), BLACK, WHITE)
        side = int(random.integers(28, 64))
        return large.convert("L").resize((side, side), Image.Resampling.BOX)
    rows, columns = np.flatnonzero(image.any(1)), np.flatnonzero(image.any(0))  # cut out tightly
    digit = Image.fromarray((image * 255).astype(np.uint8)).crop(
        (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
    )
    size = random.integers(14, 40, 2) if random.random() < 0.5 else [random.integers(14, 40)] * 2
    return digit.resize((int(size[0]), int(size[1])), Image.Resampling.BICUBIC)


def _styled_chunk(count: int, random: Random) -> Pool:
    labels = random.choice(10, count, p=SHARES / SHARES.sum()).astype(np.uint8)
    return _found((_frame(draw(write(int(digit), random), random)) for digit in labels), labels)


def _nonsense_chunk(count: int, random: Random) -> Pool:
    kinds = nonsense.kinds(held_out=False)

    def strokes() -> list[Stroke]:
        if random.random() < SEVERAL:
            many = int(random.choice([2, 2, 2, 3]))
            numbers = [write(int(random.integers(10)), random) for _ in range(many)]
            return nonsense.several(numbers, random)
        return kinds[random.integers(len(kinds))](random)

    return _drawn(strokes, count, random)


def _figures_chunk(count: int, random: Random) -> Pool:
    return _drawn(lambda: glyphs.figure(random), count, random)


def _drawn(strokes: Callable[[], list[Stroke]], count: int, random: Random) -> Pool:
    frames: list[NDArray[np.uint8]] = []
    while len(frames) < count:
        frame = _frame(draw(strokes(), random))
        if frame is not None:
            frames.append(frame)
    return Pool(np.array(frames), np.full(count, NOTHING, np.uint8))
