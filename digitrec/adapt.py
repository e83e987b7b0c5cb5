"""The classifier fitted to the digits of one writer."""

import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitrec.classify.align import FRAME
from digitrec.classify.network import Array, Network, softmax
from digitrec.errors import InvalidLabels

PENALTIES = (math.inf, 0.1, 0.01, 0.001)  # the first allows no change
FOLDS = 5  # of the cross-validation, and the fewest digits for it
STEPS = 100  # of the descent
RATE = 0.01  # of its first step
# Digits drawn by program in many styles, from 0 to 9 and again: `python -m training draw`.
DRAWN = Path(__file__).parent / "drawn.png"
LEVELS = 15  # the value of full ink in that file
MOST_LOST = 0.001  # share of them

Labels = NDArray[np.int_]
Parameters = list[Array]  # of two layers: weights, biases, weights, biases


class Adapted(NamedTuple):
    """A fitted network, what was gained and what was lost.

    Attributes
    ----------
    network
        The network; the one given if no change reads the digits better.
    penalty
        The penalty that was chosen; infinite for no change.
    before, after
        The number of the digits that are misread by the network given, and by networks fitted to
        other digits of the writer.
    lost
        The share of digits drawn by program that are misread by the fitted network, minus the share
        misread by the network given. They stand in for MNIST's, which are not shipped.
    """

    network: Network
    penalty: float
    before: int
    after: int
    lost: float


def adapt(network: Network, frames: Array, labels: Labels) -> Adapted:
    """Return the network with its last two layers fitted to a writer's digits.

    They minimize the mean cross entropy plus a penalty times their squared distance from the
    weights given. Of the penalties that keep `lost` within `MOST_LOST`, the one with the least
    cross-validated cross entropy is chosen. If none does, `lost` is above it.

    Parameters
    ----------
    network
        The network to start from.
    frames
        (n, 28, 28) float32, each a `Digit.frame`.
    labels
        (n,) integers in 0..9.

    Raises
    ------
    InvalidLabels
        There are fewer than five digits.
    """
    if len(labels) < FOLDS:
        raise InvalidLabels(
            f"Only {len(labels)} labelled digits were found. Give {FOLDS} or more; 20 do well."
        )
    hidden = network.hidden(frames)[-2]
    # Weights change only along the inputs that occur. In an orthonormal basis of these, there are
    # few weights, and distances are the same.
    basis = np.linalg.qr(hidden.T).Q
    inputs = hidden @ basis
    *earlier, w1, w2 = network.weights
    *biases, b1, b2 = network.biases
    start = [basis.T @ w1, b1, w2, b2]
    folds = np.empty(len(labels), int)
    folds[labels.argsort(kind="stable")] = np.arange(len(labels)) % FOLDS  # each has all digits

    def validated(penalty: float) -> Array:
        """Return each digit's probabilities by parameters fitted to the other folds."""
        found = np.empty((len(labels), 10), np.float32)
        for fold in range(FOLDS):
            rest, part = folds != fold, folds == fold
            fitted = _fit(start, inputs[rest], labels[rest], penalty)
            found[part] = _forward(fitted, inputs[part])[1]
        return found

    every = [validated(penalty) for penalty in PENALTIES]
    misread = [int((found.argmax(axis=1) != labels).sum()) for found in every]
    others = _drawn_errors(network)

    def adapted(i: int) -> Adapted:
        w, b, v, c = _fit(start, inputs, labels, PENALTIES[i])
        weights = [*earlier, w1 + basis @ (w - start[0]), v]
        fitted = Network(weights, [*biases, b, c])
        lost = float((_drawn_errors(fitted) - others).mean())
        return Adapted(fitted, PENALTIES[i], misread[0], misread[i], lost)

    order = sorted(range(len(PENALTIES)), key=lambda i: _cross_entropy(every[i], labels))
    changes = [adapted(i) for i in order[: order.index(0)]] or [adapted(0)]
    return next((change for change in changes if change.lost <= MOST_LOST), changes[0])


def _fit(start: Parameters, inputs: Array, labels: Labels, penalty: float) -> Parameters:
    """Return the parameters after gradient descent, with a step size that adapts."""
    best, rate = start, RATE
    if penalty == math.inf:
        return start
    least, gradients = _loss(best, start, inputs, labels, penalty)
    for _ in range(STEPS):
        trial = [p - np.float32(rate) * g for p, g in zip(best, gradients, strict=True)]
        loss, found = _loss(trial, start, inputs, labels, penalty)
        if loss < least:
            best, least, gradients, rate = trial, loss, found, 2 * rate
        else:
            rate /= 4
    return best


def _loss(
    parameters: Parameters, start: Parameters, inputs: Array, labels: Labels, penalty: float
) -> tuple[float, Parameters]:
    """Return the mean cross entropy with the penalty, and its gradients."""
    hidden, probabilities = _forward(parameters, inputs)
    change = [p - s for p, s in zip(parameters, start, strict=True)]
    distance = sum(float((c * c).sum()) for c in change)
    logits = (probabilities - np.eye(10, dtype=np.float32)[labels]) / np.float32(len(labels))
    sums = (logits @ parameters[2].T) * (hidden > 0)
    slopes = (inputs.T @ sums, sums.sum(axis=0), hidden.T @ logits, logits.sum(axis=0))
    gradients = [s + np.float32(2 * penalty) * c for s, c in zip(slopes, change, strict=True)]
    return _cross_entropy(probabilities, labels) + penalty * distance, gradients


def _forward(parameters: Parameters, inputs: Array) -> tuple[Array, Array]:
    """Return the units of the hidden layer and the probabilities of each digit."""
    w, b, v, c = parameters
    hidden = np.maximum(inputs @ w + b, 0)
    return hidden, softmax(hidden @ v + c)


def _cross_entropy(probabilities: Array, labels: Labels) -> float:
    right = probabilities[np.arange(len(labels)), labels]
    return float(-np.log(right + np.finfo(np.float32).tiny).mean())


def drawn() -> Array:
    """Return the drawn digits' frames, from 0 to 9 in turn: (4000, 28, 28), 0..1."""
    with Image.open(DRAWN) as image:
        return np.asarray(image, np.float32).reshape(-1, FRAME, FRAME) / np.float32(LEVELS)


def _drawn_errors(network: Network) -> Labels:
    """Return 1 for each drawn digit that is misread and 0 for the others."""
    digits = network.probabilities(drawn()).argmax(axis=1)
    errors: Labels = (digits != np.arange(len(digits)) % 10).astype(int)
    return errors
