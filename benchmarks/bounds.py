"""What the measurements must show, in one place."""

from typing import NamedTuple

from benchmarks import Figures, cold, instructions, load
from benchmarks.measure import COLD, INSTALLED, MEMORY, ZIPPED
from benchmarks.plan import AFTER, DECODING, FLOOR, FULL_DECODE, ONNX, OURS, PLAIN, PYTORCH
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


BOUNDS = {
    "peers": [
        _to("canvas, to the floor", 1.5, CANVAS, FLOOR),
        _to("28x28, to the floor", 4, SMALL, FLOOR),
        _to("12-megapixel JPEG, to Pillow's full decode", 0.5, PHOTOGRAPH, FULL_DECODE),
        Bound("canvas among 100, to one alone", 0.6, (HUNDRED, OURS), (CANVAS, (OURS,)), 1 / 100),
        _to("canvas, to the best peer with our preprocessing", 1.1, CANVAS, *LIKE_OURS),
        _to("12-megapixel JPEG, to the same peer", 1.1, PHOTOGRAPH, *LIKE_OURS),
        _to("cold start, to the best peer", 1, COLD, *PEERS),
        _to("memory, to the best peer", 1, MEMORY, *PEERS),
        _to("installed, to the best peer", 1, INSTALLED, *PEERS),
        _to("zip, to the best peer", 1, ZIPPED, *PEERS),
        # Canvases with 4 times the pixels may take 4 times as long.
        Bound("decoding, a pixel", 1.25, (FAR, DECODING), (NEAR, (DECODING,)), 1 / 4),
        Bound("after decoding, a pixel", 1.25, (FAR, AFTER), (NEAR, (AFTER,)), 1 / 4),
    ],
    "load": [
        Bound("ms an answer, 64 clients", 1.25, (load.TIME, "64"), (load.TIME, load.CLIENTS)),
    ],
    "cold": [_to("start of the zip, to the floor", 1.15, cold.START, FLOOR)],
    # Counts hardly differ from run to run. The room is for other processors and builds of Python,
    # and is less than a slow thing adds: hashing the model adds 0.3 to the start; decoding all
    # channels of a black canvas adds 0.5, and working on it in colour 0.9.
    "instructions": [
        _to("instructions: start of the zip", 1.12, instructions.START, FLOOR),
        _to("instructions: canvas", 1.18, instructions.CANVAS, FLOOR),
        _to("instructions: canvas on nothing", 1.19, instructions.ON_NOTHING, FLOOR),
        _to("instructions: blue canvas", 2.15, instructions.IN_BLUE, FLOOR),
    ],
}
