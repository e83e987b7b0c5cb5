"""Calibration: a confidence of 90 % should be right nine times in ten (Guo et al. 2017)."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax

BINS = 15  # of equal width, as in the paper


def temperature(logits: NDArray[np.float32], labels: NDArray[np.uint8]) -> float:
    """Return the divisor of the logits that maximises the labels' likelihood.

    `logits` is (n, 10), `labels` (n,). Found by golden section over 1/4 to 4, to a thousandth.
    """

    def loss(log_temperature: float) -> float:
        told = log_softmax(logits / np.exp(log_temperature), axis=1)
        return float(-told[np.arange(len(labels)), labels].mean())

    low, high = np.log(0.25), np.log(4.0)
    golden = (np.sqrt(5) - 1) / 2
    while high - low > 1e-3:
        a, b = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, b) if loss(a) < loss(b) else (a, high)
    return float(np.exp((low + high) / 2))


def expected_calibration_error(confidences: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Return the mean gap between confidence and share of right answers over equal bins, 0..1."""
    bins = np.minimum((confidences * BINS).astype(int), BINS - 1)
    gaps = np.bincount(bins, weights=right.astype(float) - confidences, minlength=BINS)
    return float(np.abs(gaps).sum() / len(right))
