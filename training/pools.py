"""Frames from our own image path: MNIST plain and redrawn, and drawn digits and nonsense.

The network should learn the frames that it will be served, so they are made by the code that serves
it, up to the last step: a distorted copy is aligned after it is distorted.
"""

from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import NamedTuple

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
from training import nonsense, parallel, redraw
from training.handwriting import bounds
from training.mnist import Digits
from training.pen import draw
from training.styles import SHARES, Random, Stroke, one_of, write

CHUNK = 1000  # frames per task
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
    jobs = [Digits(digits.images[part], digits.labels[part]) for part in parts]
    return Pool(*parallel.make(_redrawn, jobs, seed, "MNIST drawn again"))


def styled(count: int, seed: int) -> Pool:
    """Return digits in many styles."""
    return _pool(_styled, count, seed, "styles")


def not_digits(count: int, seed: int) -> Pool:
    """Return frames of nonsense, all labelled NOTHING."""
    return _pool(partial(_unlabelled, _nonsense), count, seed, "nonsense")


def figures(count: int, seed: int) -> Pool:
    """Return frames of random figures, labelled NOTHING since they have no label."""
    return _pool(partial(_unlabelled, nonsense.figure), count, seed, "figures")


def _pool(part: Callable[[int, Random], Pool], count: int, seed: int, name: str) -> Pool:
    return Pool(*parallel.make(part, [CHUNK] * (count // CHUNK), seed, name))


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


def _redrawn(digits: Digits, random: Random) -> Pool:
    drawn = (_again(image.astype(np.float32) / 255, random) for image in digits.images)
    return _found(map(_frame, drawn), digits.labels)


def _again(image: NDArray[np.float32], random: Random) -> Image.Image:
    """Return the digit as somebody else might have sent it."""
    canvas = partial(redraw.canvas, image, random, width=WIDTH)
    kind = random.random()
    if kind < 0.2:
        return redraw.paint(canvas())
    if kind < 0.75:  # fine and broad pens more often than medium ones, which MNIST has
        pen = FINEST + (BROADEST - FINEST) * (1 - np.cos(np.pi * random.random())) / 2
        return redraw.paint(canvas(redraw.PEN_SIZES, pen))
    if kind < 0.84:
        return redraw.photograph(canvas((0.5, 1.0)), random)
    if kind < 0.92:  # a small canvas
        large = redraw.paint(canvas((0.6, 1.0)))
        side = int(random.integers(28, 64))
        return large.convert("L").resize((side, side), Image.Resampling.BOX)
    # Cut out tightly:
    digit = Image.fromarray((image[bounds(image > 0)] * 255).astype(np.uint8))
    size = random.integers(14, 40, 2) if random.random() < 0.5 else [random.integers(14, 40)] * 2
    return digit.resize((int(size[0]), int(size[1])), Image.Resampling.BICUBIC)


def _styled(count: int, random: Random) -> Pool:
    labels = random.choice(10, count, p=SHARES / SHARES.sum()).astype(np.uint8)
    drawn = (draw(write(int(digit), random), random) for digit in labels)
    return _found(map(_frame, drawn), labels)


def _nonsense(random: Random) -> list[Stroke]:
    """Return the strokes of a number of several digits, or of something else."""
    if random.random() < SEVERAL:
        many = int(random.choice([2, 2, 2, 3]))
        digits = [write(int(random.integers(10)), random) for _ in range(many)]
        return nonsense.several(digits, random)
    return one_of(nonsense.kinds(held_out=False), random)(random)


def _unlabelled(kind: nonsense.Kind, count: int, random: Random) -> Pool:
    """Return frames of as many drawings of a kind as are found."""
    frames: list[NDArray[np.uint8]] = []
    while len(frames) < count:
        frame = _frame(draw(kind(random), random))
        if frame is not None:
            frames.append(frame)
    return Pool(np.array(frames), np.full(count, NOTHING, np.uint8))
