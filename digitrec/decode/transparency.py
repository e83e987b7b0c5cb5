"""Remove the transparency of a picture, and keep what it shows."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitrec.decode.grey import sampled
from digitrec.morphology import Mask, eroded

OPAQUE = 250  # of 255: alpha above which a pixel hides what is behind it
# Standard deviation of the colours, of 255, up to which the opaque part of a picture is all ink:
ONE_COLOUR = 24.0
ONE_TONE = 4.0  # the same for a solid part, so that paper keeps even a thin pencil line
# A solid part has no gaps, like paper and unlike any digit but a 1:
SOLID = 0.95  # of the pixels between the ends of its rows, and of its columns
SQUARE = 3  # times as long as it is wide, at most
BOX_SHARE = 0.4  # of the box around it, at least
# Paper that isn't solid, such as a sticker cut out around its digit, has one colour along its rim:
RIM_DISTANCE = 48.0  # of 255: how far from the rim's median a colour may be
RIM = 0.9  # of the rim's pixels, at least


def opaque(picture: Image.Image) -> Image.Image:
    """Return a picture that shows the same without transparency.

    If the opaque part is ink alone, alpha is its shape. If it includes paper, the paper's colour
    fills the transparent part.

    Parameters
    ----------
    picture
        In mode "L", "RGB" or "RGBA".

    Returns
    -------
    In mode "L", either white ink on black or as it was, or in mode "RGB".
    """
    if picture.mode != "RGBA":
        return picture
    pixels = np.asarray(sampled(picture))
    alpha = pixels[..., 3]
    if alpha.min() > OPAQUE and np.asarray(picture.getchannel("A")).min() > OPAQUE:
        return picture.convert("RGB")
    paper = _paper_colour(pixels[..., :3], alpha > OPAQUE / 2)
    if paper is None:
        return picture.getchannel("A")
    red, green, blue = paper.astype(int).tolist()
    shown = Image.new("RGB", picture.size, (red, green, blue))
    shown.paste(picture, mask=picture)
    return shown


def _paper_colour(colours: NDArray[np.uint8], inside: Mask) -> NDArray[np.float64] | None:
    """Return the colour of the paper, or None if the opaque part is all ink.

    Parameters
    ----------
    colours
        (height, width, 3).
    inside
        (height, width), True where the picture is opaque.
    """
    if not inside.any():
        return None
    solid = _is_solid(inside)
    if colours[inside].std(axis=0).max() < (ONE_TONE if solid else ONE_COLOUR):
        return None
    within = eroded(np.pad(inside, 1), corners=False)[1:-1, 1:-1]
    rim = colours[inside & ~within]
    paper: NDArray[np.float64] = np.median(rim, axis=0)
    same = np.abs(rim - paper).max(axis=1) < RIM_DISTANCE
    return paper if solid or same.mean() >= RIM else None


def _is_solid(inside: Mask) -> bool:
    pixels = np.count_nonzero(inside)
    height, width = (np.count_nonzero(inside.any(axis=axis)) for axis in (1, 0))
    ends = max(count_between_ends(inside), count_between_ends(inside.T))
    square = max(height, width) <= SQUARE * min(height, width)
    return bool(square and pixels >= SOLID * ends and pixels >= BOX_SHARE * height * width)


def count_between_ends(inside: Mask) -> int:
    """Return the number of pixels from the first to the last True one of each row, of (h, w)."""
    rows = inside[inside.any(axis=1)]
    outside = rows.argmax(axis=1) + rows[:, ::-1].argmax(axis=1)
    return int(rows.size - outside.sum())
