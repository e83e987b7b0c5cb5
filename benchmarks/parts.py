"""What a request is compared with: the least that any program must do, and parts of digitrec.

Each function takes an event as a Lambda handler does.
"""

import base64
import io
import json
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from deploy import ROOT
from digitrec.classify.normalize import normalize
from digitrec.decode import decode
from digitrec.models import weights
from digitrec.segment import find_digit

NETWORK, _ = weights.read(ROOT / "trained_model.pkl")
FRAME = np.linspace(0, 1, 784, dtype=np.float32).reshape(1, 784)  # any frame takes as long
MAX_DIFFERENCE = 1e-5  # of a probability: float32 sums, taken in another order


def baseline(event: dict[str, Any], _: object = None) -> None:
    """Decode base64, decode the picture with Pillow, and multiply a frame with all weights."""
    _load(base64.b64decode(_text(event["body"])))
    x = FRAME
    for w in NETWORK.weights:
        x = x @ w


def full_decode(event: dict[str, Any], _: object = None) -> None:
    """Decode the picture with Pillow, at its full size."""
    _load(_image(event["body"]))


def decoding(event: dict[str, Any], _: object = None) -> None:
    """Decode the picture as digitrec does."""
    decode(_image(event["body"]))


def after_decoding(event: dict[str, Any], _: object = None) -> None:
    """Read the digit on the decoded picture."""
    region = find_digit(_picture(event["body"]))
    if region is None:
        raise ValueError("The pictures that are timed have one digit on a clean background.")
    NETWORK.probabilities(normalize([region.ink]))


def compare(probabilities: Callable[[NDArray[np.float32]], NDArray[np.float32]]) -> None:
    """Raise ValueError if a peer's probabilities are not digitrec's, for frames of noise."""
    frames = np.random.default_rng(0).random((200, 28, 28), np.float32)
    difference = float(np.abs(probabilities(frames) - NETWORK.probabilities(frames)).max())
    if not difference <= MAX_DIFFERENCE:
        raise ValueError(f"The peer's probabilities differ by {difference:g} from digitrec's.")


def _load(image: bytes) -> None:
    with Image.open(io.BytesIO(image)) as picture:
        picture.load()


# Prepared by the first call, and not timed.


@cache
def _text(body: str) -> str:
    text: str = json.loads(body)["image"]
    return text


@cache
def _image(body: str) -> bytes:
    return base64.b64decode(_text(body))


@cache
def _picture(body: str) -> Image.Image:
    return decode(_image(body)).picture
