"""The figures: pictures through POST /predict, as anybody sends them, held against their floors."""

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from flask.testing import FlaskClient
from numpy.typing import NDArray

from digitrec import Recognizer, create_app, weights
from digitrec.network import Network
from digitrec.recognizer import Prediction
from digitrec.settings import Settings
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
    recognizer = Recognizer.load(model)
    client = create_app(Settings(log_level="WARNING"), recognizer).test_client()
    test = mnist.load("t10k")
    answers = predict(client, map(png, test.images), "MNIST test")
    right = answers.digits == test.labels
    error = 100 * expected_calibration_error(answers.confidences, right)
    figures = [
        Figure("MNIST test, errors in 10,000", int((~right).sum()), 35, most=True, unit=""),
        Figure(
            "the same, averaged over five shifts (not served)",
            averaged_errors(recognizer, weights.read(model)[0], test),
            unit="",
        ),
        Figure("expected calibration error, MNIST test", error, 0.3, most=True),
    ]
    if directory := os.environ.get("DRAWINGS_DIR"):
        figures += drawings(client, Path(directory))
    if file := os.environ.get("USPS_FILE"):
        figures.append(Figure("USPS test", 100 * usps_share(client, Path(file)), 97.5))
    figures += drawn_again(client, test)
    figures += corrupted(client, test)
    threshold = float(np.quantile(answers.confidences, 1 - KEPT))
    accepted = float((predict(client, strange(), "nonsense").confidences >= threshold).mean())
    figures += [
        Figure("confidence that keeps 99 % of MNIST test", 100 * threshold),
        Figure("nonsense accepted at that confidence", 100 * accepted, 5, most=True),
    ]
    share, wrong = mistakes.find(client, SEED)
    figures.append(Figure("digits drawn by program, in all styles", 100 * share))
    return Evaluation(figures, answers, test.labels, wrong, recognizer.sha256)


def averaged_errors(recognizer: Recognizer, network: Network, digits: Digits) -> int:
    """Return the errors when a frame's probabilities are averaged with its neighbours'."""
    errors = 0
    for start in range(0, len(digits.labels), 500):
        part = recognizer.recognize_many([png(i) for i in digits.images[start : start + 500]])
        frames = np.stack([p.frame for p in part if isinstance(p, Prediction)])
        total = sum(network.probabilities(np.roll(frames, shift, (1, 2))) for shift in SHIFTS)
        errors += int((np.argmax(total, axis=1) != digits.labels[start : start + 500]).sum())
    return errors


def drawings(client: FlaskClient, directory: Path) -> list[Figure]:
    """Return how well digits by many writers are read: index.csv has file, label, writer."""
    with (directory / "index.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    answers = predict(client, [(directory / row["file"]).read_bytes() for row in rows], "drawings")
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


def usps_share(client: FlaskClient, file: Path) -> float:
    """Return the share of the USPS test digits that are read rightly."""
    with np.load(file) as arrays:
        images, labels = arrays["images"], arrays["labels"]
    return float((predict(client, [png(i) for i in images], "USPS").digits == labels).mean())


def drawn_again(client: FlaskClient, digits: Digits) -> list[Figure]:
    """Return how well each tenth digit is read, as it is and drawn again in every variant."""
    images, labels = digits.images[::SAMPLE], digits.labels[::SAMPLE]
    plain = 100 * float((predict(client, map(png, images)).digits == labels).mean())
    figures = [Figure(f"{len(labels):,} digits of MNIST test, as they are", plain)]
    for name, variant in redraw.VARIANTS.items():
        random = np.random.default_rng(SEED)
        pictures = [variant(image.astype(np.float32) / 255, random) for image in images]
        share = 100 * float((predict(client, pictures, name).digits == labels).mean())
        lost = 1.5 if name == "photograph" else 0.5
        figures.append(Figure(f"the same drawn again: {name}", share, round(plain - lost, 2)))
    return figures


def corrupted(client: FlaskClient, digits: Digits) -> list[Figure]:
    """Return the error on each tenth digit under MNIST-C's corruptions, the mean first."""
    images, labels = digits.images[::SAMPLE], digits.labels[::SAMPLE]
    errors = {}
    for name, corruption in CORRUPTIONS.items():
        random = np.random.default_rng(SEED)
        frames = [corruption(image.astype(np.float32) / 255, random) for image in images]
        pictures = [png(np.rint(frame * 255).astype(np.uint8)) for frame in frames]
        errors[name] = 100 * float((predict(client, pictures, name).digits != labels).mean())
    mean = Figure("MNIST-C, mean error of 15 corruptions", float(np.mean(list(errors.values()))))
    return [mean, *(Figure(f"MNIST-C, error: {name}", error) for name, error in errors.items())]


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
