"""The test sets: pictures and their correct readings, lines separated by a line break."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from training import backgrounds, clutter, cluttered, mnist, nonsense, redraw
from training.answers import png
from training.handwriting import Writers
from training.mnist import Digits
from training.pen import draw
from training.styles import Random

SEED = 2026  # of whatever is random in a set
NONSENSE = 1_000  # pictures that are not digits
CLUTTERED = 200  # pictures of each kind of clutter
EMPTY = 200  # empty sheets, and as many words
NUMBERS = 500  # of each kind
PROLIFIC = 20  # least number of digits by a writer whose numbers are made
PAD = 4  # px of background around a number
LONGEST = 5  # digits in a string of frames that overlap
HEIGHT = 32  # px of such a string


class Labelled(NamedTuple):
    """Encoded pictures, their readings (empty without a digit), and perhaps their groups."""

    pictures: list[bytes]
    readings: list[str]
    groups: Sequence[str] = ()


def strange() -> list[bytes]:
    """Return pictures of letters, scribbles and shapes held out from training."""
    random = np.random.default_rng(SEED)
    kinds = nonsense.kinds(held_out=True)
    return [
        redraw.encode(draw(kinds[random.integers(len(kinds))](random), random))
        for _ in range(NONSENSE)
    ]


def empty() -> list[bytes]:
    """Return sheets with nothing on them, in every light."""
    random = np.random.default_rng(SEED)
    return [redraw.encode(backgrounds.image(_sheet(random))) for _ in range(EMPTY)]


def words() -> list[bytes]:
    """Return words on sheets in every light: printed in held-out fonts, or in held-out letters."""
    random = np.random.default_rng(SEED)
    pictures = []
    for _ in range(EMPTY):
        sheet = _sheet(random)
        height, width, channels = sheet.shape
        layer = np.zeros((height, width), np.float32)
        ink = clutter.word(height * random.uniform(0.1, 0.3), random, clutter.HELD_OUT)
        room = max(1, height - ink.shape[0]), max(1, width - ink.shape[1])
        clutter.lay(layer, ink, int(random.integers(room[0])), int(random.integers(room[1])))
        pen = backgrounds.tone(random, channels, 0, 80)
        pictures.append(redraw.encode(backgrounds.image(backgrounds.spread(sheet, layer, pen))))
    return pictures


def _sheet(random: Random) -> backgrounds.Picture:
    height, width = (int(n) for n in random.integers(120, 400, 2))
    sheet = backgrounds.paper(height, width, 1, random)
    return sheet * backgrounds.light(height, width, random)[..., None]


def among_clutter(kind: str, digits: Digits) -> Labelled:
    """Return digits among clutter of a kind."""
    random = np.random.default_rng(SEED)
    chosen = random.integers(len(digits.labels), size=CLUTTERED)
    pictures = [cluttered.picture(kind, digits.images[i], random) for i in chosen]
    return Labelled(pictures, [str(digits.labels[i]) for i in chosen])


def by_one_writer(kind: str) -> Labelled:
    """Return numbers of MNIST's test digits, each number by one writer, frame beside frame.

    The protocol is that of Wagstaff 2025 (arXiv 2512.00676): "ZIP codes" have five digits, "check
    amounts" five or six, "times" three or four.
    """
    random = np.random.default_rng(SEED)
    test = mnist.load("t10k")
    writers = Writers(test.images, test.labels, mnist.writers("t10k")[: len(test.labels)])
    numbers, count = np.unique(writers.writers, return_counts=True)
    prolific = numbers[count >= PROLIFIC]
    pictures: list[bytes] = []
    readings: list[str] = []
    while len(pictures) < NUMBERS:
        number = VALUES[kind](random)
        writer = prolific[random.integers(len(prolific))]
        its = test.labels[writers.writers == writer]
        if not {int(digit) for digit in number} <= {int(digit) for digit in its}:
            continue  # all digits must be by this writer
        frames = [writers.frame(int(digit), writer, random) for digit in number]
        pictures.append(png(np.pad(np.concatenate(frames, axis=1), PAD)))
        readings.append(number)
    return Labelled(pictures, readings)


VALUES: dict[str, Callable[[Random], str]] = {
    "ZIP codes": lambda r: f"{r.integers(601, 99927):05d}",
    "check amounts": lambda r: str(r.integers(10**4, 10 ** int(r.integers(5, 7)))),
    "times": lambda r: f"{r.integers(1, 13)}{r.integers(60):02d}",
}


def overlapping() -> Labelled:
    """Return strings of one to five of MNIST's test digits, whose frames overlap by up to a half.

    A length n is drawn with a probability proportional to n.
    """
    random = np.random.default_rng(SEED)
    test = mnist.load("t10k")
    places = [np.flatnonzero(test.labels == digit) for digit in range(10)]
    lengths = np.arange(1, LONGEST + 1)
    pictures, readings = [], []
    for _ in range(NUMBERS):
        length = int(random.choice(lengths, p=lengths / lengths.sum()))
        number = str(random.integers(10 ** (length - 1) if length > 1 else 0, 10**length))
        pitch = 28 - int(random.uniform(0, 0.5) * 28)
        blank = 28 * int(random.integers(0, 3))
        string = np.zeros((HEIGHT, blank + pitch * (length - 1) + 28), np.uint8)
        for i, digit in enumerate(number):
            own = places[int(digit)]
            frame = test.images[own[random.integers(len(own))]]
            part = string[2:30, blank + i * pitch : blank + i * pitch + 28]
            np.maximum(part, frame, out=part)
        pictures.append(png(string))
        readings.append(number)
    return Labelled(pictures, readings)


def listed(directory: Path, reading: str, group: str | None = None) -> Labelled:
    """Return the pictures that index.csv lists, the columns of their readings and groups named.

    In the file `/` separates lines.
    """
    with (directory / "index.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Labelled(
        [(directory / row["file"]).read_bytes() for row in rows],
        [row[reading].replace("/", "\n") for row in rows],
        [row[group] for row in rows] if group else (),
    )
