"""container.py: a fine picture is read whatever else its file has; only the picture is unpacked."""

import struct
import zlib
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from PIL import ExifTags, Image

from digitrec import decode
from digitrec.decode import container
from digitrec.errors import TooLarge
from tests.hostile import pictures
from tests.strokes import encode, picture

FIVE = picture(5)
PROFILE = b"\xff\xda\xff\xd9zTXtiTXtiCCP" * 20_000  # 320 kB; like the start of what is costly


def with_chunks(*chunks: bytes) -> bytes:
    """Return a PNG of a five with chunks after its header."""
    five = encode(FIVE)
    header = 8 + 25
    return five[:header] + b"".join(chunks) + five[header:]


def video() -> bytes:
    """Return the start of a video as a phone puts it behind a picture, and a second picture."""
    box = struct.pack(">I", 24) + b"ftypmp42\0\0\0\0isommp42"
    return box + encode(picture(8), "JPEG", progressive=True) * 9 + PROFILE


def fine_files() -> Iterator[tuple[str, bytes]]:
    """Yield files of a five as other programs write them."""
    text = pictures.chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"a text"))
    yield "PNG, a dozen texts", with_chunks(text * 12)
    profile = b"\nicc\n   320000\n" + PROFILE.hex().encode()
    names = (b"icc", b"iptc", b"xmp", b"8bim", b"exif", b"app1")
    packed = [b"Raw profile type " + name + b"\0\0" + zlib.compress(profile) for name in names]
    yield "PNG, raw profiles", with_chunks(*(pictures.chunk(b"zTXt", each) for each in packed))
    colours = pictures.chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(3_000_000)))
    yield "PNG, a colour profile of 3 MB", with_chunks(colours)
    yield "PNG, a video after it", encode(FIVE) + video()
    yield "JPEG, a colour profile of 320 kB", encode(FIVE, "JPEG", icc_profile=PROFILE)
    notes = Image.Exif()
    notes.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.MakerNote] = b"\xff\xda" * 59
    yield "JPEG, a camera's notes", encode(FIVE, "JPEG", exif=notes)
    yield "JPEG, a video after it", encode(FIVE, "JPEG") + video()
    profiles = {"icc_profile": PROFILE, "xmp": PROFILE, "exif": notes}
    yield "WebP, profiles", encode(FIVE, "WEBP", **profiles)
    yield "WebP, a video after it", encode(FIVE, "WEBP") + video()


FINE = dict(fine_files())


@pytest.mark.parametrize("file", FINE.values(), ids=FINE)
def test_a_fine_picture_is_read_whatever_else_its_file_has(
    client: FlaskClient, file: bytes
) -> None:
    response = client.post("/predict", data=file, content_type="image/png")
    assert (response.status_code, response.json) == (200, {"digit": 5})


def test_a_jpeg_may_have_so_many_scans_and_no_more() -> None:
    most, one_more = (
        pictures.progressive_scans(16, container.MAX_SCANS - 5 + more)  # five stand before it
        for more in (0, 1)
    )
    assert decode.decode(most).picture.width == 16
    with pytest.raises(TooLarge, match="has too many parts"):
        decode.decode(one_more)


@pytest.mark.parametrize("before", [b"", b"\xff" * 9, b"\xff\xd0", b"\xff\xfe\0\2"])
def test_scans_behind_what_looks_like_the_end_are_counted(before: bytes) -> None:
    """Fill bytes, a restart and an empty segment don't hide the length of the next segment."""
    many = pictures.progressive_scans(16, container.MAX_SCANS)
    scan = many.index(b"\xff\xda")
    comment = b"\xff\xfe\0\4\xff\xd9"
    with pytest.raises(TooLarge, match="has too many parts"):
        decode.decode(many[:scan] + before + comment + many[scan:])
