"""Pictures through POST /predict, as anybody sends them."""

import json
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from flask.testing import FlaskClient
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

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


def predict(client: FlaskClient, images: Iterable[bytes], name: str = "") -> Answers:
    """Return what the app answers to each picture; `name` is that of a progress bar."""
    digits, probabilities = [], []
    for image in tqdm(images, desc=name, disable=not name, mininterval=1):
        response = client.post(
            "/predict?include=probabilities", data=image, content_type="image/png"
        )
        answer = json.loads(response.data)
        digits.append(answer.get("digit", -1))
        probabilities.append(answer.get("probabilities", [0.0] * 10))
    return Answers(np.array(digits), np.array(probabilities))


def png(image: NDArray[np.uint8]) -> bytes:
    """Return the pixels, (height, width), as the bytes of a grey PNG file."""
    return redraw.encode(Image.fromarray(image))
