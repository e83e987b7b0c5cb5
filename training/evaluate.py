"""The figures: measured through POST /predict, as any client uses it, and held to their bounds."""

import os
import timeit
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from difflib import SequenceMatcher
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from tqdm import tqdm

from benchmarks import pictures
from digitrec import Recognizer
from digitrec.decode import decode
from digitrec.models import weights
from digitrec.recognizer import SEGMENTER
from digitrec.segment import find_digit, find_digits
from training import cluttered, mnist, redraw, testsets
from training.answers import Result, predict

KEPT = 0.99  # share of MNIST test accepted at the confidence at which nonsense is measured
LOST = {"photograph": 1.5}  # percent of the digits that may be lost when drawn again
LOST_ELSE = 0.5  # the same in the other variants
REPEATED = 50  # how often each look is timed


class Figure(NamedTuple):
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


class Evaluation(NamedTuple):
    """All figures, and what the diagrams show: MNIST test, and digits in all styles."""

    figures: list[Figure]
    test: Result
    styled: Result
    sha256: str
    segmenter_sha256: str


def evaluate(model: Path) -> Evaluation:
    """Measure a model on MNIST, and on the other data that the environment names."""
    mnist.load("t10k")  # downloads it, or fails, before the processes start
    sets: dict[tuple[str, str], Callable[[], testsets.Labelled]] = {
        ("mnist", "test"): testsets.mnist_test,
        ("drawn", "styles"): testsets.styled,
        **{("again", name): partial(testsets.drawn_again, name) for name in redraw.VARIANTS},
        **{("clutter", kind): partial(testsets.among_clutter, kind) for kind in cluttered.KINDS},
        **{("none", name): make for name, make in NONE.items()},
        **{("numbers", name): make for name, (_, make) in NUMBERS.items()},
    }
    for name, (_, make, *columns) in OTHERS.items():
        if place := os.environ.get(name):
            sets["others", name] = partial(make, Path(place), *columns)
    # Spawned: a fork would inherit whatever watches this process, and that takes time.
    # At a low priority: other tests run meanwhile, and wait for a browser or a server.
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), os.nice, (10,)) as workers:
        done = workers.map(partial(_read, model), sets.values())
        read = dict(zip(sets, tqdm(done, "figures", len(sets), mininterval=1), strict=True))

    def results(group: str) -> dict[str, Result]:
        return {name: result for (of, name), result in read.items() if of == group}

    test, styled = read["mnist", "test"], read["drawn", "styles"]
    again, nothing = results("again"), results("none")
    clutter = {kind: result.share for kind, result in results("clutter").items()}
    plain = 100 * float(test.right[:: testsets.SAMPLE].mean())
    least = {name: round(plain - LOST.get(name, LOST_ELSE), 2) for name in again}
    sure = float(np.quantile(test.confidences, 1 - KEPT))
    taken = {name: 100 * float((r.confidences >= sure).mean()) for name, r in nothing.items()}
    exact = {name: 100 * exact_share(result.pairs) for name, result in results("numbers").items()}
    taken_for = "false positives at that confidence"
    figures = [
        Figure("MNIST test, errors in 10,000", int((~test.right).sum()), 35, most=True, unit=""),
        Figure("expected calibration error, MNIST test", test.calibration_error, 0.3, most=True),
        *(f for name, result in results("others").items() for f in OTHERS[name][0](result)),
        Figure("1,000 digits of MNIST test, as they are", plain),
        *(Figure(f"the same drawn again: {n}", r.share, least[n]) for n, r in again.items()),
        Figure("among clutter, mean over kinds", float(np.mean(list(clutter.values()))), 97),
        Figure("among clutter, worst kind", min(clutter.values()), 85),
        *(Figure(f"among clutter: {kind}", share) for kind, share in clutter.items()),
        *(Figure(f"{name}, exact", share, NUMBERS[name][0]) for name, share in exact.items()),
        Figure("confidence that keeps 99 % of MNIST test", 100 * sure),
        *(Figure(f"{taken_for}: {name}", share, 2, most=True) for name, share in taken.items()),
        Figure("digits drawn by program, in all styles", styled.share),
        *time_figures(model),
    ]
    recognizer = Recognizer.load(model)
    return Evaluation(figures, test, styled, recognizer.sha256, recognizer.segmenter_sha256)


def _read(model: Path, make: Callable[[], testsets.Labelled]) -> Result:
    return predict(model, make())


def drawings(result: Result) -> list[Figure]:
    """Return how well digits by many writers are read: each writer counts the same."""
    writers = np.array(result.labelled.groups)
    shares = [float(result.right[writers == writer].mean()) for writer in np.unique(writers)]
    return [
        Figure("drawings, mean over writers", 100 * float(np.mean(shares)), 99.6),
        Figure("drawings, worst writer", 100 * min(shares), 98),
        Figure("expected calibration error, drawings", result.calibration_error, 2, most=True),
    ]


def usps(result: Result) -> list[Figure]:
    """Return how well the USPS test digits are read."""
    return [Figure("USPS test", result.share, 98.2)]


def numbers(result: Result) -> list[Figure]:
    """Return how well real pictures of numbers are read.

    A digit is right if it stands in the longest common part of what is read and what is written.
    """
    every = result.pairs
    legible = [
        pair for pair, group in zip(every, result.labelled.groups, strict=True) if group != "hard"
    ]
    return [
        Figure("real numbers, all: exact", 100 * exact_share(every), 70),
        Figure("real numbers, all: digits", 100 * digit_share(every), 85),
        Figure("real numbers, easy and medium: exact", 100 * exact_share(legible), 88),
        Figure("real numbers, easy and medium: digits", 100 * digit_share(legible), 95),
    ]


def cases(result: Result) -> list[Figure]:
    """Return how many once misread pictures are misread now."""
    wrong = sum(written != text for written, text in result.pairs)
    name = f"of {len(result.pairs)} once-misread pictures, still misread"
    return [Figure(name, wrong, 0, most=True, unit="")]


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


NONE = {"nonsense": testsets.strange, "empty sheets": testsets.empty, "words": testsets.words}
# Numbers made of MNIST's test digits: the least percent to be read exactly, and how they are made.
NUMBERS: dict[str, tuple[float, Callable[[], testsets.Labelled]]] = {
    "one writer's ZIP codes": (97.5, partial(testsets.by_one_writer, "ZIP codes")),
    "one writer's check amounts": (97, partial(testsets.by_one_writer, "check amounts")),
    "one writer's times": (98, partial(testsets.by_one_writer, "times")),
    "strings whose frames overlap": (97.5, testsets.overlapping),
}
# What the environment may name, the figures, how it is read, and index.csv's columns.
OTHERS: dict[str, tuple[Any, ...]] = {
    "DRAWINGS_DIR": (drawings, testsets.listed, "label", "writer"),
    "USPS_FILE": (usps, testsets.usps),
    "NUMBERS_DIR": (numbers, testsets.listed, "reading", "difficulty"),
    "CASES_DIR": (cases, testsets.listed, "text"),
}


def time_figures(model: Path) -> list[Figure]:
    """Return what the two looks take, in ms and in passes of the classifier, the best of many."""
    network, _ = weights.read(model)
    segmenter, _ = weights.read_segmenter(SEGMENTER)
    canvas = decode(pictures.canvas()).picture
    photograph = decode(pictures.number_photograph()).picture
    frame = np.zeros((1, 28, 28), np.float32)
    frame[0, 4:24, 10:18] = 1

    def best(call: Callable[[], object]) -> float:
        return 1000 * min(timeit.repeat(call, number=1, repeat=REPEATED))

    one_pass = best(lambda: network.probabilities(frame))
    quick = best(lambda: find_digit(canvas))
    full = best(lambda: find_digits(photograph, segmenter))
    return [
        Figure("quick look at a canvas", quick, unit="ms"),
        Figure("full look at a photograph of six digits", full, unit="ms"),
        Figure("full look, relative to the classifier", full / one_pass, 100, most=True, unit="x"),
    ]
