"""What the measurements must show, in one place."""

from typing import NamedTuple

from benchmarks import Figures, cold, instructions
from benchmarks.load import CLIENTS, TIME
from benchmarks.measure import COLD, INSTALLED, MEMORY, ZIPPED
from benchmarks.plan import AFTER, BASELINE, DECODING, FULL_DECODE, ONNX, OURS, PLAIN, PYTORCH
from benchmarks.requests import CANVAS, FAR, HUNDRED, NEAR, PHOTOGRAPH, SMALL

LIKE_OURS = (ONNX, PYTORCH)  # peers with our preprocessing
PEERS = (*LIKE_OURS, PLAIN)


class Bound(NamedTuple):
    """A ratio of two figures that has to be below a bound.

    Attributes
    ----------
    name
        What tables call the ratio.
    below
        The bound.
    dividend
        A figure, and whose.
    divisor
        A figure, and whose; of several, the least counts.
    factor
        The ratio is multiplied by it.
    """

    name: str
    below: float
    dividend: tuple[str, str]
    divisor: tuple[str, tuple[str, ...]]
    factor: float = 1

    def ratio(self, figures: Figures) -> float:
        """Return what was measured."""
        (figure, who), (base, others) = self.dividend, self.divisor
        return self.factor * figures[figure][who] / min(figures[base][other] for other in others)

    def holds(self, figures: Figures) -> bool:
        """Return whether what was measured is below the bound."""
        return self.ratio(figures) < self.below


def _to(name: str, below: float, figure: str, *others: str) -> Bound:
    """Return a bound of digitrec's figure, divided by the least of the others' same figure."""
    return Bound(name, below, (figure, OURS), (figure, others))


def _per_pixel(part: str) -> Bound:
    """Return a bound of a canvas with 4 times the pixels, which may take 4 times as long."""
    return Bound(f"{part}, per pixel: large / small", 1.25, (FAR, part), (NEAR, (part,)), 1 / 4)


BOUNDS = {
    "peers": [
        _to("canvas / baseline", 1.5, CANVAS, BASELINE),
        _to("28x28 / baseline", 4, SMALL, BASELINE),
        _to("12-megapixel JPEG / Pillow's full decode", 0.5, PHOTOGRAPH, FULL_DECODE),
        Bound("canvas among 100 / one alone", 0.6, (HUNDRED, OURS), (CANVAS, (OURS,)), 1 / 100),
        _to("canvas / faster of ONNX Runtime and PyTorch", 1.1, CANVAS, *LIKE_OURS),
        _to("12-megapixel JPEG / faster of both", 1.1, PHOTOGRAPH, *LIKE_OURS),
        _to("cold start / best other", 1, COLD, *PEERS),
        _to("memory / best other", 1, MEMORY, *PEERS),
        _to("installed / best other", 1, INSTALLED, *PEERS),
        _to("zip / best other", 1, ZIPPED, *PEERS),
        _per_pixel(DECODING),
        _per_pixel(AFTER),
    ],
    "load": [
        Bound("ms per answer: 64 clients / best number", 1.25, (TIME, "64"), (TIME, CLIENTS)),
    ],
    "cold": [_to("zip's start / baseline", 1.15, cold.START, BASELINE)],
    # Counts hardly differ from run to run. The room is for other processors and builds of Python,
    # and is less than a slow thing adds: hashing the model adds 0.3 to the start; decoding all
    # channels of a black canvas adds 0.5, and working on it in colour 0.9.
    "instructions": [
        _to("instructions: zip's start / baseline", 1.12, instructions.START, BASELINE),
        _to("instructions: canvas / baseline", 1.18, instructions.CANVAS, BASELINE),
        _to("instructions: transparent canvas / baseline", 1.19, instructions.ON_NOTHING, BASELINE),
        _to("instructions: blue canvas / baseline", 2.15, instructions.IN_BLUE, BASELINE),
    ],
}
