"""The figures: pictures through POST /predict, as anybody sends them, held against their floors."""

import csv
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from digitrec import Recognizer, weights
from digitrec.recognizer import Prediction
from training import mistakes, mnist, nonsense, redraw, styles
from training.answers import Answers, png, predict
from training.calibrate import expected_calibration_error
from training.corruptions import CORRUPTIONS
from training.mistakes import Mistake
from training.mnist import Digits
from training.pen import draw

SAMPLE = 10  # each tenth of MNIST's test digits is drawn again: 1,000
SEED = 2026  # of whatever is random in a set
NONSENSE = 1_000  # pictures of what is no digit
SEVERAL = 5  # one in so many of them is a number of two digits
KEPT = 0.99  # of MNIST test is accepted at the confidence that nonsense is measured at
PARTS = 10  # that MNIST test is answered in, at the same time
LOST = {"photograph": 1.5}  # percent of the digits, at most, that are lost when drawn again
LOST_ELSE = 0.5  # the same in the other variants
SHIFTS = ((0, 0), (0, 1), (0, -1), (1, 0), (-1, 0))  # px, of the frames that are averaged


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
        Percent, but for errors in 10,000, which are a count.
    bound
        The worst value that is allowed; None where the figure is only reported.
    most
        Whether `bound` is the most that `value` may be, or the least.
    unit
        What stands behind the value.
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


def evaluate(model: Path) -> Evaluation:
    """Measure a model on MNIST, and on the other data that the environment names."""
    sha256 = Recognizer.load(model).sha256
    test = mnist.load("t10k")
    tenth = Digits(test.images[::SAMPLE], test.labels[::SAMPLE])
    # Spawned: a copy of this process would go on with whatever watches it, and that takes time.
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as workers:
        jobs: list[Future[Any]] = []

        def start(measure: Callable[..., Any], *arguments: Any) -> Future[Any]:
            jobs.append(workers.submit(measure, model, *arguments))
            return jobs[-1]

        again = {name: start(drawn_again, tenth, name) for name in redraw.VARIANTS}
        errors = {name: start(corrupted, tenth, name) for name in CORRUPTIONS}
        shifted = start(averaged_errors, test)
        strange_ones = start(strange_answers)
        styled = start(mistakes.find, SEED)
        parts = [start(plain_answers, part) for part in np.split(test.images, PARTS)]
        others = []
        if directory := os.environ.get("DRAWINGS_DIR"):
            others.append(start(drawings, Path(directory)))
        if file := os.environ.get("USPS_FILE"):
            others.append(start(usps, Path(file)))
        for _ in tqdm(as_completed(jobs), "figures", len(jobs), mininterval=1):
            pass
    answers = Answers(*map(np.concatenate, zip(*(part.result() for part in parts), strict=True)))
    right = answers.digits == test.labels
    plain = 100 * float(right[::SAMPLE].mean())
    corrupt = {name: error.result() for name, error in errors.items()}
    threshold = float(np.quantile(answers.confidences, 1 - KEPT))
    accepted = float((strange_ones.result().confidences >= threshold).mean())
    share, wrong = styled.result()
    figures = [
        Figure("MNIST test, errors in 10,000", int((~right).sum()), 35, most=True, unit=""),
        Figure("the same, averaged over five shifts (not served)", shifted.result(), unit=""),
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
        Figure("MNIST-C, mean error of 15 corruptions", float(np.mean(list(corrupt.values())))),
        *(Figure(f"MNIST-C, error: {name}", error) for name, error in corrupt.items()),
        Figure("confidence that keeps 99 % of MNIST test", 100 * threshold),
        Figure("nonsense accepted at that confidence", 100 * accepted, 5, most=True),
        Figure("digits drawn by program, in all styles", 100 * share),
    ]
    return Evaluation(figures, answers, test.labels, wrong, sha256)


def plain_answers(model: Path, images: NDArray[np.uint8]) -> Answers:
    """Return the answers to digits as they are."""
    return predict(model, map(png, images))


def averaged_errors(model: Path, digits: Digits) -> int:
    """Return the errors when a frame's probabilities are averaged with its neighbours'."""
    recognizer, (network, _) = Recognizer.load(model), weights.read(model)
    errors = 0
    for start in range(0, len(digits.labels), 500):
        part = recognizer.recognize_many([png(i) for i in digits.images[start : start + 500]])
        frames = np.stack([p.frame for p in part if isinstance(p, Prediction)])
        total = sum(network.probabilities(np.roll(frames, shift, (1, 2))) for shift in SHIFTS)
        errors += int((np.argmax(total, axis=1) != digits.labels[start : start + 500]).sum())
    return errors


def drawings(model: Path, directory: Path) -> list[Figure]:
    """Return how well digits by many writers are read: index.csv has file, label, writer."""
    with (directory / "index.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    answers = predict(model, [(directory / row["file"]).read_bytes() for row in rows])
    right = answers.digits == np.array([int(row["label"]) for row in rows])
    writers = by_writer(right, [row["writer"] for row in rows])
    error = 100 * expected_calibration_error(answers.confidences, right)
    return [
        Figure("drawings, mean over writers", 100 * writers.mean, 99),
        Figure("drawings, worst writer", 100 * writers.worst, 96),
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
    return [Figure("USPS test", share_read(model, map(png, images), labels), 97.5)]


def share_read(model: Path, pictures: Iterable[bytes], labels: NDArray[np.uint8]) -> float:
    """Return the share of the pictures that are read rightly, percent."""
    return 100 * float((predict(model, pictures).digits == labels).mean())


def drawn_again(model: Path, digits: Digits, name: str) -> float:
    """Return the share of digits that are read rightly when drawn again in a variant, percent."""
    random = np.random.default_rng(SEED)
    variant = redraw.VARIANTS[name]
    pictures = (variant(image.astype(np.float32) / 255, random) for image in digits.images)
    return share_read(model, pictures, digits.labels)


def corrupted(model: Path, digits: Digits, name: str) -> float:
    """Return the error on digits under one of MNIST-C's corruptions, percent."""
    random = np.random.default_rng(SEED)
    corruption = CORRUPTIONS[name]
    frames = (corruption(image.astype(np.float32) / 255, random) for image in digits.images)
    pictures = (png(np.rint(frame * 255).astype(np.uint8)) for frame in frames)
    return 100 - share_read(model, pictures, digits.labels)


def strange_answers(model: Path) -> Answers:
    """Return the answers to `strange`."""
    return predict(model, strange())


def strange() -> list[bytes]:
    """Return pictures of letters, scribbles and shapes held out from training, and of numbers."""
    random = np.random.default_rng(SEED)
    kinds = nonsense.kinds(held_out=True)
    pictures = []
    for number in range(NONSENSE):
        if number % SEVERAL == 0:
            pair = [styles.write(int(digit), random) for digit in random.integers(0, 10, 2)]
            strokes = nonsense.several(pair, random)
        else:
            strokes = kinds[random.integers(len(kinds))](random)
        pictures.append(redraw.encode(draw(strokes, random)))
    return pictures
