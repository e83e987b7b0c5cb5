"""python -m benchmarks.to_pytorch: write the network as PyTorch modules."""

from typing import Any

import torch
from torch import nn

from benchmarks import PYTORCH_MODEL
from benchmarks.parts import NETWORK


def modules() -> Any:
    """Return the network, from (n, 784) float32 to (n, 10) probabilities."""
    layers: list[Any] = []
    for w, b in zip(NETWORK.weights, NETWORK.biases, strict=True):
        layer = nn.Linear(*w.shape)
        layer.weight.data, layer.bias.data = torch.tensor(w.T), torch.tensor(b)
        layers += [layer, nn.ReLU()]
    return nn.Sequential(*layers[:-1], nn.Softmax(dim=1)).eval()


if __name__ == "__main__":
    torch.save(modules(), PYTORCH_MODEL)
