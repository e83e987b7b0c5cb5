"""Pictures through POST /predict, as anybody sends them."""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from flask.testing import FlaskClient
from numpy.typing import NDArray
from PIL import Image

from digitrec import create_app
from digitrec.settings import Settings
from training import redraw


class Answers(NamedTuple):
    """One row a picture: `digits` (n,), -1 where none was read; `probabilities` (n, 10)."""

    digits: NDArray[np.int_]
    probabilities: NDArray[np.float64]

    @property
    def confidences(self) -> NDArray[np.float64]:
        """The probability of each answer, 0 where there was none."""
        confidences: NDArray[np.float64] = self.probabilities.max(axis=1)
        return confidences


def predict(model: Path, images: Iterable[bytes]) -> Answers:
    """Return what the app answers to each picture with the model in a file."""
    client = _client(model)
    digits, probabilities = [], []
    for image in images:
        response = client.post(
            "/predict?include=probabilities", data=image, content_type="image/png"
        )
        answer = json.loads(response.data)
        digits.append(answer.get("digit", -1))
        probabilities.append(answer.get("probabilities", [0.0] * 10))
    return Answers(np.array(digits), np.array(probabilities))


@cache
def _client(model: Path) -> FlaskClient:
    return create_app(Settings(model_path=str(model), log_level="WARNING")).test_client()


def png(image: NDArray[np.uint8]) -> bytes:
    """Return the pixels, (height, width), as the bytes of a grey PNG file."""
    return redraw.encode(Image.fromarray(image))
