"""A picture with transparency becomes one without, and shows the same."""

import numpy as np
from PIL import Image

from digitrec.image.grey import sampled

OPAQUE = 250  # of 255: alpha from which a pixel hides what is behind it
ONE_COLOUR = 24.0  # standard deviation, of 255, up to which the opaque part of a picture is all ink


def opaque(picture: Image.Image) -> Image.Image:
    """Return what a picture shows, without transparency.

    Where its opaque part is of one colour, that is ink on nothing, and alpha has its shape. Else
    there is paper, too, and it goes on behind what is transparent.

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
    colours = pixels[alpha > OPAQUE / 2, :3]
    if len(colours) == 0 or colours.std(axis=0).max() < ONE_COLOUR:
        return picture.getchannel("A")
    red, green, blue = np.median(colours, axis=0).astype(int).tolist()
    shown = Image.new("RGB", picture.size, (red, green, blue))
    shown.paste(picture, mask=picture)
    return shown
