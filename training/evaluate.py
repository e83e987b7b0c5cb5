"""The figures: pictures through POST /predict, as anybody sends them."""

import csv
import io
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from flask.testing import FlaskClient
from numpy.typing import NDArray
from PIL import Image

from training import mnist


class Answers(NamedTuple):
    """One row a picture: `digits` (n,), -1 where none was read; `probabilities` (n, 10)."""

    digits: NDArray[np.int_]
    probabilities: NDArray[np.float64]

    @property
    def confidences(self) -> NDArray[np.float64]:
        """The probability of each answer, 0 where there was none."""
        confidences: NDArray[np.float64] = self.probabilities.max(axis=1)
        return confidences


class Writers(NamedTuple):
    """The share of right answers: the mean over writers, the worst writer's, and whose it is."""

    mean: float
    worst: float
    name: str


def predict(client: FlaskClient, images: Iterable[bytes]) -> Answers:
    """Return what the app answers to each picture."""
    digits, probabilities = [], []
    for image in images:
        response = client.post(
            "/predict?include=probabilities", data=image, content_type="image/png"
        )
        answer = json.loads(response.data)
        digits.append(answer.get("digit", -1))
        probabilities.append(answer.get("probabilities", [0.0] * 10))
    return Answers(np.array(digits), np.array(probabilities))


def png(image: NDArray[np.uint8]) -> bytes:
    """Return the pixels, (height, width), as the bytes of a grey PNG file."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


def mnist_errors(client: FlaskClient) -> int:
    """Return how many of MNIST's 10,000 test digits are read wrongly."""
    digits = mnist.load("t10k")
    answers = predict(client, map(png, digits.images))
    return int((answers.digits != digits.labels).sum())


def drawings(client: FlaskClient, directory: Path) -> Writers:
    """Return how well digits by many writers are read: index.csv has file, label, writer."""
    with (directory / "index.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    answers = predict(client, ((directory / row["file"]).read_bytes() for row in rows))
    right = answers.digits == np.array([int(row["label"]) for row in rows])
    return by_writer(right, [row["writer"] for row in rows])


def by_writer(right: NDArray[np.bool_], writers: Sequence[str]) -> Writers:
    """Return the shares of right answers by writer: each writer counts the same."""
    shares = {w: float(right[np.array(writers) == w].mean()) for w in sorted(set(writers))}
    worst = min(shares, key=lambda writer: shares[writer])
    return Writers(float(np.mean(list(shares.values()))), shares[worst], worst)


def usps_share(client: FlaskClient, file: Path) -> float:
    """Return the share of the USPS test digits that are read rightly."""
    with np.load(file) as arrays:
        images, labels = arrays["images"], arrays["labels"]
    return float((predict(client, map(png, images)).digits == labels).mean())


def report(client: FlaskClient) -> None:
    """Print the figures on all the data that the environment names."""
    errors = mnist_errors(client)
    print(f"MNIST test: {errors} errors in 10,000 ({100 - errors / 100:.2f} %)")
    if directory := os.environ.get("DRAWINGS_DIR"):
        writers = drawings(client, Path(directory))
        print(
            f"Drawings: {100 * writers.mean:.1f} % mean over writers, "
            f"{100 * writers.worst:.1f} % the worst ({writers.name})"
        )
    if file := os.environ.get("USPS_FILE"):
        print(f"USPS test: {100 * usps_share(client, Path(file)):.1f} %")
