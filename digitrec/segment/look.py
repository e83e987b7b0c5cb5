"""The full look: find the ink of each digit on a picture with the segmentation network."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageOps

from digitrec.segment.contrast import background, levels_of
from digitrec.segment.ink import inks_of
from digitrec.segment.instances import Found, digits_in, in_lines
from digitrec.segment.network import MULTIPLE, Array, Network
from digitrec.segment.region import Corners, Region, with_margin

FIRST = 16_000  # px of the first look
TWICE = 2  # times the first look's scale: the scale of another if it finds nothing
LARGEST = 5.0  # largest factor by which a picture is enlarged
TINY = 24  # px, longer side up to which a picture is padded with background
AROUND = 0.3  # of a tiny picture's longer side: the width of that padding
LIKED = 40.0  # px, the digits' median side to aim for in the closer look
SMALL = 0.75  # of the closer look's scale: it is taken if the first look's is less
CLOSEST = 260_000  # px of the closer look
EACH = 1_000  # px whose look takes as long as the ink and classification of one digit


class View(NamedTuple):
    """A part of a picture, the plane that the network sees of it, and the digits found there."""

    part: Corners
    plane: Array
    found: list[Found]

    def on_picture(self, box: Corners) -> Corners:
        """Return where a box of the view is on the picture."""
        left, top, right, bottom = self.part
        height, width = self.plane.shape
        across, down = (right - left) / width, (bottom - top) / height
        x, y, end, foot = box
        return left + x * across, top + y * down, left + end * across, top + foot * down


def find_digits(
    picture: Image.Image, network: Network, spend: Callable[[int], None] = lambda _: None
) -> list[list[Region]]:
    """Return the digits on a picture, in lines from top to bottom, each from left to right.

    The whole picture is looked at first, at about `FIRST` px, and at twice that scale if nothing
    is found. If the digits are small, the part that holds them is looked at again, closer.

    Parameters
    ----------
    picture
        In mode "L" or "RGB".
    network
        The segmentation network.
    spend
        Called with the cost of each look before it is taken, and of the digits found, in px. It may
        raise.
    """
    picture, around = padded(picture)
    whole = (0.0, 0.0, float(picture.width), float(picture.height))

    def seen(part: Corners, scale: float) -> View:
        left, top, right, bottom = part
        size = _multiple((right - left) * scale), _multiple((bottom - top) * scale)
        spend(size[0] * size[1])
        how = Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC
        plane = levels_of(picture.resize(size, how, part, reducing_gap=2.0)).astype(np.float32)
        found = digits_in(network.votes(plane))
        spend(len(found) * EACH)
        return View(part, plane, found)

    scale = min((FIRST / (picture.width * picture.height)) ** 0.5, LARGEST)
    view = seen(whole, scale)
    if not view.found and scale < 1 / TWICE:  # digits may be too small to be seen
        view = seen(whole, TWICE * scale)
    if not view.found:
        return []
    if closer := _closer(view, picture.size):
        again = seen(*closer)
        view = again if again.found else view
    return _regions(view, around)


def padded(picture: Image.Image) -> tuple[Image.Image, int]:
    """Return a tiny picture padded with background, and the width of the padding, px.

    The background is the median of the picture's border. A larger picture is not padded.
    """
    side = max(picture.size)
    if side > TINY:
        return picture, 0
    channels = np.moveaxis(np.atleast_3d(np.asarray(picture)), 2, 0)
    fill = tuple(background(channels).astype(int).tolist())
    around = round(AROUND * side)
    return ImageOps.expand(picture, around, fill), around


def _multiple(side: float) -> int:
    """Return the valid input side that is nearest to a side in px."""
    return max(2, round(side / MULTIPLE)) * MULTIPLE


def _closer(view: View, size: tuple[int, int]) -> tuple[Corners, float] | None:
    """Return the part of the picture to look at again and the scale, None if that gains nothing."""
    now = view.plane.shape[1] / size[0]
    side = float(np.median([digit.size for digit in view.found])) / now
    lefts, tops, rights, bottoms = zip(*(digit.box for digit in view.found), strict=True)
    box = view.on_picture((min(lefts), min(tops), max(rights), max(bottoms)))
    part = left, top, right, bottom = with_margin(box, side, size)
    area = (right - left) * (bottom - top)
    scale = min(LIKED / side, (CLOSEST / area) ** 0.5, LARGEST)
    return (part, scale) if now < SMALL * scale else None


def _regions(view: View, around: int) -> list[list[Region]]:
    """Return the digits of a view that have ink, in reading order."""
    lines = in_lines(view.found)
    inks = iter(inks_of(view.plane, [digit.mask for line in lines for digit in line]))

    def region(digit: Found) -> Region:
        ink, box = next(inks)
        left, top, right, bottom = (side - around for side in view.on_picture(box))
        return Region(ink, (left, top, right, bottom), digit.probability)

    regions = [[region(digit) for digit in line] for line in lines]
    inked = ([region for region in line if region.ink.any()] for line in regions)
    return [line for line in inked if line]
