"""Image bytes to a prediction: the steps of the way in a row. Knows no HTTP."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from digitrec import weights
from digitrec.errors import DigitrecError, value_of
from digitrec.image import Allowance, decode
from digitrec.ink import ink_map
from digitrec.network import Network
from digitrec.normalize import normalize
from digitrec.source import Source


@dataclass(frozen=True, eq=False)
class Prediction:
    """What the network makes of one picture.

    Attributes
    ----------
    digit
        The most probable digit, 0 to 9.
    confidence
        Its probability, 0 to 1.
    probabilities
        Of the ten digits, index = digit; they sum to 1.
    frame
        What the network saw: (28, 28) float32, ink 1 on paper 0.
    """

    digit: int
    confidence: float
    probabilities: tuple[float, ...]
    frame: NDArray[np.float32]


class Recognizer:
    """Reads handwritten digits from encoded pictures.

    Attributes
    ----------
    layers
        The network's units a layer, the 784 inputs first.
    """

    def __init__(self, network: Network, source: Source) -> None:
        self._network = network
        self._source = source
        self.layers = network.layers

    @cached_property
    def sha256(self) -> str:
        """Of the model file, in lower-case hex."""
        return self._source.sha256

    @classmethod
    def load(cls, path: str | os.PathLike[str], sha256: str | None = None) -> Self:
        """Return a recognizer with the model in the file `path`.

        With `sha256` given, no other file is taken. Raises InvalidModel.
        """
        return cls(*weights.read(path, sha256))

    def recognize(self, image: bytes) -> Prediction:
        """Return the prediction for one PNG, JPEG or WebP file.

        Raises InvalidImage, NoInk, TooLarge or UnsupportedType.
        """
        return value_of(self.recognize_many([image]).pop())

    def recognize_many(
        self, images: Iterable[bytes | DigitrecError], allowance: Allowance | None = None
    ) -> list[Prediction | DigitrecError]:
        """Return one prediction an image, in order, from one pass of the network.

        An image that can't be read, or that the allowance of pixels doesn't reach for, has its
        error, not raised, in its place; so has one that was an error already.
        """
        inks = [_ink(image, allowance) for image in images]
        readable = [ink for ink in inks if not isinstance(ink, DigitrecError)]
        if not readable:
            return [ink for ink in inks if isinstance(ink, DigitrecError)]
        frames = normalize(readable)
        predictions = map(_prediction, frames, self._network.probabilities(frames))
        return [ink if isinstance(ink, DigitrecError) else next(predictions) for ink in inks]


def _ink(
    image: bytes | DigitrecError, allowance: Allowance | None
) -> NDArray[np.uint8] | DigitrecError:
    if isinstance(image, DigitrecError):
        return image
    try:
        return ink_map(decode(image, allowance))
    except DigitrecError as error:
        return error.alone()


def _prediction(frame: NDArray[np.float32], probabilities: NDArray[np.float32]) -> Prediction:
    digit = int(probabilities.argmax())
    values = tuple(probabilities.tolist())
    return Prediction(digit, values[digit], values, frame)
