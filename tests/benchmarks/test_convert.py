"""A converted network answers as digitrec's does, and one that doesn't is found."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.convert import difference, tolerance, trained
from digitrec.classify.network import Network

Frames = NDArray[np.float32]


def pytorch(network: Network) -> Callable[[Frames], Frames]:
    import torch

    from benchmarks.convert.to_pytorch import state
    from benchmarks.peers.pytorch_network import network as modules

    model: Any = modules(state(network))

    def probabilities(frames: Frames) -> Frames:
        with torch.inference_mode():
            found: Frames = model(torch.from_numpy(frames).flatten(1)).numpy()
        return found

    return probabilities


@pytest.mark.needs_torch
def test_the_network_in_pytorch_answers_as_digitrecs() -> None:
    found = difference.difference(pytorch(trained()))
    assert found <= tolerance.TOLERANCE


def test_a_network_answers_as_itself() -> None:
    assert difference.difference(trained().probabilities) == 0


def test_a_wrong_bias_is_found() -> None:
    network = trained()
    biases = [b.copy() for b in network.biases]
    biases[-1][0] += 0.01
    wrong = Network(network.weights, biases)
    assert difference.difference(wrong.probabilities) > tolerance.TOLERANCE
