"""Pictures through POST /predict, as any client sends them."""

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
    """One row per picture.

    Attributes
    ----------
    digits
        (n,), the most prominent digit; -1 where none was found.
    confidences
        (n,), of that digit; 0 where none was found.
    probabilities
        (n, 10), of that digit.
    texts
        (n,), all digits; empty where none was found.
    """

    digits: NDArray[np.int_]
    confidences: NDArray[np.float64]
    probabilities: NDArray[np.float64]
    texts: NDArray[np.str_]


def predict(model: Path, images: Iterable[bytes]) -> Answers:
    """Return what the app answers to each picture with the classifier in a file."""
    client = _client(model)
    rows = []
    for image in images:
        response = client.post(
            "/predict?include=confidence,probabilities,text", data=image, content_type="image/png"
        )
        answer = json.loads(response.data)
        rows.append(
            (
                answer.get("digit", -1),
                answer.get("confidence", 0.0),
                answer.get("probabilities", [0.0] * 10),
                answer.get("text", ""),
            )
        )
    return Answers(*map(np.array, zip(*rows, strict=True)))


@cache
def _client(model: Path) -> FlaskClient:
    return create_app(Settings(model_path=str(model), log_level="WARNING")).test_client()


def png(image: NDArray[np.uint8]) -> bytes:
    """Return the pixels, (height, width), as the bytes of a grey PNG file."""
    return redraw.encode(Image.fromarray(image))
