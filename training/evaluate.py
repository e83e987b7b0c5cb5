"""The figures: measured through POST /predict, as any client uses it, and held to their bounds."""

import os
import timeit
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from difflib import SequenceMatcher
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from benchmarks import pictures
from digitrec import Recognizer
from digitrec.decode import decode
from digitrec.models import weights
from digitrec.recognizer import SEGMENTER
from digitrec.segment import find_digit, find_digits
from training import cluttered, mistakes, mnist, redraw, testsets
from training.answers import Answers, png, predict
from training.calibrate import expected_calibration_error
from training.mistakes import Mistake
from training.mnist import Digits
from training.testsets import SEED, Labelled

SAMPLE = 10  # every tenth of MNIST's test digits is drawn again: 1,000
KEPT = 0.99  # share of MNIST test accepted at the confidence at which nonsense is measured
PARTS = 10  # parts of MNIST test, answered in parallel
LOST = {"photograph": 1.5}  # percent of the digits that may be lost when drawn again
LOST_ELSE = 0.5  # the same in the other variants
REPEATED = 50  # how often each look is timed


class Writers(NamedTuple):
    """The share of right answers: the mean over writers, the worst writer's, and whose it is."""

    mean: float
    worst: float
    name: str


@dataclass(frozen=True)
class Figure:
    """One row of the table.

    Attributes
    ----------
    name
        What was measured.
    value
        Percent, except for errors in 10,000, which are a count.
    bound
        The worst value that is allowed; None where the figure is only reported.
    most
        Whether `bound` is the most that `value` may be, or the least.
    unit
        What is printed after the value.
    """

    name: str
    value: float
    bound: float | None = None
    most: bool = False
    unit: str = "%"

    @property
    def holds(self) -> bool:
        """Whether the value is within its bound."""
        if self.bound is None:
            return True
        return self.value <= self.bound if self.most else self.value >= self.bound


@dataclass(frozen=True)
class Evaluation:
    """All figures, and what the diagrams show: MNIST test's answers and labels, and mistakes."""

    figures: list[Figure]
    answers: Answers
    labels: NDArray[np.uint8]
    mistakes: list[Mistake]
    sha256: str
    segmenter_sha256: str


def evaluate(model: Path) -> Evaluation:
    """Measure a model on MNIST, and on the other data that the environment names."""
    recognizer = Recognizer.load(model)
    test = mnist.load("t10k")
    tenth = Digits(test.images[::SAMPLE], test.labels[::SAMPLE])
    # Spawned: a fork would inherit whatever watches this process, and that takes time.
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as workers:
        jobs: list[Future[Any]] = []

        def start(measure: Callable[..., Any], *arguments: Any) -> Future[Any]:
            jobs.append(workers.submit(measure, model, *arguments))
            return jobs[-1]

        again = {name: start(drawn_again, tenth, name) for name in redraw.VARIANTS}
        among = {kind: start(clutter_read, kind, test) for kind in cluttered.KINDS}
        nothing = {name: start(none_confidences, name) for name in NONE}
        numbers = start(number_figures)
        styled = start(mistakes.find, SEED)
        parts = [start(plain_answers, part) for part in np.split(test.images, PARTS)]
        others = [
            start(measure, Path(place))
            for name, measure in OTHERS.items()
            if (place := os.environ.get(name))
        ]
        for _ in tqdm(as_completed(jobs), "figures", len(jobs), mininterval=1):
            pass
    answers = Answers(*map(np.concatenate, zip(*(part.result() for part in parts), strict=True)))
    right = answers.digits == test.labels
    plain = 100 * float(right[::SAMPLE].mean())
    clutter = {kind: share.result() for kind, share in among.items()}
    threshold = float(np.quantile(answers.confidences, 1 - KEPT))
    taken = {name: 100 * float((c.result() >= threshold).mean()) for name, c in nothing.items()}
    share, wrong = styled.result()
    figures = [
        Figure("MNIST test, errors in 10,000", int((~right).sum()), 35, most=True, unit=""),
        Figure(
            "expected calibration error, MNIST test",
            100 * expected_calibration_error(answers.confidences, right),
            0.3,
            most=True,
        ),
        *(figure for other in others for figure in other.result()),
        Figure(f"{len(tenth.labels):,} digits of MNIST test, as they are", plain),
        *(
            Figure(
                f"the same drawn again: {name}",
                share.result(),
                round(plain - LOST.get(name, LOST_ELSE), 2),
            )
            for name, share in again.items()
        ),
        Figure("among clutter, mean over kinds", float(np.mean(list(clutter.values()))), 97),
        Figure("among clutter, worst kind", min(clutter.values()), 85),
        *(Figure(f"among clutter: {kind}", share) for kind, share in clutter.items()),
        *numbers.result(),
        Figure("confidence that keeps 99 % of MNIST test", 100 * threshold),
        *(
            Figure(f"no digit, taken for one at that confidence: {name}", s, 2, most=True)
            for name, s in taken.items()
        ),
        Figure("digits drawn by program, in all styles", 100 * share),
        *time_figures(model),
    ]
    hashes = recognizer.sha256, recognizer.segmenter_sha256
    return Evaluation(figures, answers, test.labels, wrong, *hashes)


def plain_answers(model: Path, images: NDArray[np.uint8]) -> Answers:
    """Return the answers to digits as they are."""
    return predict(model, map(png, images))


def drawings(model: Path, directory: Path) -> list[Figure]:
    """Return how well digits by many writers are read: index.csv has file, label, writer."""
    of = testsets.listed(directory, "label", "writer")
    answers = predict(model, of.pictures)
    right = answers.digits == np.array([int(label) for label in of.readings])
    writers = by_writer(right, of.groups)
    error = 100 * expected_calibration_error(answers.confidences, right)
    return [
        Figure("drawings, mean over writers", 100 * writers.mean, 99.6),
        Figure("drawings, worst writer", 100 * writers.worst, 98),
        Figure("expected calibration error, drawings", error, 2, most=True),
    ]


def by_writer(right: NDArray[np.bool_], writers: Sequence[str]) -> Writers:
    """Return the shares of right answers by writer: each writer counts the same."""
    shares = {w: float(right[np.array(writers) == w].mean()) for w in sorted(set(writers))}
    worst = min(shares, key=lambda writer: shares[writer])
    return Writers(float(np.mean(list(shares.values()))), shares[worst], worst)


def usps(model: Path, file: Path) -> list[Figure]:
    """Return how well the USPS test digits are read."""
    with np.load(file) as arrays:
        images, labels = arrays["images"], arrays["labels"]
    return [Figure("USPS test", share_read(model, map(png, images), labels), 98.2)]


def numbers(model: Path, directory: Path) -> list[Figure]:
    """Return how well real pictures of numbers are read: index.csv has file, reading, difficulty.

    A digit is right if it stands in the longest common part of what is read and what is written.
    """
    of = testsets.listed(directory, "reading", "difficulty")
    every = _pairs(model, of)
    legible = [pair for pair, group in zip(every, of.groups, strict=True) if group != "hard"]
    figures = []
    for name, pairs, exact, digits in (
        ("all", every, 70, 85),
        ("easy and medium", legible, 88, 95),
    ):
        figures += [
            Figure(f"real numbers, {name}: exact", 100 * exact_share(pairs), exact),
            Figure(f"real numbers, {name}: digits", 100 * digit_share(pairs), digits),
        ]
    return figures


def _pairs(model: Path, of: Labelled) -> list[tuple[str, str]]:
    """Return what is written on each picture, and what is read."""
    return list(zip(of.readings, predict(model, of.pictures).texts.tolist(), strict=True))


def exact_share(pairs: Sequence[tuple[str, str]]) -> float:
    """Return the share of (written, read) pairs that are equal."""
    return float(np.mean([written == text for written, text in pairs]))


def digit_share(pairs: Sequence[tuple[str, str]]) -> float:
    """Return the share of the written digits that are read, in order."""
    right = every = 0
    for written, text in ((a.replace("\n", ""), b.replace("\n", "")) for a, b in pairs):
        blocks = SequenceMatcher(None, written, text, autojunk=False).get_matching_blocks()
        right += sum(block.size for block in blocks)
        every += len(written)
    return right / every


def cases(model: Path, directory: Path) -> list[Figure]:
    """Return how many once misread pictures are read now: index.csv has file, text."""
    of = testsets.listed(directory, "text")
    wrong = sum(written != read for written, read in _pairs(model, of))
    name = f"of {len(of.pictures)} pictures that were read wrongly once, now"
    return [Figure(name, wrong, 0, most=True, unit="")]


def number_figures(model: Path) -> list[Figure]:
    """Return how many numbers made of MNIST's test digits are read exactly."""
    sets: list[tuple[str, Labelled, float]] = [
        (f"one writer's {name}", testsets.by_one_writer(name), bound)
        for name, bound in (("ZIP codes", 97.5), ("check amounts", 97), ("times", 98))
    ]
    sets.append(("strings whose frames overlap", testsets.overlapping(), 97.5))
    return [
        Figure(f"{name}, exact", 100 * exact_share(_pairs(model, of)), bound)
        for name, of, bound in sets
    ]


def clutter_read(model: Path, kind: str, digits: Digits) -> float:
    """Return the share of digits among clutter of a kind that are read correctly, percent."""
    of = testsets.among_clutter(kind, digits)
    return share_read(model, of.pictures, np.array(of.readings, np.uint8))


# What the environment may name, and what is measured on it.
OTHERS: dict[str, Callable[[Path, Path], list[Figure]]] = {
    "DRAWINGS_DIR": drawings,
    "USPS_FILE": usps,
    "NUMBERS_DIR": numbers,
    "CASES_DIR": cases,
}


def share_read(model: Path, pictures: Iterable[bytes], labels: NDArray[np.uint8]) -> float:
    """Return the share of the pictures that are read correctly, percent."""
    return 100 * float((predict(model, pictures).digits == labels).mean())


def drawn_again(model: Path, digits: Digits, name: str) -> float:
    """Return the share of digits that are read correctly when drawn again in a variant, percent."""
    random = np.random.default_rng(SEED)
    variant = redraw.VARIANTS[name]
    pictures = (variant(image.astype(np.float32) / 255, random) for image in digits.images)
    return share_read(model, pictures, digits.labels)


def none_confidences(model: Path, name: str) -> NDArray[np.float64]:
    """Return the confidences of the answers to pictures with no digit, 0 where none was found."""
    return predict(model, NONE[name]()).confidences


NONE = {"nonsense": testsets.strange, "empty sheets": testsets.empty, "words": testsets.words}


def time_figures(model: Path) -> list[Figure]:
    """Return what the two looks take, in ms and in passes of the classifier, the best of many."""
    network, _ = weights.read(model)
    segmenter, _ = weights.read_segmenter(SEGMENTER)
    canvas = decode(pictures.canvas()).picture
    photograph = decode(pictures.number_photograph()).picture
    frame = np.zeros((1, 28, 28), np.float32)
    frame[0, 4:24, 10:18] = 1
    took = {
        name: 1000 * min(timeit.repeat(call, number=1, repeat=REPEATED))
        for name, call in {
            "pass": lambda: network.probabilities(frame),
            "quick": lambda: find_digit(canvas),
            "full": lambda: find_digits(photograph, segmenter),
        }.items()
    }
    passes = took["full"] / took["pass"]
    return [
        Figure("quick look at a canvas", took["quick"], unit="ms"),
        Figure("full look at a photograph of six digits", took["full"], unit="ms"),
        Figure("the same, in passes of the classifier", passes, 100, most=True, unit="x"),
    ]
