"""A picture with transparency becomes one without, and shows the same."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitrec.image.grey import sampled

OPAQUE = 250  # of 255: alpha from which a pixel hides what is behind it
ONE_COLOUR = 24.0  # standard deviation, of 255, up to which the opaque part of a picture is all ink
# Paper has one colour all around, but where ink crosses its edge, or it fills its box as no digit:
SAME = 48.0  # of 255: how far from the rim's median a colour may be
RIM = 0.9  # of the rim's pixels: of so many the colour is the same
FULL = 0.75  # of the box around the opaque part: so much is opaque


def opaque(picture: Image.Image) -> Image.Image:
    """Return what a picture shows, without transparency.

    Its opaque part is ink on nothing, of which alpha has the shape; or there is paper, too, which
    then goes on behind what is transparent.

    Parameters
    ----------
    picture
        In mode "L", "RGB" or "RGBA".

    Returns
    -------
    In mode "L", ink white on black or as it was, or in "RGB".
    """
    if picture.mode != "RGBA":
        return picture
    pixels = np.asarray(sampled(picture))
    alpha = pixels[..., 3]
    if alpha.min() > OPAQUE and np.asarray(picture.getchannel("A")).min() > OPAQUE:
        return picture.convert("RGB")
    paper = _paper(pixels[..., :3], alpha > OPAQUE / 2)
    if paper is None:
        return picture.getchannel("A")
    red, green, blue = paper.astype(int).tolist()
    shown = Image.new("RGB", picture.size, (red, green, blue))
    shown.paste(picture, mask=picture)
    return shown


def _paper(colours: NDArray[np.uint8], inside: NDArray[np.bool_]) -> NDArray[np.float64] | None:
    """Return the colour of the paper, None if all that is opaque is ink.

    Parameters
    ----------
    colours
        (height, width, 3).
    inside
        (height, width), what is opaque.
    """
    if not inside.any() or colours[inside].std(axis=0).max() < ONE_COLOUR:
        return None
    around = np.pad(inside, 1)
    within = around[:-2, 1:-1] & around[2:, 1:-1] & around[1:-1, :-2] & around[1:-1, 2:]
    rim = colours[inside & ~within]
    paper: NDArray[np.float64] = np.median(rim, axis=0)
    same = np.abs(rim - paper).max(axis=1) < SAME
    box = np.count_nonzero(inside.any(axis=0)) * np.count_nonzero(inside.any(axis=1))
    return paper if same.mean() >= RIM or inside.sum() >= FULL * box else None
