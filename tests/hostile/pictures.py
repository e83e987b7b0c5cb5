"""Pictures that cost more than they should, each made by a few lines: bombs, and worse."""

import io
import itertools
import struct
import zlib
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from digitrec import decode
from digitrec.decode import container
from tests import strokes

SIGNATURE = b"\x89PNG\r\n\x1a\n"
SIDE = 5_000  # px: a square of them has just as many pixels as are read
MAX_SCANS = container.MAX_SCANS
MAX_FILL = decode.MAX_READS - 100  # bytes: the picture itself takes some reads
LONG = 200_000_000  # bytes, before they are packed
WEBP_SIDES = (4_000, 3_500)  # px: of a WebP


def chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)


@cache
def packed(size: int, byte: bytes = b"\0") -> bytes:
    """Return `size` equal bytes as zlib packs them, a thousand to one; in little memory."""
    packer = zlib.compressobj(9)
    block = byte * 1_000_000
    parts = [packer.compress(block) for _ in range(size // len(block))]
    parts += [packer.compress(byte * (size % len(block))), packer.flush()]
    return b"".join(parts)


def header(width: int, height: int, depth: int = 8, colours: int = 0, interlaced: int = 0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, interlaced))


def png(*chunks: bytes) -> bytes:
    return SIGNATURE + b"".join(chunks) + chunk(b"IEND", b"")


def in_parts(packed: bytes, size: int) -> list[bytes]:
    """Return chunks of so many bytes of packed pixels."""
    parts = (packed[at : at + size] for at in range(0, len(packed), size))
    return [chunk(b"IDAT", part) for part in parts]


def filtered(
    pixels: NDArray[np.uint8], filters: Sequence[int], part: int = 10**9, level: int = -1
) -> bytes:
    """Return a PNG of (height, width, 3 or 4) pixels, each row by the filter named for it.

    What is packed, by zlib's level, is in parts of so many bytes.
    """
    height, width, channels = pixels.shape
    padded = np.zeros((height + 1, width + 1, channels), int)
    padded[1:, 1:] = pixels
    here, left, up, corner = padded[1:, 1:], padded[1:, :-1], padded[:-1, 1:], padded[:-1, :-1]
    away = [np.abs(left + up - corner - other) for other in (left, up, corner)]
    nearest = np.where(away[1] <= away[2], up, corner)
    nearest = np.where((away[0] <= away[1]) & (away[0] <= away[2]), left, nearest)
    predicted = (0 * here, left, up, (left + up) // 2, nearest)  # PNG specification, 9.2
    unpacked = b"".join(
        bytes([number]) + (here[row] - predicted[number][row]).astype(np.uint8).tobytes()
        for row, number in enumerate(filters)
    )
    colours = {3: 2, 4: 6}[channels]  # PNG specification, 11.2.2
    return png(header(width, height, 8, colours), *in_parts(zlib.compress(unpacked, level), part))


def blank_png(
    width: int,
    height: int,
    depth: int = 8,
    colours: int = 0,
    interlaced: int = 0,
    extra: bytes = b"",
) -> bytes:
    """Return an empty PNG of a size; colours is PNG's number: 0 grey, 2 RGB, 3 palette, 6 RGBA."""
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colours]
    rows = (-(-width * samples * depth // 8) + 1) * height
    return png(
        header(width, height, depth, colours, interlaced),
        extra,
        chunk(b"IDAT", packed(rows + 9 * height)),
    )


def pixels() -> bytes:
    return chunk(b"IDAT", zlib.compress(b"\0\0"))


def with_frames(count: int) -> bytes:
    """Return an APNG of so many frames, each of one pixel."""
    control = struct.pack(">IIIIHHBB", 1, 1, 0, 0, 1, 1, 0, 0)
    frames = b"".join(
        chunk(b"fcTL", struct.pack(">I", 2 * n) + control)
        + chunk(b"fdAT", struct.pack(">I", 2 * n + 1) + zlib.compress(b"\0\0"))
        for n in range(1, count)
    )
    return png(
        header(1, 1),
        chunk(b"acTL", struct.pack(">II", count, 0)),
        chunk(b"fcTL", struct.pack(">I", 0) + control),
        pixels(),
        frames,
    )


def saved(picture: Image.Image, format: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()


def jpeg_with(marker: int, content: bytes, times: int = 1) -> bytes:
    """Return a JPEG of a five with a segment put in behind its start, as often as said."""
    five = strokes.encode(strokes.picture(5), "JPEG")
    segment = struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content
    return five[:2] + segment * times + five[2:]


def progressive_scans(side: int, scans: int) -> bytes:
    """Return a progressive JPEG whose last scan is repeated: each is decoded over all pixels."""
    whole = saved(Image.new("L", (side, side), 128), "JPEG", progressive=True)
    start = whole.rindex(b"\xff\xda")
    return whole[:start] + whole[start:-2] * scans + whole[-2:]


def exif_loop() -> bytes:
    """Return a PNG whose EXIF directory's next directory is itself."""
    directory = struct.pack("<HHHII", 1, 0x0112, 3, 1, 6) + struct.pack("<I", 8)
    return png(header(1, 1), chunk(b"eXIf", b"II*\0" + struct.pack("<I", 8) + directory), pixels())


def exif_large() -> bytes:
    """Return a PNG whose EXIF announces four thousand million values."""
    directory = struct.pack("<HHHII", 1, 0x0112, 3, 2**32 - 1, 8) + struct.pack("<I", 0)
    return png(header(1, 1), chunk(b"eXIf", b"II*\0" + struct.pack("<I", 8) + directory), pixels())


def exif_full() -> bytes:
    """Return EXIF with as many entries as it can have, but for orientation and resolution."""
    others = set(range(65_536)) - {0x0112, 0x011A}
    entries = b"".join(struct.pack("<HHII", n, 7, 1, 8) for n in sorted(others))
    return b"II*\0" + struct.pack("<IH", 8, 65_534) + entries + bytes(4)


def jpeg_with_full_exif() -> bytes:
    """Return a JPEG of a five with such EXIF, over as many segments as that takes."""
    exif, most = exif_full(), 65_000
    five = strokes.encode(strokes.picture(5), "JPEG")
    parts = [b"Exif\0\0" + exif[at : at + most] for at in range(0, len(exif), most)]
    segments = b"".join(b"\xff\xe1" + struct.pack(">H", len(p) + 2) + p for p in parts)
    return five[:2] + segments + five[2:]


def exif_packed() -> bytes:
    """Return a chunk of such EXIF as ImageMagick writes it: as packed text."""
    text = b"\nexif\n9\n" + exif_full()[:400_000].hex().encode()
    return chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(text))


def costly() -> bytes:
    """Return a PNG with as much as is read of everything that costs, in few bytes."""
    text = chunk(b"zTXt", b"a\0\0" + packed(1_000_000))
    noise = Image.effect_noise((560, 560), 60).point(lambda grey: 255 if grey > 200 else 0)
    return (
        SIGNATURE
        + header(560, 560, 1)
        + exif_packed()
        + text * 20
        + chunk(b"aaAa", b"") * 1_500
        + saved(noise.convert("1"), "PNG")[len(SIGNATURE) + 25 :]
    )


def webp(width: int, height: int, **options: object) -> bytes:
    return saved(Image.new("RGB", (width, height)), "WEBP", **options)


def checkerboard() -> Image.Image:
    """Return as much ink in as many pieces as fit: the worst for what follows decoding."""
    board = Image.new("L", (decode.BOUND, decode.BOUND), 255)
    dot = Image.new("L", (2, 2), 0)
    for x in range(0, decode.BOUND, 4):
        for y in range(0, decode.BOUND, 4):
            board.paste(dot, (x, y))
    return board


def jpeg_of_size(width: int, height: int) -> bytes:
    """Return a JPEG that announces a size and has the pixels of a small one."""
    small = saved(Image.new("L", (8, 8)), "JPEG")
    start = small.index(b"\xff\xc0") + 5
    return small[:start] + struct.pack(">HH", height, width) + small[start + 4 :]


def padded_jpeg(size: int) -> bytes:
    """Return a JPEG with fill bytes, which the format allows, in front of its second marker."""
    five = strokes.encode(strokes.picture(5), "JPEG")
    return five[:2] + b"\xff" * size + five[2:]


def webp_of_size() -> bytes:
    """Return a lossy WebP whose header announces the most pixels that the format can have."""
    small = webp(8, 8)
    start = small.index(b"\x9d\x01\x2a") + 3
    return small[:start] + struct.pack("<HH", 16_383, 16_383) + small[start + 4 :]


def frames_webp() -> bytes:
    """Return an animation; all frames look the same, so they are small."""
    frame = Image.new("RGB", (500, 500))
    others = [Image.new("RGB", (500, 500), (n, 0, 0)) for n in range(1, 7)]
    return saved(frame, "WEBP", save_all=True, append_images=others * 10, method=0, quality=1)


def zip_tail() -> bytes:
    """Return the end that makes a file a zip for those who look there first."""
    return b"PK\5\6" + bytes(18)


def card(width: int, height: int) -> Image.Image:
    """Return ink on paper on nothing: neither is alone, so that the paper has to go on."""
    drawing = Image.new("RGBA", (width, height))
    drawing.paste("ivory", (width // 8, height // 8, width * 7 // 8, height * 7 // 8))
    drawing.paste("navy", (width // 2, height // 4, width * 3 // 5, height * 3 // 4))
    return drawing


def red_at_the_end(colour: str) -> Image.Image:
    """Return a picture that one channel shows, but for the last pixel."""
    drawing = Image.new("RGBA", (SIDE, SIDE), colour)
    drawing.putpixel((SIDE - 1, SIDE - 1), (255, 0, 0, 128))
    return drawing


def large_pngs() -> Iterator[tuple[str, bytes]]:
    yield "PNG, grey, as large as is read", blank_png(SIDE, SIDE)
    yield "PNG, RGB, as large as is read", blank_png(SIDE, SIDE, colours=2)
    yield "PNG, RGBA, as large as is read", blank_png(SIDE, SIDE, colours=6)
    yield "PNG, RGBA of 16 bits, as large as is read", blank_png(SIDE, SIDE, 16, 6)
    yield "PNG, grey of 16 bits, as large as is read", blank_png(SIDE, SIDE, 16)
    yield "PNG, interlaced, as large as is read", blank_png(SIDE, SIDE, 8, 6, 1)
    yield "PNG, grey with transparency, as large as is read", blank_png(SIDE, SIDE, 8, 4)
    yield (
        "PNG, RGB with a transparent colour, as large as is read",
        blank_png(SIDE, SIDE, 8, 2, extra=chunk(b"tRNS", bytes(6))),
    )
    yield (
        "PNG, a palette with transparency, as large as is read",
        blank_png(SIDE, SIDE, 8, 3, extra=chunk(b"PLTE", bytes(768)) + chunk(b"tRNS", bytes(9))),
    )
    yield "PNG, black and white, as large as is read", blank_png(SIDE, SIDE, 1)
    yield "PNG, a card on nothing, as large as is read", saved(card(SIDE, SIDE), "PNG")
    for colour in ("black", "#00000000", "blue"):
        drawn = saved(red_at_the_end(colour), "PNG", compress_level=1)
        yield f"PNG, {colour} and a red pixel, as large as is read", drawn


def other_pngs() -> Iterator[tuple[str, bytes]]:
    yield "PNG, a strip as long as is read", blank_png(decode.MAX_SIDE, 1, colours=6)
    yield "PNG, 1 x 1,000,000", blank_png(1, 1_000_000)
    yield "PNG, 1,000,000 x 1", blank_png(1_000_000, 1)
    yield "PNG, 50,000 x 50,000", png(header(50_000, 50_000), chunk(b"IDAT", packed(4_000_000)))
    yield "PNG, 2,147,483,647 px a side", png(header(2**31 - 1, 2**31 - 1), pixels())
    yield "PNG, more pixels packed than announced", png(header(1, 1), chunk(b"IDAT", packed(LONG)))
    yield (
        "PNG, text of 200 MB",
        png(header(1, 1), chunk(b"zTXt", b"a\0\0" + packed(LONG)), pixels()),
    )
    yield (
        "PNG, text of 200 MB after the pixels",
        png(header(1, 1), pixels(), chunk(b"zTXt", b"a\0\0" + packed(LONG))),
    )
    yield (
        "PNG, international text of 200 MB",
        png(header(1, 1), chunk(b"iTXt", b"a\0\1\0\0\0" + packed(LONG)), pixels()),
    )
    text = chunk(b"zTXt", b"a\0\0" + packed(1_000_000))
    yield "PNG, a hundred texts of 1 MB", png(header(1, 1), text * 100, pixels())
    exif = chunk(b"zTXt", b"Raw profile type exif\0\0" + packed(1_000_000))
    yield "PNG, a hundred EXIF of 1 MB", png(header(1, 1), exif * 100, pixels())
    yield (
        "PNG, a colour profile of 200 MB",
        png(header(1, 1), chunk(b"iCCP", b"a\0\0" + packed(LONG)), pixels()),
    )
    yield "PNG, a chunk of 4 MB", png(header(1, 1), chunk(b"aaAa", bytes(4_000_000)), pixels())
    yield "PNG, 300,000 chunks", png(header(1, 1), chunk(b"aaAa", b"") * 300_000, pixels())
    yield "PNG, 300,000 chunks of pixels", png(header(1, 1), chunk(b"IDAT", b"") * 300_000)
    yield "PNG, a chunk of 4 GB announced", SIGNATURE + header(1, 1) + b"\xff\xff\xff\xffIDAT"
    yield "APNG, 60,000 frames", with_frames(60_000)
    yield (
        "APNG, a million frames announced",
        png(header(1, 1), chunk(b"acTL", struct.pack(">II", 1_000_000, 0)), pixels()),
    )
    yield "PNG, EXIF that follows itself", exif_loop()
    yield "PNG, EXIF of 65,534 entries", png(header(1, 1), chunk(b"eXIf", exif_full()), pixels())
    yield "PNG, EXIF of 65,534 entries, packed", png(header(1, 1), exif_packed(), pixels())
    yield "PNG, of everything as much as is read", costly()
    yield "PNG, EXIF of 4,000,000,000 values", exif_large()


def jpegs() -> Iterator[tuple[str, bytes]]:
    yield "JPEG, as large as is read", saved(Image.new("RGB", (SIDE, SIDE)), "JPEG")
    yield "JPEG, CMYK, as large as is read", saved(Image.new("CMYK", (SIDE, SIDE)), "JPEG")
    yield (
        "JPEG, progressive, as large as is read",
        saved(Image.new("RGB", (SIDE, SIDE)), "JPEG", progressive=True),
    )
    yield (
        "JPEG, progressive CMYK, as large as is read",
        saved(Image.new("CMYK", (SIDE, SIDE)), "JPEG", progressive=True, subsampling=0),
    )
    yield "JPEG, progressive, 100,000 scans", progressive_scans(2_000, 100_000)
    yield "JPEG, progressive, as many scans as are read", progressive_scans(SIDE, MAX_SCANS - 5)
    yield "JPEG, 65,500 x 65,500", jpeg_of_size(65_500, 65_500)
    yield "JPEG, 60 segments of 64 kB", jpeg_with(0xE1, bytes(65_533), 60)
    yield "JPEG, 1,000,000 segments", jpeg_with(0xFE, b"", 1_000_000)
    yield "JPEG, EXIF of 65,534 entries", jpeg_with_full_exif()
    yield "JPEG, a multi-picture index", jpeg_with(0xE2, b"MPF\0II*\0\x08\0\0\0" + b"\xff" * 200)
    yield "JPEG, 4 MB of fill bytes", padded_jpeg(4_000_000)
    yield "JPEG, as many fill bytes as are read", padded_jpeg(MAX_FILL)


def webps() -> Iterator[tuple[str, bytes]]:
    yield "WebP, as large as is read", webp(*WEBP_SIDES)
    yield "WebP, lossless, as large as is read", webp(*WEBP_SIDES, lossless=True)
    yield (
        "WebP, lossless with transparency, as large as is read",
        saved(Image.new("RGBA", WEBP_SIDES), "WEBP", lossless=True),
    )
    yield (
        "WebP, a card on nothing, as large as is read",
        saved(card(*WEBP_SIDES), "WEBP", lossless=True),
    )
    yield "WebP, one row more", webp(WEBP_SIDES[0], WEBP_SIDES[1] + 1)
    yield "WebP, 16,383 px a side announced", webp_of_size()
    yield "WebP, 60 frames of 500 x 500 px", frames_webp()
    yield "WebP, a chunk of 4 GB announced", webp(8, 8)[:16] + b"\xff\xff\xff\xff" + webp(8, 8)[20:]


def corner_of_pieces() -> Image.Image:
    """Return a line along two sides of the border, and many pieces beside it, in its box."""
    drawing = Image.new("L", (128, 128), 255)
    pen = ImageDraw.Draw(drawing)
    pen.line([(3, 127), (3, 3), (127, 3)], 0, 4)
    for x, y in itertools.product(range(12, 124, 14), repeat=2):
        pen.rectangle((x, y, x + 5, y + 5), 0)
    return drawing


def polyglots() -> Iterator[tuple[str, bytes]]:
    """Yield files of a five that are something else too."""
    yield "a PNG that is a zip too", strokes.encode(strokes.picture(5)) + zip_tail()
    yield "a JPEG that is a page too", jpeg_with(0xFE, b"<script>alert(1)</script>")


def others() -> Iterator[tuple[str, bytes]]:
    five = strokes.encode(strokes.picture(5))
    yield from polyglots()
    yield "a PNG in a JPEG's clothes", b"\xff\xd8\xff" + five
    yield "as many pieces of ink as fit", saved(checkerboard(), "PNG")
    yield "pieces of ink in a corner of the border", saved(corner_of_pieces(), "PNG")
    yield "noise", saved(Image.effect_noise((decode.BOUND * 2, decode.BOUND * 2), 90), "PNG")


def bombs() -> Iterator[tuple[str, bytes]]:
    """Yield each bomb's name and file; one at a time, since some are large."""
    yield from large_pngs()
    yield from other_pngs()
    yield from jpegs()
    yield from webps()
    yield from others()
