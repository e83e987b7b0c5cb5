"""Image bytes to a reading: decode, segment, classify. Knows nothing of HTTP."""

import itertools
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitrec.classify.network import Network
from digitrec.classify.normalize import normalize
from digitrec.decode import Allowance, Decoded, decode
from digitrec.errors import DigitrecError, NoDigit, value_of
from digitrec.models import weights
from digitrec.models.source import Source
from digitrec.segment import Region, look, single
from digitrec.segment.network import Network as Segmenter
from digitrec.segment.region import Corners

SEGMENTER = Path(__file__).parent / "segment" / "weights.pkl"
SURE = 0.95  # confidence from which the quick look's digit is taken for the only one
NOTHING = "No digit was found on the picture. Write digits large and dark, and send it again."
BATCH = 16  # pictures that are held in memory, and classified, together

Lines = tuple[tuple["Digit", ...], ...]


class Box(NamedTuple):
    """Where a digit is, in px of the picture as it was sent, upright."""

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
        The probability that it is a digit at all, and this one, 0 to 1.
    probabilities
        The probability of each digit, 0 to 9, given that it is one; they sum to 1.
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
        Width and height of the picture as it was sent, upright, px.
    """

    lines: Lines
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
        """The digit whose box has the longest side; of equal ones, the one nearest the middle."""
        return min(self.digits, key=self._prominence)

    def _prominence(self, digit: Digit) -> tuple[float, float]:
        left, top, width, height = digit.box
        across, down = left + width / 2 - self.size[0] / 2, top + height / 2 - self.size[1] / 2
        return -max(width, height), across * across + down * down


class Recognizer:
    """Reads handwritten digits from encoded pictures.

    Attributes
    ----------
    layers
        The number of units in each of the classifier's layers, the 784 inputs first.
    """

    def __init__(
        self,
        classifier: Network,
        source: Source,
        segmenter: Segmenter,
        segmenter_source: Source,
    ) -> None:
        self._classifier, self._source = classifier, source
        self._segmenter, self._segmenter_source = segmenter, segmenter_source
        self.layers = classifier.layers

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of the classifier's file, in lower-case hex."""
        return self._source.sha256

    @cached_property
    def segmenter_sha256(self) -> str:
        """The SHA-256 of the segmenter's file, in lower-case hex."""
        return self._segmenter_source.sha256

    @classmethod
    def load(cls, path: str | os.PathLike[str], sha256: str | None = None) -> Self:
        """Return a recognizer with the classifier in the file `path`.

        With `sha256`, only a file that has it is accepted. Raises InvalidModel.
        """
        return cls(*weights.read(path, sha256), *weights.read_segmenter(SEGMENTER))

    def read(self, image: bytes) -> Reading:
        """Return all digits on one PNG, JPEG or WebP file.

        Raises InvalidImage, NoDigit, TooLarge or UnsupportedType.
        """
        return value_of(self.read_many([image]).pop())

    def recognize(self, image: bytes) -> Digit:
        """Return the most prominent digit on one PNG, JPEG or WebP file. Raises as `read` does."""
        return self.read(image).prominent

    def read_many(
        self, images: Iterable[bytes | DigitrecError], allowance: Allowance | None = None
    ) -> list[Reading | DigitrecError]:
        """Return one reading per image, in order.

        If an image can't be read, exceeds the allowance or is an error already, the error is
        returned in its place, not raised. Without an allowance, the total size is not limited.
        """
        allowance = allowance or Allowance(sys.maxsize, sys.maxsize)
        waiting = iter(images)
        results: list[Reading | DigitrecError] = []
        # One by one, so that each file is freed before the next is read.
        while batch := [_decoded(i, allowance) for i in itertools.islice(waiting, BATCH)]:
            results += self._read_batch(batch, allowance)
        return results

    def explain(self, digits: Sequence[Digit]) -> NDArray[np.float32]:
        """Return how much each pixel of the digits' frames speaks for its digit.

        Returns
        -------
        (n, 28, 28) float32, one a digit: above 0 where the ink speaks for the digit, below 0 where
        it speaks for the second most probable one. See `Network.explanations`.
        """
        frames = np.array([digit.frame for digit in digits])
        best = np.array([digit.digit for digit in digits])
        others = np.array([digit.probabilities for digit in digits])
        others[np.arange(len(best)), best] = 0
        return self._classifier.explanations(frames, best, others.argmax(axis=1))

    def _read_batch(
        self, batch: Sequence[Decoded | DigitrecError], allowance: Allowance
    ) -> list[Reading | DigitrecError]:
        """Return the pictures' readings, with at most two passes of the classifier.

        A picture gets the full look unless the quick one found its only digit.
        """
        readings: dict[int, Reading | DigitrecError] = {
            i: picture for i, picture in enumerate(batch) if isinstance(picture, DigitrecError)
        }
        pictures = {i: p for i, p in enumerate(batch) if not isinstance(p, DigitrecError)}
        alone = {i: single(p.picture) for i, p in pictures.items()}
        quick = self._classified({i: [[r]] for i, r in alone.items() if r is not None}, pictures)
        found = {i: lines for i, lines in quick.items() if lines[0][0].confidence >= SURE}
        looks: dict[int, list[list[Region]]] = {}
        for i in pictures.keys() - found.keys():
            try:
                looks[i] = self._look(pictures[i].picture, alone[i], allowance)
            except DigitrecError as error:
                readings[i] = error.alone()
        for i, lines in (found | self._classified(looks, pictures)).items():
            readings[i] = Reading(lines, pictures[i].size) if lines else NoDigit(NOTHING)
        return [readings[i] for i in range(len(batch))]

    def _look(
        self, picture: Image.Image, alone: Region | None, allowance: Allowance
    ) -> list[list[Region]]:
        """Return what the full look finds, with the quick look's ink if both found one digit.

        That ink is the whole connected component, not only what the segmenter takes for strokes.
        """
        lines = look(picture, self._segmenter, allowance.see)
        if alone is not None and [len(line) for line in lines] == [1]:
            return [[lines[0][0]._replace(ink=alone.ink)]]
        return lines

    def _classified(
        self, found: dict[int, list[list[Region]]], pictures: dict[int, Decoded]
    ) -> dict[int, Lines]:
        """Return the digits of each picture's regions, by one pass of the classifier."""
        every = [(r, pictures[i]) for i, lines in found.items() for line in lines for r in line]
        if not every:
            return dict.fromkeys(found, ())
        regions, owners = zip(*every, strict=True)
        frames = normalize([region.ink for region in regions])
        probabilities = self._classifier.probabilities(frames)
        digits = map(_digit, regions, owners, frames, probabilities)
        return {
            i: tuple(tuple(next(digits) for _ in line) for line in lines)
            for i, lines in found.items()
        }


def _decoded(image: bytes | DigitrecError, allowance: Allowance) -> Decoded | DigitrecError:
    if isinstance(image, DigitrecError):
        return image
    try:
        return decode(image, allowance)
    except DigitrecError as error:
        return error.alone()


def _digit(
    region: Region,
    decoded: Decoded,
    frame: NDArray[np.float32],
    probabilities: NDArray[np.float32],
) -> Digit:
    digit = int(probabilities.argmax())
    values = tuple(probabilities.tolist())
    box = _as_sent(region.box, decoded)
    return Digit(digit, region.probability * values[digit], values, frame, box)


def _as_sent(box: Corners, decoded: Decoded) -> Box:
    """Return a box on the decoded picture in px of the picture as it was sent, clipped to it."""
    across = decoded.size[0] / decoded.picture.width
    down = decoded.size[1] / decoded.picture.height
    x, end = _within(box[0] * across, box[2] * across, decoded.size[0])
    y, foot = _within(box[1] * down, box[3] * down, decoded.size[1])
    return Box(x, y, end - x, foot - y)


def _within(start: float, end: float, side: int) -> tuple[int, int]:
    """Return start and end in whole px, between 0 and a side, and at least 1 px apart."""
    first = min(max(round(start), 0), side - 1)
    return first, min(max(round(end), first + 1), side)
