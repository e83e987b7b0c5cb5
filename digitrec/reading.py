"""The result of reading a picture: its digits, in lines, and where each of them is."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Box(NamedTuple):
    """Where a digit is, in px of the picture as it was given, upright."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, eq=False)
class Digit:
    """One digit on a picture.

    Attributes
    ----------
    digit
        The most probable digit, 0 to 9.
    confidence
        The probability that it is a digit, and that it is this one, 0 to 1.
    probabilities
        The probability of each digit, 0 to 9, given that it is a digit; they sum to 1.
    frame
        What the classifier saw: (28, 28) float32, ink 1 on background 0.
    box
        Where it is.
    """

    digit: int
    confidence: float
    probabilities: tuple[float, ...]
    frame: NDArray[np.float32]
    box: Box


@dataclass(frozen=True, eq=False)
class Reading:
    """All digits on one picture.

    Attributes
    ----------
    lines
        The digits of each line, from left to right; lines from top to bottom.
    size
        Width and height of the picture as it was given, upright, px.
    """

    lines: tuple[tuple[Digit, ...], ...]
    size: tuple[int, int]

    @property
    def digits(self) -> tuple[Digit, ...]:
        """All digits in reading order."""
        return tuple(digit for line in self.lines for digit in line)

    @property
    def text(self) -> str:
        r"""All digits in reading order, lines separated by `\n`."""
        return "\n".join("".join(str(digit.digit) for digit in line) for line in self.lines)

    @property
    def prominent(self) -> Digit:
        """The digit with the longest side; if several are equal, the one nearest the middle."""
        return min(self.digits, key=self._prominence)

    def to_dict(self) -> dict[str, Any]:
        """Return the text, and each digit with its confidence and box, ready for JSON.

        Examples
        --------
        >>> from digitrec import Recognizer
        >>> Recognizer.load().read("docs/five.png").to_dict()
        {'text': '5', 'digits': [{'digit': 5, 'confidence': 0.99..., 'box': {'left': 87, ...}}]}
        """
        digits = [
            {"digit": d.digit, "confidence": d.confidence, "box": d.box._asdict()}
            for d in self.digits
        ]
        return {"text": self.text, "digits": digits}

    def _prominence(self, digit: Digit) -> tuple[float, float]:
        left, top, width, height = digit.box
        across, down = left + width / 2 - self.size[0] / 2, top + height / 2 - self.size[1] / 2
        return -max(width, height), across * across + down * down
