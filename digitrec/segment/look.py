"""A picture to the ink of each digit on it, by the segmentation network: the full look."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitrec.segment.contrast import levels_of
from digitrec.segment.ink import inks_of
from digitrec.segment.instances import Found, digits_in, in_order
from digitrec.segment.network import HALF, MULTIPLE, Network, Votes
from digitrec.segment.region import Region

Box = tuple[float, float, float, float]  # left, top, right, bottom, px of the picture

FIRST = 24_000  # px of the first look
CLOSER = 30.0  # px, longer side: smaller digits are looked at again, closer
LIKED = 40.0  # px, the digits' median side in the closer look
MOST = 260_000  # px of the closer look
RETRY = 2  # times as large the picture is looked at again where nothing was found
LARGEST = 2.3  # times, at most, that a picture is enlarged
GAIN = 1.15  # times, at least, that a closer look enlarges what was seen
MARGIN = 0.6  # of the digits' side, around them in the closer look
MAYBE = 0.15  # probability from which a pixel is looked at again


class View(NamedTuple):
    """A part of a picture as the network sees it, and what it says of it."""

    box: Box
    levels: NDArray[np.float32]
    votes: Votes
    found: list[Found]

    @property
    def scales(self) -> tuple[float, float]:
        """How many px of the view are one px of the picture, across and down."""
        left, top, right, bottom = self.box
        height, width = self.levels.shape
        return width / (right - left), height / (bottom - top)


def look(picture: Image.Image, network: Network) -> list[list[Region]]:
    """Return the digits on a picture, in lines from top to bottom, each from left to right.

    The whole picture is looked at first, reduced; then the part that holds digits again, closer,
    if they are small.

    Parameters
    ----------
    picture
        In mode "L" or "RGB".
    network
        That tells whose stroke each pixel is.
    """
    width, height = picture.size
    whole = (0.0, 0.0, float(width), float(height))
    scale = min((FIRST / (width * height)) ** 0.5, LARGEST)
    view = _view(picture, network, whole, scale)
    if not view.found and scale < 1 / RETRY:
        view = _view(picture, network, whole, RETRY * scale)
    closer = _closer(view, picture) if view.found else None
    if closer is not None:
        again = _view(picture, network, *closer)
        view = again if again.found else view
    return _regions(view) if view.found else []


def _view(picture: Image.Image, network: Network, box: Box, scale: float) -> View:
    """Return what the network says of a part of a picture, `scale` times as large as it is."""
    left, top, right, bottom = box
    size = _multiple((right - left) * scale), _multiple((bottom - top) * scale)
    how = Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC
    levels = levels_of(picture.resize(size, how, box)).astype(np.float32)
    votes = network.votes(levels)
    return View(box, levels, votes, digits_in(votes))


def _multiple(side: float) -> int:
    """Return the side of the input that is nearest to a side in px."""
    return max(2, round(side / MULTIPLE)) * MULTIPLE


def _closer(view: View, picture: Image.Image) -> tuple[Box, float] | None:
    """Return what part of the picture to look at again, how large, None if that gains nothing."""
    size = float(np.median([digit.size for digit in view.found]))
    if size >= CLOSER:
        return None
    rows, columns = (np.flatnonzero((view.votes.probability > MAYBE).any(axis=n)) for n in (1, 0))
    across, down = view.scales
    left, top, *_ = view.box
    margin = MARGIN * size
    box = (
        max(0.0, left + (columns[0] * HALF - margin) / across),
        max(0.0, top + (rows[0] * HALF - margin) / down),
        min(float(picture.width), left + ((columns[-1] + 1) * HALF + margin) / across),
        min(float(picture.height), top + ((rows[-1] + 1) * HALF + margin) / down),
    )
    area = (box[2] - box[0]) * (box[3] - box[1])
    scale = min(across * LIKED / size, (MOST / area) ** 0.5, LARGEST)
    return (box, scale) if scale > GAIN * across else None


def _regions(view: View) -> list[list[Region]]:
    """Return the digits of a view, in reading order, with their ink."""
    inks = inks_of(view.levels, view.found)
    across, down = view.scales
    left, top, *_ = view.box
    return [
        [
            Region(
                inks[i],
                (
                    left + digit.left / across,
                    top + digit.top / down,
                    (digit.right - digit.left) / across,
                    (digit.bottom - digit.top) / down,
                ),
                digit.probability,
            )
            for i, digit in line
        ]
        for line in in_order(view.found)
    ]
