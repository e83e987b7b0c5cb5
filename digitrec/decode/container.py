"""Remove the parts of a file that the picture does not need."""

import re

from digitrec.errors import TooLarge

# Each scan of a JPEG goes through all of its pixels. A progressive JPEG has about ten.
MAX_SCANS = 24
TOO_MANY_PARTS = "The picture's file has too many parts. Save it again as a plain PNG or JPEG."

# A marker that a length follows, or the end of the image. In a scan, 0 or a restart follows 0xFF.
MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd8\xff])")
START_OF_SCAN, END_OF_IMAGE = b"\xda", b"\xd9"

SIGNATURE = 8  # bytes before a PNG's first chunk
# Bytes of a chunk: its length; that and its name; all but its content, with the checksum after it.
LENGTH, HEAD, FRAMING = 4, 8, 12
CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"eXIf", b"IEND"}
PACKED_EXIF = "Raw profile type exif"  # the text in which old versions of ImageMagick store EXIF


def stripped(image: bytes, file_format: str) -> bytes:
    """Return a file without the parts that cost time and don't change the picture.

    A PNG loses its texts, its colour profiles and all pictures of an animation but the first, so
    nothing unpacks them. Everything after the end of the picture is ignored.

    Parameters
    ----------
    image
        A PNG, JPEG or WebP file. Broken parts are left to the decoder.
    file_format
        "PNG", "JPEG" or "WEBP".

    Raises
    ------
    TooLarge
        It is a JPEG of more than `MAX_SCANS` scans.
    """
    if file_format == "JPEG" and _scans(image) > MAX_SCANS:
        raise TooLarge(TOO_MANY_PARTS)
    return _needed_chunks(image) if file_format == "PNG" else image


def _scans(jpeg: bytes) -> int:
    """Return the number of scans up to the end of the image."""
    scans = at = 0
    while (marker := MARKER.search(jpeg, at)) and marker[1] != END_OF_IMAGE:
        scans += marker[1] == START_OF_SCAN
        at = marker.end() + int.from_bytes(jpeg[marker.end() : marker.end() + 2])
    return scans


def _needed_chunks(png: bytes) -> bytes:
    """Return the file with no chunks but those of `CHUNKS`, and the first text with EXIF."""
    exif = png.find(PACKED_EXIF.encode() + b"\0") - HEAD
    kept, name, at = [png[:SIGNATURE]], b"", SIGNATURE
    while at < len(png) and name != b"IEND":
        name = png[at + LENGTH : at + HEAD]
        end = at + FRAMING + int.from_bytes(png[at : at + LENGTH])
        if name in CHUNKS or at == exif:
            kept.append(png[at:end])
        at = end
    return b"".join(kept)
