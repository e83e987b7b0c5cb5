"""A picture in colour that holds none, in the mode of a grey one: a quarter of the work."""

import numpy as np
from PIL import Image

OPAQUE = 0xFF000000  # the alpha of an opaque pixel
# An opaque grey pixel is OPAQUE + grey * 0x010101, grey 0..255. The factor is odd, so what undoes
# it modulo 2**32 makes a number of its own of each pixel, and OPAQUE + grey of these.
UNDONE = pow(0x010101, -1, 2**32)
WHITE = 255
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
    undone = pixels * np.uint32(UNDONE)  # modulo 2**32
    if undone.min() < OPAQUE or undone.max() > OPAQUE + WHITE:
        return None
    return Image.fromarray(undone.astype(np.uint8))  # without OPAQUE, the highest byte
