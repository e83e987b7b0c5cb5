"""ONNX Runtime behind Flask with only a plain resize: the lightest thing that anybody serves."""

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.peers import flask_app
from benchmarks.peers.onnx_session import probabilities


def frame(text: str) -> NDArray[np.float32]:
    """Return a picture in base64 as a (28, 28) float32 frame; its digit is dark on light."""
    picture = Image.open(io.BytesIO(base64.b64decode(text))).convert("L").resize((28, 28))
    return 1 - np.asarray(picture, np.float32) / np.float32(255)


handler = flask_app.create(frame, probabilities)
