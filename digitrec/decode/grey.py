"""Convert pictures in a colour mode that are grey to mode "L": a third of the work."""

from PIL import Image

SAMPLE = 128  # px, longer side of the sample of a large picture


def in_grey(picture: Image.Image) -> Image.Image:
    """Return the picture in mode "L" if all its pixels are grey, else unchanged.

    Parameters
    ----------
    picture
        In mode "L" or "RGB".
    """
    if picture.mode == "L" or _grey(sampled(picture)) is None:
        return picture
    return _grey(picture) or picture


def sampled(picture: Image.Image) -> Image.Image:
    """Return a picture of every n-th pixel both ways, at most `SAMPLE` a side."""
    step = -(-max(picture.size) // SAMPLE)
    width, height = (-(-side // step) for side in picture.size)
    return picture.resize((width, height), Image.Resampling.NEAREST)


def _grey(picture: Image.Image) -> Image.Image | None:
    """Return the picture in mode "L", or None if that would lose colour."""
    red, green, blue = picture.split()
    return red if red.tobytes() == green.tobytes() == blue.tobytes() else None
