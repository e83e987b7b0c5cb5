"""PyTorch behind Flask, on one thread as on one of Lambda's processors."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from benchmarks.peers import flask_app
from benchmarks.peers.frames import frame
from deploy import ROOT
from digitrec.models import weights

torch.set_num_threads(1)
network, _ = weights.read(ROOT / "trained_model.pkl")
layers: list[nn.Module] = []
for w, b in zip(network.weights, network.biases, strict=True):
    layer = nn.Linear(*w.shape)
    layer.weight.data, layer.bias.data = torch.tensor(w.T), torch.tensor(b)
    layers += [layer, nn.ReLU()]
model = nn.Sequential(*layers[:-1], nn.Softmax(dim=1)).eval()


def probabilities(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the (n, 10) probabilities of (n, 28, 28) frames."""
    with torch.inference_mode():
        found: NDArray[np.float32] = model(torch.from_numpy(frames).flatten(1)).numpy()
    return found


handler = flask_app.create(frame, probabilities)
