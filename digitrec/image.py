"""Image bytes to a picture: whatever is hostile or broken about a file stops here."""

import io
import warnings

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitrec.errors import InvalidImage, TooLarge, UnsupportedType

MAX_SIDE = 10_000  # px: a thin strip passes any cap on pixels alone
MAX_PIXELS = 25_000_000  # px: 100 MB as RGBA, twice what a phone's 12-megapixel camera sends
BOUND = 560  # px, longer side of what decode answers: no later step sees a larger picture

ORIENTATION = 0x0112  # the EXIF tag that says how the camera was held
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def sniff(image: bytes) -> str | None:
    """Return "PNG", "JPEG" or "WEBP" by the file's first bytes, None for anything else."""
    if image.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if image.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if image.startswith(b"RIFF") and image[8:12] == b"WEBP":
        return "WEBP"
    return None


def decode(image: bytes) -> Image.Image:
    """Return the first frame of an encoded picture, upright and of bounded size.

    Parameters
    ----------
    image
        A PNG, JPEG or WebP file.

    Returns
    -------
    A picture in mode "L", "RGB" or "RGBA", 8 bits a channel, both sides at most `BOUND` px.

    Raises
    ------
    UnsupportedType
        The bytes are of another format.
    TooLarge
        It has more than `MAX_PIXELS`, or a side of more than `MAX_SIDE`.
    InvalidImage
        The file is broken.
    """
    file_format = sniff(image)
    if file_format is None:
        raise UnsupportedType("The picture is not a PNG, JPEG or WebP file. Convert it to one.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's doubts: the pixels decide
            return _decode(image, file_format)
    except (TooLarge, MemoryError):
        raise
    # The one wide catch of the project: Pillow answers broken files with IndexError, OSError,
    # SyntaxError, ValueError, struct.error and whatever its next version thinks of.
    except Exception as error:
        raise InvalidImage(
            "The picture can't be decoded: the file is broken or cut off. Send it whole."
        ) from error


def encode(frame: NDArray[np.float32]) -> bytes:
    """Return a frame, (28, 28) in 0..1, as the bytes of a grey PNG file."""
    file = io.BytesIO()
    Image.fromarray(np.rint(frame * 255).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def _decode(image: bytes, file_format: str) -> Image.Image:
    picture = Image.open(io.BytesIO(image), formats=(file_format,))
    width, height = picture.size  # of the header: nothing is decoded yet
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise TooLarge(
            f"The picture is {width} x {height} px. At most {MAX_SIDE:,} px a side and "
            f"{MAX_PIXELS:,} px in all are read: scale it down."
        )
    picture.draft(None, (BOUND, BOUND))  # JPEG only: decodes at 1/2, 1/4 or 1/8 of the size
    turn = UPRIGHT.get(picture.getexif().get(ORIENTATION, 1))
    bounded = _eight_bits(picture)
    factor = -(-max(bounded.size) // BOUND)
    if factor > 1:
        bounded = bounded.reduce(factor)
    return bounded if turn is None else bounded.transpose(turn)


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Return the picture, decoded, in one of the three modes that the next step knows."""
    if picture.mode.startswith("I"):  # 16 bits: stretched, since many hold 10 or 12
        depth = np.asarray(picture, np.float32)
        low, high = depth.min(), depth.max()
        return Image.fromarray(((depth - low) * (255 / max(high - low, 1))).astype(np.uint8))
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    if picture.mode in ("1", "L"):
        return picture.convert("L")
    return picture.convert("RGB")
