"""The test sets: pictures and their correct readings, lines separated by a line break."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training import backgrounds, clutter, cluttered, mnist, nonsense, pen, redraw, styles
from training.handwriting import Writers

SEED = 2026  # of whatever is random in a set
SAMPLE = 10  # every tenth of MNIST's test digits is drawn again: 1,000
DRAWN = 2_000  # digits in all styles, by other random numbers than training's
NONSENSE = 1_000  # pictures that are not digits
CLUTTERED = 200  # pictures of each kind of clutter
EMPTY = 200  # empty sheets, and as many words
NUMBERS = 500  # of each kind
PROLIFIC = 20  # least number of digits by a writer whose numbers are made
PAD = 4  # px of background around a number
LONGEST = 5  # digits in a string of frames that overlap
HEIGHT = 32  # px of such a string


class Labelled(NamedTuple):
    """Encoded pictures, their readings unless they show no digit, and perhaps their groups."""

    pictures: list[bytes]
    readings: Sequence[str] = ()
    groups: Sequence[str] = ()


def _png(image: NDArray[np.uint8]) -> bytes:
    return redraw.encode(Image.fromarray(image))


def mnist_test() -> Labelled:
    """Return MNIST's test digits, as they are."""
    images, labels = mnist.load("t10k")
    return Labelled([*map(_png, images)], [*map(str, labels)])


def drawn_again(variant: str) -> Labelled:
    """Return every tenth of MNIST's test digits, drawn again in a variant."""
    random = np.random.default_rng(SEED)
    test = mnist.load("t10k")
    frames = test.images[::SAMPLE].astype(np.float32) / 255
    pictures = [redraw.VARIANTS[variant](frame, random) for frame in frames]
    return Labelled(pictures, [*map(str, test.labels[::SAMPLE])])


def styled() -> Labelled:
    """Return digits drawn by program, each in a random style: they may be shown to anybody."""
    random = np.random.default_rng(SEED)
    digits = random.choice(10, DRAWN, p=styles.SHARES / styles.SHARES.sum())
    pictures = [pen.draw(styles.write(int(digit), random), random) for digit in digits]
    return Labelled([*map(redraw.encode, pictures)], [*map(str, digits)])


def strange() -> Labelled:
    """Return letters, scribbles and shapes held out from training."""
    random = np.random.default_rng(SEED)
    kinds = nonsense.kinds(held_out=True)
    pictures = [pen.draw(styles.one_of(kinds, random)(random), random) for _ in range(NONSENSE)]
    return Labelled([*map(redraw.encode, pictures)])


def empty() -> Labelled:
    """Return sheets with nothing on them, in every light."""
    random = np.random.default_rng(SEED)
    return Labelled([backgrounds.png(_sheet(random)) for _ in range(EMPTY)])


def words() -> Labelled:
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
        ink_colour = backgrounds.tone(random, channels, 0, 80)
        pictures.append(backgrounds.png(backgrounds.spread(sheet, layer, ink_colour)))
    return Labelled(pictures)


def _sheet(random: styles.Random) -> backgrounds.Picture:
    height, width = (int(n) for n in random.integers(120, 400, 2))
    sheet = backgrounds.paper((height, width), 1, random)
    return sheet * backgrounds.light((height, width), random)[..., None]


def among_clutter(kind: str) -> Labelled:
    """Return some of MNIST's test digits among clutter of a kind."""
    random = np.random.default_rng(SEED)
    test = mnist.load("t10k")
    chosen = random.integers(len(test.labels), size=CLUTTERED)
    pictures = [cluttered.picture(kind, test.images[i], random) for i in chosen]
    return Labelled(pictures, [str(test.labels[i]) for i in chosen])


def by_one_writer(kind: str) -> Labelled:
    """Return numbers of MNIST's test digits, each number by one writer, frame beside frame.

    The protocol is that of Wagstaff 2025 (arXiv 2512.00676): "ZIP codes" have five digits, "check
    amounts" five or six, "times" three or four.
    """
    random = np.random.default_rng(SEED)
    test = mnist.load("t10k")
    writers = Writers(test, mnist.writers("t10k"))
    numbers, count = np.unique(writers.writers, return_counts=True)
    prolific = numbers[count >= PROLIFIC]
    pictures: list[bytes] = []
    readings: list[str] = []
    while len(pictures) < NUMBERS:
        number = VALUES[kind](random)
        writer = styles.one_of(prolific, random)
        its = test.labels[writers.writers == writer]
        if not set(number) <= set(map(str, its)):
            continue  # all digits must be by this writer
        frames = [writers.frame(int(digit), writer, random) for digit in number]
        pictures.append(_png(np.pad(np.concatenate(frames, axis=1), PAD)))
        readings.append(number)
    return Labelled(pictures, readings)


VALUES: dict[str, Callable[[styles.Random], str]] = {
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
            frame = test.images[styles.one_of(places[int(digit)], random)]
            part = string[2:30, blank + i * pitch : blank + i * pitch + 28]
            np.maximum(part, frame, out=part)
        pictures.append(_png(string))
        readings.append(number)
    return Labelled(pictures, readings)


def usps(file: Path) -> Labelled:
    """Return the USPS test digits."""
    with np.load(file) as arrays:
        return Labelled([*map(_png, arrays["images"])], [*map(str, arrays["labels"])])


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
