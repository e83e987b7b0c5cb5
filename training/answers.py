"""Test sets through POST /predict, as any client sends their pictures."""

import base64
import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from flask.testing import FlaskClient
from numpy.typing import NDArray

from digitrec import create_app
from digitrec.settings import Settings
from training.testsets import Labelled

TOGETHER = 10  # pictures in a request: faster than alone, and within the limits of a request
BINS = 15  # of equal width, of the calibration error (Guo et al. 2017)


class Result(NamedTuple):
    """A test set and the answers to its pictures, one each.

    Attributes
    ----------
    labelled
        The test set.
    digits
        (n,), the most prominent digit; -1 where none was found.
    confidences
        (n,), of that digit; 0 where none was found.
    texts
        (n,), all digits; empty where none was found.
    """

    labelled: Labelled
    digits: NDArray[np.int_]
    confidences: NDArray[np.float64]
    texts: NDArray[np.str_]

    @property
    def labels(self) -> NDArray[np.int_]:
        """(n,), the digit on each picture of one digit."""
        return np.array(self.labelled.readings, int)

    @property
    def right(self) -> NDArray[np.bool_]:
        """(n,), whether the most prominent digit is the one on the picture."""
        return self.digits == self.labels

    @property
    def share(self) -> float:
        """The share of right digits, percent."""
        return 100 * float(self.right.mean())

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What is written on each picture, and what is read."""
        return list(zip(self.labelled.readings, self.texts.tolist(), strict=True))

    @property
    def calibration_error(self) -> float:
        """The expected calibration error, percent."""
        return 100 * expected_calibration_error(self.confidences, self.right)


def expected_calibration_error(confidences: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Return the mean gap between confidence and share of right answers over equal bins, 0..1."""
    bins = np.minimum((confidences * BINS).astype(int), BINS - 1)
    gaps = np.bincount(bins, weights=right.astype(float) - confidences, minlength=BINS)
    return float(np.abs(gaps).sum() / len(right))


def predict(model: Path, labelled: Labelled) -> Result:
    """Return what the app answers to each picture with the classifier in a file."""
    client = _client(model)
    texts = [base64.b64encode(picture).decode() for picture in labelled.pictures]
    answers: list[dict[str, Any]] = []
    for start in range(0, len(texts), TOGETHER):
        some = {"images": texts[start : start + TOGETHER], "include": ["confidence", "text"]}
        answers += json.loads(client.post("/predict", json=some).data)["predictions"]
    return Result(
        labelled,
        np.array([answer.get("digit", -1) for answer in answers]),
        np.array([answer.get("confidence", 0.0) for answer in answers]),
        np.array([answer.get("text", "") for answer in answers]),
    )


@cache
def _client(model: Path) -> FlaskClient:
    return create_app(Settings(model_path=str(model), log_level="WARNING")).test_client()
