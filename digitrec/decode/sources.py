"""Images as Python programs hold them to pictures: bytes, a path, a file, an array."""

import os
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitrec.decode import MAX_PIXELS, Allowance, Decoded, decode, require_fits
from digitrec.errors import InvalidImage, TooLarge

ImageSource = (
    bytes | bytearray | memoryview | str | os.PathLike[str] | BinaryIO | Image.Image | NDArray[Any]
)

MAX_FILE = 4 * MAX_PIXELS["PNG"]  # bytes: the most pixels without compression


def decode_source(image: ImageSource, allowance: Allowance | None = None) -> Decoded:
    """Return an image, upright and of bounded size, as `decode` does.

    Parameters
    ----------
    image
        The bytes of a PNG, JPEG or WebP file, its path, the file opened in binary mode, a Pillow
        image, or an array: (height, width), (height, width, 3) or (height, width, 4), uint8 in
        0..255 or float in 0..1.
    allowance
        The picture's pixels are subtracted from it before they are decoded.

    Raises
    ------
    InvalidImage, TooLarge, UnsupportedType
        As `decode`. A file that can't be read is an InvalidImage, and so is an array of another
        shape or with values out of range.
    TypeError
        The image is of another type.
    """
    if isinstance(image, Image.Image) and image.mode == "F":
        require_fits(*image.size)
        image = np.asarray(image)
    if isinstance(image, np.ndarray):
        image = _from_array(image)
    if isinstance(image, Image.Image):
        return decode(image, allowance)
    return decode(_content(image), allowance)


def _content(image: Any) -> bytes:
    try:
        if isinstance(image, str | os.PathLike):
            with Path(image).open("rb") as file:
                return _content(file)
        content = image.read(MAX_FILE + 1) if hasattr(image, "read") else image
    except (OSError, ValueError) as error:  # ValueError: a null character, or a closed file
        reason = getattr(error, "strerror", error)
        raise InvalidImage(f"The file can't be read: {reason}.") from error
    if not isinstance(content, bytes | bytearray | memoryview):
        raise TypeError(
            f"An image can't be {type(content).__name__}. Give bytes, a path, a file opened in "
            "binary mode, a Pillow image or a numpy array."
        )
    if len(content) > MAX_FILE:
        raise TooLarge(f"The file is larger than {MAX_FILE:,} bytes. Scale the picture down.")
    return bytes(content)


def _from_array(array: NDArray[Any]) -> Image.Image:
    if array.dtype != np.uint8 and array.dtype.kind != "f":
        raise TypeError(f"The array is {array.dtype}. Use uint8 in 0..255, or float in 0..1.")
    if array.ndim not in (2, 3) or array.shape[2:] not in ((), (3,), (4,)) or array.size == 0:
        raise InvalidImage(
            f"The array has the shape {array.shape}. It must be (height, width), (height, width, 3)"
            " or (height, width, 4)."
        )
    require_fits(array.shape[1], array.shape[0])
    if array.dtype.kind == "f":
        if not (array.min() >= 0 and array.max() <= 1):  # not true of NaN
            raise InvalidImage("The array has NaN or values outside 0..1. Scale it to 0..1.")
        array = np.rint(array * 255).astype(np.uint8)
    return Image.fromarray(array)
