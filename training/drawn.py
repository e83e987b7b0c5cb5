"""Digits drawn by program: what `digitrec adapt` must still read."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitrec.adapt import LEVELS
from digitrec.errors import DigitrecError
from digitrec.recognizer import Recognizer
from training.pen import draw
from training.styles import write

COUNT = 4_000
SEED = 11  # none of the training data's


def frames(recognizer: Recognizer, count: int = COUNT) -> NDArray[np.uint8]:
    """Return frames of the digits 0 to 9 in turn, (count, 28, 28), in 0..LEVELS."""
    random = np.random.default_rng(SEED)
    found: list[NDArray[np.float32]] = []
    while len(found) < count:
        try:
            digit = recognizer.recognize(draw(write(len(found) % 10, random), random))
        except DigitrecError:  # too broken to be found: draw another
            continue
        found.append(digit.frame)
    return np.rint(np.array(found) * LEVELS).astype(np.uint8)


def save(stack: NDArray[np.uint8], path: Path) -> None:
    """Write frames as a PNG file with four bits a pixel."""
    image = Image.fromarray(stack.reshape(-1, stack.shape[2]), "P")
    image.putpalette([255 * level // LEVELS for level in range(LEVELS + 1) for _ in "RGB"])
    image.save(path, bits=4, optimize=True)
