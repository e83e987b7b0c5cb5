"""An encoded or Pillow image to a picture: hostile and broken files are rejected here."""

import io
import warnings
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitrec.decode.container import PACKED_EXIF, TOO_MANY_PARTS, stripped
from digitrec.decode.grey import in_grey
from digitrec.decode.png import PngFile
from digitrec.decode.transparency import opaque
from digitrec.errors import InvalidImage, TooLarge, UnsupportedType

MAX_SIDE = 10_000  # px: a limit on pixels alone would accept a thin strip
# px, twice what a phone's 12-megapixel camera sends. Decoding holds each pixel twice in 4 bytes,
# which makes 200 MB; libwebp holds it four times.
MAX_PIXELS = {"PNG": 25_000_000, "JPEG": 25_000_000, "WEBP": 14_000_000}
MAX_PIXELS_IN_ALL = 40_000_000  # px of all pictures in one request, which take a second
MAX_SEEN_IN_ALL = 6_000_000  # px that the segmenter sees of them, including a charge per digit
# Reads of one file: Pillow needs a few per part, and one per fill byte between parts. A large PNG
# takes 3,000.
MAX_READS = 10_000
MAX_EXIF = 8_192  # bytes that are searched for the orientation, which is near the start
BOUND = 1024  # px, longest side that `decode` returns: no later step sees a larger picture

ORIENTATION = 0x0112  # the EXIF tag that says how the camera was held
UPRIGHT = 1
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SIDEWAYS = (TURNS[5], TURNS[6], TURNS[7], TURNS[8])  # width becomes height

# Ignore Pillow's warnings about a file: only its pixels matter. Set once, not around each decoding,
# since all threads share the filters.
warnings.filterwarnings("ignore", module=r"PIL\.")


def sniff(image: bytes) -> str | None:
    """Return "PNG", "JPEG" or "WEBP" by the file's first bytes, None for anything else."""
    if image.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if image.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if image.startswith(b"RIFF") and image[8:12] == b"WEBP":
        return "WEBP"
    return None


class Decoded(NamedTuple):
    """A picture of bounded size, and the upright width and height of the picture as sent, px."""

    picture: Image.Image
    size: tuple[int, int]


class Allowance:
    """The pixels of a request that may still be decoded, and be seen by the segmenter.

    A list of small files may hold a hundred pictures of the largest size.
    """

    def __init__(self, pixels: int = MAX_PIXELS_IN_ALL, seen: int = MAX_SEEN_IN_ALL) -> None:
        self._left, self._seen = pixels, seen

    def take(self, pixels: int) -> None:
        """Subtract the pixels of one picture; raise TooLarge if too few are left."""
        if pixels > self._left:
            raise TooLarge(
                f"The pictures of this request have more than {MAX_PIXELS_IN_ALL:,} px in all. "
                "Scale them down, or send fewer."
            )
        self._left -= pixels

    def see(self, pixels: int) -> None:
        """Subtract the pixels that the segmenter will see; raise TooLarge if too few are left."""
        if pixels > self._seen:
            raise TooLarge(
                "It takes too long to look for digits in all pictures of this request. Send fewer."
            )
        self._seen -= pixels


def decode(image: bytes | Image.Image, allowance: Allowance | None = None) -> Decoded:
    """Return a picture, or the first of an animation, upright and of bounded size.

    Parameters
    ----------
    image
        A PNG, JPEG or WebP file, or a Pillow image, which is not changed.
    allowance
        The picture's pixels are subtracted from it before they are decoded.

    Returns
    -------
    A picture with 8 bits per channel and sides of at most `BOUND` px, in mode "L" if it has no
    colour or is a shape on transparency, else "RGB"; and the size in which it was sent.

    Raises
    ------
    UnsupportedType
        The bytes are of another format.
    TooLarge
        It has more than `MAX_PIXELS`, a side of more than `MAX_SIDE`, or its file is in too many
        parts; or the allowance is too small.
    InvalidImage
        The file is broken.
    """
    # A Pillow image has the limits of a PNG.
    file_format = "PNG" if isinstance(image, Image.Image) else sniff(image)
    if file_format is None:
        raise UnsupportedType("The picture is not a PNG, JPEG or WebP file. Convert it to one.")
    try:
        return _decode(image, file_format, allowance)
    except (TooLarge, MemoryError):
        raise
    # A wide catch, one of two in the project: for broken files Pillow raises IndexError, OSError,
    # SyntaxError, ValueError, struct.error, and others in other versions.
    except Exception as error:
        raise InvalidImage(
            "The picture can't be decoded: the file is broken or cut off. Send the whole file."
        ) from error


def encode(frame: NDArray[np.float32]) -> bytes:
    """Return a frame, (28, 28) in 0..1, as the bytes of a grey PNG file."""
    file = io.BytesIO()
    Image.fromarray(np.rint(frame * 255).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


class _File(io.BytesIO):
    """The bytes of a picture, which may be read at most `MAX_READS` times."""

    reads = 0

    def read(self, size: int | None = -1) -> bytes:
        self.reads += 1
        if self.reads > MAX_READS:
            raise TooLarge(TOO_MANY_PARTS)
        return super().read(size)


def _decode(image: bytes | Image.Image, file_format: str, allowance: Allowance | None) -> Decoded:
    picture = image if isinstance(image, Image.Image) else _opened(image, file_format)
    width, height = picture.size  # from the header: nothing is decoded yet
    require_fits(width, height, MAX_PIXELS[file_format])
    if allowance is not None:
        allowance.take(width * height)
    if picture is image:
        picture = picture.copy()  # the caller's stays as it is
        width, height = picture.size  # loading a TIFF turns it upright
    factor = _factor(picture)
    # JPEG only: decodes at 1/2, 1/4 or 1/8 of the size, as near to the result's as that goes.
    picture.draft(None, (max(1, width // factor), max(1, height // factor)))
    picture.load()
    # A canvas's file has no metadata, and looking for EXIF takes a while.
    turn = TURNS.get(_orientation(picture)) if picture.info else None
    factor = _factor(picture)
    if picture.mode.startswith("I"):
        picture = _stretched(_reduced(_in_mode(picture, "I"), factor))
    else:
        # Rebind one name, so that at most two versions of the picture are held at once.
        picture = _eight_bits(picture)
        picture = opaque(picture)
        picture = _reduced(picture, factor)
        picture = in_grey(picture)
    if turn is None:
        return Decoded(picture, (width, height))
    size = (height, width) if turn in SIDEWAYS else (width, height)
    return Decoded(picture.transpose(turn), size)


def _factor(picture: Image.Image) -> int:
    """Return by how much a picture must be reduced for both sides to be at most `BOUND`."""
    return -(-max(picture.size) // BOUND)


def require_fits(width: int, height: int, most: int = MAX_PIXELS["PNG"]) -> None:
    """Raise TooLarge if a picture of this size has a side or more pixels than are read."""
    if max(width, height) > MAX_SIDE or width * height > most:
        raise TooLarge(
            f"The picture is {width} x {height} px. At most {MAX_SIDE:,} px a side and "
            f"{most:,} px in all are read: scale it down."
        )


def _orientation(picture: Image.Image) -> Any:
    """Return the picture's EXIF orientation, `UPRIGHT` if it has none."""
    info = picture.info
    if info.get("exif"):
        info["exif"] = info["exif"][:MAX_EXIF]
    if len(info.get(PACKED_EXIF, "")) > MAX_EXIF:
        # Cut at the end of a line of hex: half a byte would make the rest unreadable, too.
        info[PACKED_EXIF] = info[PACKED_EXIF][:MAX_EXIF].rpartition("\n")[0]
    try:
        return picture.getexif().get(ORIENTATION, UPRIGHT)
    except Exception:  # noqa: BLE001 # as wide as in `decode`; the pixels may be fine
        return UPRIGHT


def _opened(image: bytes, file_format: str) -> Image.Image:
    """Return a picture whose header has been read.

    This avoids Image.open, which imports the readers of other formats and reads multi-picture
    JPEGs.
    """
    file = _File(stripped(image, file_format))
    if file_format == "PNG":
        return PngFile(file)
    # Imported late: the first answer of a cold start seldom needs them.
    if file_format == "JPEG":
        from PIL.JpegImagePlugin import JpegImageFile

        return JpegImageFile(file)
    from PIL.WebPImagePlugin import WebPImageFile

    return WebPImageFile(file)


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Return the picture in mode "L", "RGB" or "RGBA", which the next step knows."""
    if picture.has_transparency_data:
        return _in_mode(picture, "RGBA")
    return _in_mode(picture, "L" if picture.mode in ("1", "L") else "RGB")


def _stretched(picture: Image.Image) -> Image.Image:
    """Return a 16-bit picture in 8 bits, stretched to its range: many use only 10 or 12 bits."""
    depth = np.asarray(picture, np.float32)
    low, high = depth.min(), depth.max()
    return Image.fromarray(((depth - low) * (255 / max(high - low, 1))).astype(np.uint8))


def _in_mode(picture: Image.Image, mode: str) -> Image.Image:
    return picture if picture.mode == mode else picture.convert(mode)  # convert always copies


def _reduced(picture: Image.Image, factor: int) -> Image.Image:
    return picture.reduce(factor) if factor > 1 else picture
