"""PyTorch behind Flask, on one thread as on one of Lambda's processors."""

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks import MODELS
from benchmarks.peers import flask_app
from benchmarks.peers.frames import frame
from benchmarks.peers.pytorch_network import network

__all__ = ["app", "handler", "probabilities"]

torch.set_num_threads(1)
model = network(torch.load(MODELS / "model.pt", weights_only=True))


def probabilities(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the (n, 10) probabilities of (n, 28, 28) frames."""
    with torch.inference_mode():
        found: NDArray[np.float32] = model(torch.from_numpy(frames).flatten(1)).numpy()
    return found


app = flask_app.create(frame, probabilities)
handler = flask_app.handler_of(app)
