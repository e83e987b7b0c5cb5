"""Files to pictures, page by page. Only the command reads PDF, TIFF, HEIC, GIF and BMP."""

from importlib import import_module
from pathlib import Path
from typing import Any

from PIL import Image

from digitrec.decode import MAX_PIXELS, require_fits, sniff
from digitrec.errors import DigitrecError, InvalidImage, UnsupportedType

PICTURES = (".png", ".jpg", ".jpeg", ".webp")
SUFFIXES = (*PICTURES, ".pdf", ".tif", ".tiff", ".heic", ".heif", ".gif", ".bmp")
HEAD = 1024  # bytes in which a PDF's header is
DPI = 200  # a higher resolution reads no better: `decode` reduces a page of A4 to a third of this
# px, longer side of a page: even a square one has few enough. A larger page is rendered at a lower
# resolution.
LONGEST = int(MAX_PIXELS["PNG"] ** 0.5)
POINTS = 72  # an inch: the unit of a PDF's lengths


def count(path: Path) -> int:
    """Return the number of pages in a file, 1 if it can't be opened: `page` tells why."""
    try:
        kind = _kind(path)
        if kind == "PDF":
            with _pdf(path) as document:
                return len(document)
        if kind == "other":
            with _image(path, kind) as image:
                return image.n_frames if image.format == "TIFF" else 1
    except Exception:  # noqa: BLE001, S110 # as wide as in `page`
        pass
    return 1


def page(path: Path, number: int, dpi: int) -> Path | Image.Image:
    """Return a page of a file, counted from 1; the path itself if it is a PNG, JPEG or WebP.

    Raises
    ------
    InvalidImage
        The file is of an unknown format, or it or the page is broken or encrypted.
    TooLarge
        The page has too many pixels.
    UnsupportedType
        Reading it needs a package that is not installed.
    """
    kind = _kind(path)
    if kind == "picture":
        return path
    try:
        if kind == "PDF":
            with _pdf(path) as document:
                sheet = document[number - 1]
                scale = min(dpi / POINTS, LONGEST / max(sheet.get_size()))
                # Copied, since it shows memory of the document.
                return _copied(sheet.render(scale=scale).to_pil())
        with _image(path, kind) as image:
            image.seek(number - 1)
            return _copied(image)
    except (DigitrecError, MemoryError):
        raise
    # As wide as in `decode`: broken files raise many kinds of errors.
    except Exception as error:
        raise InvalidImage(
            "The page can't be read. The file is broken, has a password, or is not one of "
            f"{' '.join(SUFFIXES)}."
        ) from error


def _kind(path: Path) -> str:
    if path.suffix.lower() in PICTURES:
        return "picture"
    if path.is_dir():
        raise InvalidImage("The folder contains no picture.")
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise InvalidImage(f"The file can't be read: {error.strerror}.") from error
    if sniff(head):
        return "picture"
    return "PDF" if b"%PDF-" in head else "HEIC" if head[4:8] == b"ftyp" else "other"


def _pdf(path: Path) -> Any:
    return _installed("pypdfium2").PdfDocument(path)


def _image(path: Path, kind: str) -> Any:
    if kind == "HEIC":
        _installed("pillow_heif").register_heif_opener()
    return Image.open(path, formats=("HEIF",) if kind == "HEIC" else ("TIFF", "GIF", "BMP"))


def _copied(image: Image.Image) -> Image.Image:
    """Return a copy of an image that is within the limits."""
    require_fits(*image.size)
    return image.copy()


def _installed(package: str) -> Any:
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        raise UnsupportedType(
            f"This format needs {package}. Install it: pip install 'digitrec[documents]'."
        ) from error
