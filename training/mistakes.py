"""Pictures that the network misreads, drawn by program: they may be shown to anybody."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from training import redraw, styles
from training.answers import predict
from training.pen import draw

DRAWN = 2_000  # digits, each in a random style, by other random numbers than training's


class Mistake(NamedTuple):
    """A picture, the digit that was meant, the digit that was read, and how sure it was, 0..1."""

    picture: Image.Image
    digit: int
    answer: int
    confidence: float


def find(model: Path, seed: int) -> tuple[float, list[Mistake]]:
    """Return the share of drawn digits read correctly, and the others, the most confident first."""
    random = np.random.default_rng(seed)
    digits = random.choice(10, DRAWN, p=styles.SHARES / styles.SHARES.sum())
    pictures = [draw(styles.write(int(digit), random), random) for digit in digits]
    answers = predict(model, map(redraw.encode, pictures))
    wrong = [
        Mistake(pictures[i], int(digits[i]), int(answers.digits[i]), float(answers.confidences[i]))
        for i in np.flatnonzero(answers.digits != digits)
    ]
    share = 1 - len(wrong) / DRAWN
    return share, sorted(wrong, key=lambda mistake: -mistake.confidence)
