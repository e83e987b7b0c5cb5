"""Frames to probabilities: the forward pass of a multilayer perceptron."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Network:
    """Layers of ReLU units and a softmax over the ten digits.

    Attributes
    ----------
    weights
        One matrix a layer, float32, (inputs, outputs); the first has 784 inputs, the last 10
        outputs.
    biases
        One vector a layer, float32, (outputs,).
    """

    weights: Sequence[Array]
    biases: Sequence[Array]

    def probabilities(self, frames: Array) -> Array:
        """Return how likely each frame is each digit.

        Parameters
        ----------
        frames
            (n, 28, 28) float32, ink 1 on background 0.

        Returns
        -------
        (n, 10) float32; each row sums to 1.
        """
        x = frames.reshape(-1, 784)
        for w, b in zip(self.weights[:-1], self.biases[:-1], strict=True):
            x = np.maximum(_product(x, w) + b, 0)
        return softmax(_product(x, self.weights[-1]) + self.biases[-1])

    @property
    def layers(self) -> tuple[int, ...]:
        """The number of units a layer, the 784 inputs first."""
        return (self.weights[0].shape[0], *(w.shape[1] for w in self.weights))


def _product(x: Array, w: Array) -> Array:
    """Return x @ w, without what is multiplied with 0 in every row.

    A product with few rows takes as long as it takes to read the weights. Most pixels are empty and
    most units are silent, so for one picture three quarters of the weights are not needed, and a
    tenth of them for a hundred.
    """
    used: NDArray[Any] = x[0] if len(x) == 1 else np.logical_or.reduce(x, axis=0)
    active = used.nonzero()[0]
    x, w = x.take(active, axis=1), w.take(active, axis=0)
    product: Array = x @ w
    return product


def softmax(logits: Array) -> Array:
    """Return exp(logits) scaled so that each row, the last axis, sums to 1."""
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))  # no overflow: the largest is exp(0)
    scaled: Array = e / e.sum(axis=-1, keepdims=True)
    return scaled
