"""Pictures through POST /predict, as any client sends them."""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from flask.testing import FlaskClient
from numpy.typing import NDArray

from digitrec import create_app
from digitrec.settings import Settings


class Answers(NamedTuple):
    """One row per picture.

    Attributes
    ----------
    digits
        (n,), the most prominent digit; -1 where none was found.
    confidences
        (n,), of that digit; 0 where none was found.
    texts
        (n,), all digits; empty where none was found.
    """

    digits: NDArray[np.int_]
    confidences: NDArray[np.float64]
    texts: NDArray[np.str_]


def predict(model: Path, images: Iterable[bytes]) -> Answers:
    """Return what the app answers to each picture with the classifier in a file."""
    client = _client(model)
    url = "/predict?include=confidence,text"
    sent = (client.post(url, data=image, content_type="image/png") for image in images)
    answers = [json.loads(response.data) for response in sent]
    return Answers(
        np.array([answer.get("digit", -1) for answer in answers]),
        np.array([answer.get("confidence", 0.0) for answer in answers]),
        np.array([answer.get("text", "") for answer in answers]),
    )


@cache
def _client(model: Path) -> FlaskClient:
    return create_app(Settings(model_path=str(model), log_level="WARNING")).test_client()
