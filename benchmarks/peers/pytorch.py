"""PyTorch behind Flask, on one thread as on one of Lambda's processors."""

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks import PYTORCH_MODEL
from benchmarks.peers import flask_app
from benchmarks.peers.frames import frame

torch.set_num_threads(1)
model = torch.load(PYTORCH_MODEL, weights_only=False)  # written by to_pytorch


def probabilities(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the (n, 10) probabilities of (n, 28, 28) frames."""
    with torch.inference_mode():
        found: NDArray[np.float32] = model(torch.from_numpy(frames).flatten(1)).numpy()
    return found


handler = flask_app.create(frame, probabilities)
