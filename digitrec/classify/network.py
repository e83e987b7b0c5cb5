"""Frames to probabilities: the forward pass of a multilayer perceptron."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

LAYERS = 3  # matrices: from 784 pixels, through two hidden layers, to ten digits


@dataclass(frozen=True)
class Network:
    """Layers of ReLU units and a softmax over the ten digits.

    Attributes
    ----------
    weights
        One matrix per layer, float32, (inputs, outputs); the first has 784 inputs, the last 10
        outputs.
    biases
        One vector per layer, float32, (outputs,).
    """

    weights: Sequence[Array]
    biases: Sequence[Array]

    def probabilities(self, frames: Array) -> Array:
        """Return the probability of each digit for each frame.

        Parameters
        ----------
        frames
            (n, 28, 28) float32, ink 1 on background 0.

        Returns
        -------
        (n, 10) float32; each row sums to 1.
        """
        hidden = self.hidden(frames)
        return softmax(_product(hidden[-1], self.weights[-1]) + self.biases[-1])

    def explanations(
        self, frames: Array, digits: NDArray[np.int_], others: NDArray[np.int_]
    ) -> Array:
        """Return how much each pixel speaks for a digit rather than for another one.

        This is gradient times input (Shrikumar et al. 2016): the pixel's ink times the derivative,
        with respect to that ink, of the digit's logit minus the other digit's.

        Parameters
        ----------
        frames
            (n, 28, 28) float32, ink 1 on background 0.
        digits, others
            (n,) integers in 0..9: for each frame, the digit and the one it is compared with.

        Returns
        -------
        (n, 28, 28) float32: above 0 where the ink speaks for `digits`, below 0 where it speaks for
        `others`, and 0 where there is no ink.
        """
        hidden = self.hidden(frames)
        last = self.weights[-1].T
        gradient = last[digits] - last[others]
        for w, units in zip(self.weights[-2::-1], hidden[::-1], strict=True):
            gradient = (gradient * (units > 0)) @ w.T
        return frames * gradient.reshape(frames.shape)

    def hidden(self, frames: Array) -> list[Array]:
        """Return the units of each hidden layer, (n, units), for (n, 28, 28) frames."""
        x = frames.reshape(-1, 784)
        hidden = []
        for w, b in zip(self.weights[:-1], self.biases[:-1], strict=True):
            x = np.maximum(_product(x, w) + b, 0)
            hidden.append(x)
        return hidden

    @property
    def layers(self) -> tuple[int, ...]:
        """The number of units in each layer, the 784 inputs first."""
        return (self.weights[0].shape[0], *(w.shape[1] for w in self.weights))


def _product(x: Array, w: Array) -> Array:
    """Return x @ w, skipping the columns of x that are 0 in every row.

    With few rows, most of the time goes into reading the weights. Most pixels are background and
    most units are 0, so one picture leaves three quarters of the weights unread, and a hundred
    pictures a tenth.
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
