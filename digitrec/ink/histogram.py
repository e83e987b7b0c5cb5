"""What values pixels have: a picture has few different ones, and many pixels of each."""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Histogram(NamedTuple):
    """Values of pixels, and how many pixels have each.

    Attributes
    ----------
    values
        (n,) float64, ascending.
    counts
        (n,) float64, all whole: products of two kinds of numbers take several times as long.
    """

    values: NDArray[np.float64]
    counts: NDArray[np.float64]

    def split(self, threshold: float) -> tuple["Histogram", "Histogram"]:
        """Return the values of at most `threshold`, and those above."""
        at = self.values.searchsorted(threshold, "right")
        return (
            Histogram(self.values[:at], self.counts[:at]),
            Histogram(self.values[at:], self.counts[at:]),
        )

    def magnitudes(self) -> "Histogram":
        """Return the values without their signs."""
        values = np.abs(self.values)
        order = values.argsort(kind="stable")  # quick on two runs, one falling and one rising
        return Histogram(values.take(order), self.counts.take(order))

    def percentile(self, percent: float) -> float:
        """Return what np.percentile returns of all pixels; 0 if there are none."""
        ends = self.counts.cumsum()
        pixels = int(ends[-1]) if len(ends) else 0
        if pixels == 0:
            return 0.0
        place = (pixels - 1) * percent / 100
        low = int(place)
        at = ends.searchsorted((low, min(low + 1, pixels - 1)), "right")
        a, b = self.values.take(at).tolist()
        return float(a + (b - a) * (place - low))

    def std(self) -> float:
        """Return the standard deviation over all pixels."""
        pixels = self.counts.sum()
        mean = (self.counts @ self.values) / pixels
        away = self.values - mean
        return math.sqrt(self.counts @ (away * away) / pixels)

    def skew(self) -> float:
        """Return the sum of all pixels' cubes: its sign tells on which side of 0 the tail is."""
        return float(self.counts @ (self.values * self.values * self.values))


def percentile(values: NDArray[Any], percent: float) -> NDArray[np.float32]:
    """Return np.percentile(values, percent, axis=-1), to rounding.

    numpy's own costs a cold start 8 ms for its generality, more than the rest of the image path.
    """
    count = values.shape[-1]
    place = (count - 1) * percent / 100
    low = int(place)
    high = min(low + 1, count - 1)
    parts = np.partition(values, (low, high))
    a, b = parts[..., low], parts[..., high]
    found: NDArray[np.float32] = a + (b - a) * np.float32(place - low)
    return found
