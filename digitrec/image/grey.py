"""A picture in colour that holds none, in the mode of a grey one: a third of the work."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

OPAQUE = 0xFF000000  # the alpha of an opaque pixel
# A grey pixel is alpha * 2**24 + grey * 0x010101, both 0..255. The factor is odd, so what undoes it
# modulo 2**32 makes a number of its own of each pixel, and alpha * 2**24 + grey of these.
UNDONE = pow(0x010101, -1, 2**32)
WHITE = 255
SAMPLE = 128  # px, longer side of a picture that shows most of what a large one holds
STRIP = 100_000  # px that are looked at together: all of a canvas, and little of a photograph


def in_grey(picture: Image.Image) -> Image.Image:
    """Return a picture whose pixels all are grey in mode "L", any other as it is.

    Parameters
    ----------
    picture
        In mode "L" or "RGB".
    """
    if picture.mode == "L" or _grey(sampled(picture)) is None:
        return picture
    width, height = picture.size
    rows = max(1, STRIP // width)
    grey = Image.new("L", picture.size)
    for top in range(0, height, rows):
        strip = _grey(picture.crop((0, top, width, min(top + rows, height))))
        if strip is None:
            return picture
        grey.paste(strip, (0, top))
    return grey


def sampled(picture: Image.Image) -> Image.Image:
    """Return a picture of every so manieth pixel both ways, at most `SAMPLE` a side."""
    step = -(-max(picture.size) // SAMPLE)
    width, height = (-(-side // step) for side in picture.size)
    return picture.resize((width, height), Image.Resampling.NEAREST)


def greys_of(
    pixels: NDArray[np.uint32], alpha: NDArray[np.uint32] | np.uint32
) -> NDArray[np.uint8] | None:
    """Return the pixels' greys, None if one of them has a colour or another alpha.

    Parameters
    ----------
    pixels
        Each with its alpha in the highest byte, and three channels below.
    alpha
        In the highest byte: one for all, or what broadcasts.
    """
    undone = pixels * np.uint32(UNDONE)  # modulo 2**32
    undone -= alpha
    return undone.astype(np.uint8) if undone.max(initial=0) <= WHITE else None


def _grey(picture: Image.Image) -> Image.Image | None:
    """Return a picture in mode "L", None if that would lose anything."""
    pixels = np.asarray(picture.convert("RGBA")).view("<u4")[..., 0]
    greys = greys_of(pixels, np.uint32(OPAQUE))
    return None if greys is None else Image.fromarray(greys)
