"""An image to a reading: decode, segment, classify. Knows nothing of HTTP."""

import itertools
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from digitrec.classify.align import FRAME, align
from digitrec.classify.network import Array, Network
from digitrec.classify.normalize import normalize
from digitrec.decode import Allowance, Decoded
from digitrec.decode.sources import ImageSource, decode_source
from digitrec.errors import DigitrecError, InvalidImage, NoDigit, attempted, value_of
from digitrec.models import weights
from digitrec.models.source import Source
from digitrec.reading import Box, Digit, Reading
from digitrec.segment import Region, find_digit, find_digits
from digitrec.segment.network import Network as Segmenter
from digitrec.segment.region import Corners
from digitrec.settings import Settings

__all__ = ["Box", "Digit", "Reading", "Recognizer"]

SEGMENTER = Path(__file__).parent / "segment" / "weights.pkl"
SURE = 0.95  # confidence from which the quick look's digit is accepted
NOTHING = "No digit was found on the picture. Write digits large and dark, and send it again."
BATCH = 16  # pictures that are held in memory, and classified, together
ROWS = 1_000  # MNIST-like arrays that are classified together
WHITE = 255  # the value of full ink in an array in 0..255

Lines = tuple[tuple[Digit, ...], ...]


class Recognizer:
    """Reads handwritten digits from pictures.

    It is thread-safe, and can be pickled, and used in a forked process.

    Attributes
    ----------
    layers
        The number of units in each of the classifier's layers, the 784 inputs first.

    Examples
    --------
    >>> from digitrec import Recognizer
    >>> recognizer = Recognizer.load()
    >>> recognizer.read("docs/number.png").text
    '42'
    """

    def __init__(
        self, classifier: tuple[Network, Source], segmenter: tuple[Segmenter, Source]
    ) -> None:
        self._classifier, self._source = classifier
        self._segmenter, self._segmenter_source = segmenter
        self.layers = self._classifier.layers

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of the classifier's file, in lower-case hex."""
        return self._source.sha256

    @cached_property
    def segmenter_sha256(self) -> str:
        """The SHA-256 of the segmenter's file, in lower-case hex."""
        return self._segmenter_source.sha256

    @classmethod
    def load(
        cls, path: str | os.PathLike[str] = Settings.model_path, sha256: str | None = None
    ) -> Self:
        """Return a recognizer with the classifier in the file `path`, by default the one supplied.

        With `sha256`, only a file that has it is accepted. Raises InvalidModel.

        Examples
        --------
        >>> Recognizer.load().layers[0]
        784
        """
        return cls(weights.read(path, sha256), weights.read_segmenter(SEGMENTER))

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Return a recognizer with the classifier that the settings name. Raises InvalidModel."""
        return cls.load(settings.model, settings.model_sha256)

    def read(self, image: ImageSource) -> Reading:
        """Return all digits on an image.

        Parameters
        ----------
        image
            The bytes of a PNG, JPEG or WebP file, its path, the file opened in binary mode, a
            Pillow image, or an array: (height, width), (height, width, 3) or (height, width, 4),
            uint8 in 0..255 or float in 0..1.

        Raises
        ------
        InvalidImage, NoDigit, TooLarge, UnsupportedType
            The image can't be read, or there is no digit on it.
        TypeError
            It is of another type.

        Examples
        --------
        >>> from PIL import Image
        >>> with Image.open("docs/number.png") as image:
        ...     reading = Recognizer.load().read(image)
        >>> [digit.digit for digit in reading.digits]
        [4, 2]
        """
        return value_of(list(self.read_many([image])).pop())

    def recognize(self, image: ImageSource) -> Digit:
        """Return the most prominent digit on an image. Parameters and errors are those of `read`.

        Examples
        --------
        >>> import numpy as np
        >>> one = np.zeros((100, 100), np.uint8)
        >>> one[20:80, 47:53] = 255
        >>> Recognizer.load().recognize(one).digit
        1
        """
        return self.read(image).prominent

    def read_many(
        self,
        images: Iterable[ImageSource | DigitrecError],
        allowance: Allowance | None = None,
    ) -> Iterator[Reading | DigitrecError]:
        """Yield one reading per image, in order. At most `BATCH` images are held at a time.

        If an image can't be read, exceeds the allowance or is an error already, the error is
        yielded in its place, not raised. Without an allowance, the total size is not limited.

        Examples
        --------
        >>> readings = Recognizer.load().read_many(["docs/five.png", "docs/none.png"])
        >>> next(readings).text
        '5'
        >>> next(readings)
        InvalidImage("The file can't be read: No such file or directory.")
        """
        allowance = allowance or Allowance(sys.maxsize, sys.maxsize)
        waiting = iter(images)
        # One by one, so that each file is freed before the next is read.
        while batch := [_decoded(i, allowance) for i in itertools.islice(waiting, BATCH)]:
            yield from self._read_batch(batch, allowance)

    def predict_proba(self, frames: ArrayLike) -> Array:
        """Return the probability of each digit for arrays like MNIST's, as scikit-learn does.

        Parameters
        ----------
        frames
            (n, 28, 28) or (n, 784): light ink on a dark background, one digit each, in 0..255 or
            0..1. If any value is above 1, the whole array is in 0..255.

        Returns
        -------
        (n, 10) float32; each row sums to 1. The row of a frame without ink is meaningless.

        Raises
        ------
        InvalidImage
            The array has another shape, NaN, or values out of range.
        TypeError, ValueError
            It doesn't hold numbers.

        Examples
        --------
        >>> import numpy as np
        >>> one = np.zeros((1, 28, 28))
        >>> one[:, 4:24, 13:15] = 1
        >>> Recognizer.load().predict_proba(one).round().tolist()
        [[0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]]
        """
        rows = np.asarray(frames, np.float32)
        if rows.shape[1:] not in ((FRAME, FRAME), (FRAME * FRAME,)):
            raise InvalidImage(
                f"The array has the shape {rows.shape}. It must be (n, 28, 28) or (n, 784)."
            )
        largest = rows.max(initial=0)
        if not (rows.min(initial=0) >= 0 and largest <= WHITE):  # not true of NaN
            raise InvalidImage("The array has NaN or values outside 0..255. Scale it to 0..1.")
        scale = np.float32(WHITE if largest > 1 else 1)
        parts = [np.empty((0, 10), np.float32)]
        for start in range(0, len(rows), ROWS):
            part = rows[start : start + ROWS].reshape(-1, FRAME, FRAME) / scale
            parts.append(self._classifier.probabilities(align(part)))
        return np.concatenate(parts)

    def predict(self, frames: ArrayLike) -> NDArray[np.int_]:
        """Return the most probable digit of each frame, (n,), as `predict_proba` finds it.

        Examples
        --------
        >>> import numpy as np
        >>> one = np.zeros((28, 28), np.uint8)
        >>> one[4:24, 13:15] = 255
        >>> Recognizer.load().predict([one, one]).tolist()
        [1, 1]
        """
        digits: NDArray[np.int_] = self.predict_proba(frames).argmax(axis=1)
        return digits

    def explain(self, digits: Sequence[Digit]) -> Array:
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
        alone = {i: find_digit(p.picture) for i, p in pictures.items()}
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

        That ink is the whole connected component; the segmenter's may lack parts of it.
        """
        lines = find_digits(picture, self._segmenter, allowance.see)
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


def _decoded(image: ImageSource | DigitrecError, allowance: Allowance) -> Decoded | DigitrecError:
    return image if isinstance(image, DigitrecError) else attempted(decode_source, image, allowance)


def _digit(region: Region, decoded: Decoded, frame: Array, probabilities: Array) -> Digit:
    digit = int(probabilities.argmax())
    values = tuple(probabilities.tolist())
    box = _as_sent(region.box, decoded)
    return Digit(digit, region.probability * values[digit], values, frame, box)


def _as_sent(box: Corners, decoded: Decoded) -> Box:
    """Return a box on the decoded picture in px of the picture as it was given, clipped to it."""
    across = decoded.size[0] / decoded.picture.width
    down = decoded.size[1] / decoded.picture.height
    x, end = _within(box[0] * across, box[2] * across, decoded.size[0])
    y, foot = _within(box[1] * down, box[3] * down, decoded.size[1])
    return Box(x, y, end - x, foot - y)


def _within(start: float, end: float, side: int) -> tuple[int, int]:
    """Return start and end in whole px, between 0 and a side, and at least 1 px apart."""
    first = min(max(round(start), 0), side - 1)
    return first, min(max(round(end), first + 1), side)
