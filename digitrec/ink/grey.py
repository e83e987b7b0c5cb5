"""A picture in colour that holds none, in the mode of a grey one: a quarter of the work."""

import numpy as np
from PIL import Image

GREY = 0x010101  # times a grey, 0..255, is a pixel of that grey without its alpha
OPAQUE = 0xFF000000  # the alpha of an opaque pixel
SAMPLE = (16, 16)  # px that are looked at first: a photograph shows its colours soon


def in_grey(picture: Image.Image) -> Image.Image:
    """Return an opaque picture whose pixels all are grey in mode "L", any other as it is.

    Parameters
    ----------
    picture
        In mode "L", "RGB" or "RGBA".
    """
    if picture.mode == "L":
        return picture
    if picture.mode == "RGB":  # as photographs are, while canvases have an alpha channel
        sample = picture.resize(SAMPLE, Image.Resampling.NEAREST)
        if _grey(sample) is None:
            return picture
    return _grey(picture) or picture


def _grey(picture: Image.Image) -> Image.Image | None:
    """Return a picture in mode "L", None if that would lose anything."""
    rgba = picture if picture.mode == "RGBA" else picture.convert("RGBA")
    pixels = np.asarray(rgba).view("<u4")[..., 0]  # a number a pixel: alpha, blue, green, red
    grey = pixels & 0xFF
    expected = grey * GREY
    expected += OPAQUE
    if not (expected == pixels).all():
        return None
    return Image.fromarray(grey.astype(np.uint8))
