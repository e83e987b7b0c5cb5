"""python -m benchmarks.convert.difference MODULE: how far a peer's answers are from digitrec's."""

import importlib
import sys
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.convert import trained
from benchmarks.convert.tolerance import TOLERANCE

Frames = NDArray[np.float32]

SHOWN = 200  # frames


def difference(probabilities: Callable[[Frames], Frames]) -> float:
    """Return the largest difference between a peer's probabilities and digitrec's.

    Over frames of noise, from faint to full: they reach more of the network than digits do.
    """
    random = np.random.default_rng(0)
    strength = np.linspace(0.1, 1, SHOWN, dtype=np.float32)[:, np.newaxis, np.newaxis]
    frames = random.random((SHOWN, 28, 28), np.float32) * strength
    return float(np.abs(probabilities(frames) - trained().probabilities(frames)).max())


if __name__ == "__main__":
    found = difference(importlib.import_module(sys.argv[1]).probabilities)
    print(found)
    if not found <= TOLERANCE:
        raise SystemExit(f"{sys.argv[1]} differs by {found:g}; {TOLERANCE:g} is allowed.")
