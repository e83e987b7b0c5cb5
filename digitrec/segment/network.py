"""Grey pictures to votes of each pixel: the forward pass of the segmentation network."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

MULTIPLE = 16  # px: both sides of the input are multiples of it, since they are halved four times
HALF = 2  # px of the input per pixel of the output, in both directions
WAY = 8.0  # px of the input: the unit of the offset to a digit's centre
STEM = 12  # channels of the first layer
CHANNELS = (16, 24, 64, 96)  # of the other layers at 1/2, 1/4, 1/8 and 1/16 of the resolution
DOWN = (2, 2, 2, 3)  # layers at each resolution on the way down; the first of each halves it
UP = 2  # layers at each resolution on the way up; the first of each has 1x1 kernels
OUTPUTS = 4  # a stroke's logit, the offset to the centre down and across, log2 of the size


class Layer(NamedTuple):
    """A convolution: channels in and out, side of the kernel and stride in px."""

    inputs: int
    outputs: int
    side: int
    stride: int = 1


def _layers() -> list[Layer]:
    layers = [Layer(1, STEM, 3, 2), Layer(STEM, CHANNELS[0], 3)]
    for before, channels, count in zip(CHANNELS, CHANNELS[1:], DOWN[1:], strict=False):
        layers += [Layer(before, channels, 3, 2), *[Layer(channels, channels, 3)] * (count - 1)]
    for before, channels in zip(CHANNELS[:0:-1], CHANNELS[-2::-1], strict=True):
        layers += [Layer(before + channels, channels, 1), Layer(channels, channels, 3)]
    return [*layers, Layer(CHANNELS[0], OUTPUTS, 1)]


LAYERS = _layers()


class Votes(NamedTuple):
    """The network's predictions for each pixel of the output, (height / 2, width / 2) float32.

    Attributes
    ----------
    probability
        The probability that it is on a stroke of a handwritten digit, 0..1.
    down, across
        The offset from the pixel to the centre of that digit's box, px of the input.
    size
        The longer side of that box, px of the input.
    """

    probability: Array
    down: Array
    across: Array
    size: Array


@dataclass(frozen=True)
class Network:
    """A U-Net (Ronneberger et al. 2015): four times down, three times up, ReLU between.

    Attributes
    ----------
    weights
        One matrix per convolution, float32, (outputs, inputs x height x width of its kernel).
    biases
        One vector per convolution, float32, (outputs,). Batch normalisation is folded into both.
    """

    weights: Sequence[Array]
    biases: Sequence[Array]

    def votes(self, grey: Array) -> Votes:
        """Return the votes of each pixel of a picture.

        Parameters
        ----------
        grey
            (height, width) float32, both multiples of 16, on any scale and of either polarity.
        """
        x = ((grey - grey.mean()) / max(float(grey.std()), 1.0))[None]
        layers = zip(LAYERS, self.weights, self.biases, strict=True)
        kept = []
        for count in DOWN:
            x = _through(x, itertools.islice(layers, count))
            kept.append(x)
        for skipped in kept[-2::-1]:
            x = np.concatenate([_enlarged(x), skipped])
            x = _through(x, itertools.islice(layers, UP))
        _, w, b = next(layers)
        logit, down, across, size = np.tensordot(w, x, 1) + b[:, None, None]
        return Votes(1 / (1 + np.exp(-logit)), down * WAY, across * WAY, np.exp2(size))


def _through(x: Array, layers: Iterable[tuple[Layer, Array, Array]]) -> Array:
    """Return x after the layers, each followed by ReLU: (channels, height, width).

    Each layer is one matrix product over unfolded patches (im2col): a column is the patch that the
    kernel sees at one position.
    """
    for layer, w, b in layers:
        channels, height, width = x.shape
        rows, columns = height // layer.stride, width // layer.stride
        if layer.side > 1:
            edge = layer.side // 2
            padded = np.zeros((channels, height + 2 * edge, width + 2 * edge), np.float32)
            padded[:, edge:-edge, edge:-edge] = x
            x = np.empty((channels, layer.side, layer.side, rows, columns), np.float32)
            for i, j in np.ndindex(layer.side, layer.side):
                part = padded[:, i : i + height : layer.stride, j : j + width : layer.stride]
                x[:, i, j] = part
        y = w @ x.reshape(w.shape[1], -1)
        y += b[:, None]
        x = np.maximum(y, 0, out=y).reshape(-1, rows, columns)
    return x


def _enlarged(x: Array) -> Array:
    """Return x at twice the resolution, each pixel four times."""
    channels, height, width = x.shape
    wide = np.broadcast_to(x[:, :, None, :, None], (channels, height, 2, width, 2))
    return wide.reshape(channels, 2 * height, 2 * width)
