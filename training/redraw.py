"""Frames drawn again as people send them: on a canvas, in colours, compressed, photographed.

Used for measuring and for training; all randomness comes from the generator passed in.
"""

import io
import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage
from skimage.morphology import remove_small_objects, skeletonize

from training.styles import Random

Coverage = NDArray[np.float32]  # (height, width), how much of a pixel is ink, 0..1
Shape = tuple[int, int]  # of a picture: height and width, px
Box = tuple[float, float, float, float]  # top, bottom, left, right, px
Colour = tuple[int, ...]  # RGB, 0..255
BLACK, WHITE = (0, 0, 0), (255, 255, 255)

CANVAS = 280  # px a side
TURN = 12  # degrees, at most, either way
SIZES = (0.25, 1.0)  # of the canvas, for a whole 28x28 frame
CONTRAST = 90  # of 441, least distance of an ink from its paper
SPECK = 0.05  # of the digit's ink: a smaller connected component is dirt from the scanner
PEN_SIZES = (0.7, 1.0)  # with a pen of given width: a 40 px pen can't write 50 px digits


def from_levels(levels: Image.Image | NDArray[np.uint8]) -> Coverage:
    """Return grey levels, 0..255, as coverage."""
    return np.asarray(levels, np.float32) / np.float32(255)


def canvas(
    frame: Coverage,
    random: Random,
    sizes: tuple[float, float] = SIZES,
    pen: float | None = None,
    width: int = CANVAS,
) -> Coverage:
    """Return a 28x28 frame at a random place, size and angle on a square canvas.

    With `pen`, in px, the digit's centre line is drawn with a round pen of that width, except for
    specks, which a pen would turn into blots. `width` is the canvas's, px.
    """
    side = round(width * random.uniform(*sizes))
    grey = Image.fromarray((frame * 255).astype(np.uint8))
    large = grey.resize((side, side), Image.Resampling.BICUBIC)
    large = large.rotate(random.uniform(-TURN, TURN), Image.Resampling.BICUBIC)
    ink = sharpened(from_levels(large), side / 28)
    if pen is not None:
        ink = _with_pen(ink, pen)
    whole = np.zeros((width, width), np.float32)
    top, left = random.integers(0, width - side + 1, 2)
    whole[top : top + side, left : left + side] = ink
    return whole


def sharpened(ink: Coverage, scale: float) -> Coverage:
    """Return enlarged ink with edges as sharp as a pen's, one or two pixels wide."""
    return np.clip((ink - 0.5) * np.float32(max(1.0, scale / 2)) + 0.5, 0, 1)


def _with_pen(ink: Coverage, pen: float) -> Coverage:
    """Return the digit's centre line drawn with a round pen, `pen` px wide."""
    mask = ink > 0.5
    speck = math.ceil(SPECK * mask.sum()) - 1  # px, the largest
    mask = remove_small_objects(mask, max_size=speck, connectivity=2)
    inside = ndimage.distance_transform_edt(mask)
    line = skeletonize(mask)
    drawn = traced(line, pen)
    if pen > 2 * np.median(inside[line]):  # a wider pen covers all that the writer's own did
        drawn = np.maximum(drawn, np.where(mask, ink, 0))
    return drawn


def traced(line: NDArray[np.bool_], width: float) -> Coverage:
    """Return a line, one pixel wide, drawn with a round pen, `width` px wide."""
    ink = width / 2 + 0.5 - ndimage.distance_transform_edt(~line)
    return np.clip(ink, 0, 1).astype(np.float32)


def paint(coverage: Coverage, ink: Colour = BLACK, paper: Colour = WHITE) -> Image.Image:
    """Return ink of one colour on paper of another."""
    colours = np.array(paper) + coverage[..., None] * (np.array(ink) - np.array(paper))
    return Image.fromarray(np.rint(colours).astype(np.uint8))


def colours(random: Random) -> tuple[Colour, Colour]:
    """Return an ink and a paper colour, RGB, that can be told apart."""
    while True:
        ink, paper = random.integers(0, 256, (2, 3))
        if np.linalg.norm(ink - paper) >= CONTRAST:
            return tuple(ink.tolist()), tuple(paper.tolist())


def transparent(coverage: Coverage, ink: Colour) -> Image.Image:
    """Return ink on transparent paper; the paper's hidden colour is black, as a canvas has it."""
    alpha = np.rint(coverage * 255).astype(np.uint8)
    rgb = np.where(alpha[..., None] > 0, np.array(ink, np.uint8), 0).astype(np.uint8)
    return Image.fromarray(np.dstack([rgb, alpha]))


def photograph(coverage: Coverage, random: Random) -> Image.Image:
    """Return what a phone sees of the paper: shadow, perhaps squared lines, blur, noise, JPEG."""
    height, width = coverage.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    paper = np.full((height, width, 3), random.uniform(150, 245), np.float32)
    paper *= 1 + random.uniform(-0.08, 0.08, 3).astype(np.float32)
    if random.random() < 0.5:
        pitch = random.uniform(0.09, 0.2) * width
        tilt = random.uniform(-0.04, 0.04)
        lines = np.zeros_like(coverage)
        for along, across in ((x, y), (y, -x)):
            phase = np.mod(across + tilt * along + random.uniform(0, pitch), pitch)
            lines = np.maximum(lines, np.clip(random.uniform(1.2, 2.2) - phase, 0, 1))
        tone = random.uniform(0.65, 0.9, 3).astype(np.float32)
        paper *= 1 - lines[..., None] * (1 - tone)
    pen = random.uniform(15, 70, 3).astype(np.float32)
    scene = paper + coverage[..., None] * (pen - paper)
    angle = random.uniform(0, 2 * np.pi)
    slope = (np.cos(angle) * x / width + np.sin(angle) * y / height) * random.uniform(0.1, 0.6)
    light = 1 - (slope - slope.min())
    if random.random() < 0.4:  # the edge of somebody's shadow, more or less sharp
        edge = np.cos(angle) * (x / width - 0.5) + np.sin(angle) * (y / height - 0.5)
        edge = edge + random.uniform(-0.2, 0.2)
        light *= 1 - random.uniform(0.15, 0.4) / (1 + np.exp(-edge / random.uniform(0.02, 0.2)))
    scene *= light[..., None]
    scene = ndimage.gaussian_filter(scene, (blur := random.uniform(0.3, 1.8), blur, 0))
    scene += random.normal(0, random.uniform(1, 8), scene.shape)
    picture = Image.fromarray(np.clip(scene, 0, 255).astype(np.uint8))
    return compressed(picture, int(random.integers(50, 95)))


def compressed(picture: Image.Image, quality: int) -> Image.Image:
    """Return the picture after JPEG compression."""
    return Image.open(io.BytesIO(encode(picture, "JPEG", quality=quality)))


def encode(picture: Image.Image, file_format: str = "PNG", **options: object) -> bytes:
    """Return the picture as the bytes of a file; a PNG is compressed fast rather than well."""
    file = io.BytesIO()
    picture.save(file, file_format, **{"compress_level": 1, **options})
    return file.getvalue()


def turned(picture: Image.Image) -> bytes:
    """Return a JPEG lying on its side, with the EXIF tag that says so."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees, clockwise, to see it upright
    return encode(picture.transpose(Image.Transpose.ROTATE_90), "JPEG", quality=90, exif=exif)


# Each returns the bytes of a picture of a frame; the names are the rows of the model card.
VARIANTS: dict[str, Callable[[Coverage, Random], bytes]] = {
    "canvas": lambda f, r: encode(paint(canvas(f, r))),
    "colours": lambda f, r: encode(paint(canvas(f, r), *colours(r))),
    "transparent, black ink": lambda f, r: encode(transparent(canvas(f, r), BLACK)),
    "transparent, white ink": lambda f, r: encode(transparent(canvas(f, r), WHITE)),
    "inverted": lambda f, r: encode(paint(canvas(f, r), WHITE, BLACK)),
    "JPEG quality 30": lambda f, r: encode(paint(canvas(f, r)), "JPEG", quality=30),
    "WebP": lambda f, r: encode(paint(canvas(f, r)), "WEBP"),
    "EXIF-turned": lambda f, r: turned(paint(canvas(f, r))),
    "4 px pen": lambda f, r: encode(paint(canvas(f, r, PEN_SIZES, pen=4))),
    "40 px pen": lambda f, r: encode(paint(canvas(f, r, PEN_SIZES, pen=40))),
    "photograph": lambda f, r: encode(photograph(canvas(f, r, (0.5, 1.0)), r), "JPEG", quality=90),
}
