"""python -m benchmarks.convert.to_pytorch FILE: the network as PyTorch's tensors."""

import sys
from typing import Any

import torch

from benchmarks.convert import trained
from digitrec.classify.network import Network


def state(network: Network) -> dict[str, Any]:
    """Return the tensors that `benchmarks.peers.pytorch_network` takes."""
    tensors = {}
    for i, (w, b) in enumerate(zip(network.weights, network.biases, strict=True)):
        tensors[f"{2 * i}.weight"] = torch.tensor(w.T)  # every second layer is a ReLU
        tensors[f"{2 * i}.bias"] = torch.tensor(b)
    return tensors


if __name__ == "__main__":
    torch.save(state(trained()), sys.argv[1])
