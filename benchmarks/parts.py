"""What a request is compared with: the least that any program must do, and parts of digitrec.

Each function takes an event as a Lambda handler does.
"""

import base64
import io
import json
from functools import cache
from typing import Any

import numpy as np
from PIL import Image

from deploy import ROOT
from digitrec.classify.normalize import normalize
from digitrec.decode import decode
from digitrec.models import weights
from digitrec.segment import find_digit

MODEL = ROOT / "trained_model.pkl"
NETWORK, _ = weights.read(MODEL)
FRAME = np.linspace(0, 1, 784, dtype=np.float32).reshape(1, 784)  # any frame takes as long


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
