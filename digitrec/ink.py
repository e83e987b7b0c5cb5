"""Picture to ink map: what is pen and what is paper, whatever their colours and the light."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from digitrec.errors import NoInk

Map = NDArray[np.float32]
Pixels = NDArray[np.float32]  # (height, width, channels), 0..255
Mask = NDArray[np.bool_]

WORK = 128  # px, longer side of the picture that is analysed: six times the digit's 20 px box
NEAR = 72  # px of ink, longer side: a smaller digit is looked at again, closer, where that helps
MARGIN = 0.3  # of the digit's longer side, around it in the closer look

MIN_CONTRAST = 14.0  # RGB distance, 0..441: fainter is no ink
CLEAR = 3.5  # standard deviations of the paper: ink that stands out less is noise
OPAQUE = 250  # of 255: alpha from which a pixel hides what is behind it
ONE_COLOUR = 24.0  # RGB standard deviation up to which the opaque part of a picture is all ink
PLAIN = 25  # percentile of the pixels, by distance from the paper: these surely are paper
EVEN = 2.0  # of 255: their distance from one paper colour up to which the light is even
FULL = 80  # percentile of a stroke's pixels that counts as wholly covered by ink
DARK = 16.0  # of 255: shadows this dark are not lit up further
BLOCK = 4  # px: uneven light is looked at in blocks of this size
WINDOW = 7  # blocks, odd: strokes are narrower than that, shadows are wider
STRONG = 0.4  # of the ink's own contrast: ruled lines and shadows are fainter, pen strokes darker
NOISE = 8  # times the paper's lower quartile: 2.5 standard deviations, were it normal
FAINT = 0.12  # of the ink's own contrast: what is fainter is paper even beside a stroke

SPECK = 0.02  # of the digit's ink: a smaller piece apart from it is dirt
CRUMB = 0.004  # the same for a piece within the digit's own box
GAP = 0.12  # of the digit's longer side: how far away even a small piece may be part of it
REACH = 0.6  # of that side: how much farther a piece as heavy as the digit may be


def ink_map(picture: Image.Image) -> Map:
    """Return how much ink is on each pixel of the part of a picture around its digit.

    Parameters
    ----------
    picture
        In mode "L", "RGB" or "RGBA".

    Returns
    -------
    (height, width) float32, 1 on a stroke and 0 on paper. A picture of 28x28 keeps its size.

    Raises
    ------
    NoInk
        Nothing on the picture stands out from its paper.
    """
    factor = -(-max(picture.size) // WORK)
    ink = _ink(picture.reduce(factor) if factor > 1 else picture)
    top, bottom, left, right = bounds(ink > 0)
    side = max(bottom - top, right - left)
    if factor == 1 or side >= NEAR:
        return ink
    margin = round(side * MARGIN) + 2
    width, height = picture.size
    closer = picture.crop(
        (
            max(0, (left - margin) * factor),
            max(0, (top - margin) * factor),
            min(width, (right + margin) * factor),
            min(height, (bottom + margin) * factor),
        )
    )
    factor = -(-max(closer.size) // WORK)
    try:
        return _ink(closer.reduce(factor) if factor > 1 else closer)
    except NoInk:  # a stain that only the whole picture shows
        return ink


def bounds(mask: Mask) -> tuple[int, int, int, int]:
    """Return top, bottom, left, right of the True part of a mask; bottom and right exclusive."""
    rows = np.flatnonzero(mask.any(axis=1))
    columns = np.flatnonzero(mask.any(axis=0))
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def _ink(picture: Image.Image) -> Map:
    contrast = _contrast(_opaque(picture))
    threshold = _otsu(contrast)
    strokes = contrast[contrast > threshold]
    level = float(np.percentile(strokes, FULL)) if strokes.size else 0.0
    paper = contrast[contrast <= threshold]
    if level < max(MIN_CONTRAST, CLEAR * float(paper.std())):
        raise NoInk("Nothing is drawn on the picture, or too faintly. Draw a digit and send again.")
    mask = _digit(contrast > max(threshold, STRONG * level), contrast)
    noise = NOISE * float(np.percentile(np.abs(paper), PLAIN))
    # On clean paper even the faintest edge of a stroke counts.
    floor = min(max(noise, FAINT * level), STRONG * level) if noise > 0 else 0.0
    ink = np.clip((contrast - floor) / (level - floor), 0, 1)
    return np.where(_grow(mask), ink, np.float32(0))


def _opaque(picture: Image.Image) -> Pixels:
    """Return the picture as (height, width, channels) float32, transparency resolved."""
    pixels = np.asarray(picture, np.float32)
    if picture.mode == "L":
        return pixels[..., None]
    if picture.mode == "RGB":
        return pixels
    rgb, alpha = pixels[..., :3], pixels[..., 3:]
    if alpha.min() > OPAQUE:
        return rgb
    opaque = rgb[alpha[..., 0] > OPAQUE / 2]
    if len(opaque) == 0 or opaque.std(axis=0).max() < ONE_COLOUR:
        return alpha  # one colour on nothing: the shape is in the transparency
    paper: Pixels = np.median(opaque, axis=0)
    return paper + (rgb - paper) * (alpha / np.float32(255))


def _contrast(pixels: Pixels) -> Map:
    """Return each pixel's distance from its paper, in the direction in which ink lies."""
    away = pixels - _paper(pixels)
    uneven = _unevenness(away)
    if uneven > EVEN:
        paper = _paper_in_uneven_light(pixels)
        lit = (pixels - paper) * (paper.mean() / np.maximum(paper, DARK))
        if _unevenness(lit) < uneven / 2:
            away = lit
    return _along_ink(away)


def _paper(pixels: Pixels) -> Pixels:
    """Return the paper's colour: the median of the border, its corners counted half."""
    corner = max(1, min(pixels.shape[:2]) // 16)
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    ends = np.concatenate([pixels[:corner], pixels[-corner:]])
    corners = np.concatenate([ends[:, :corner], ends[:, -corner:]]).reshape(-1, pixels.shape[2])
    # A digit that fills its picture covers much of the border, but seldom the corners.
    repeated = np.repeat(corners, max(1, len(border) // len(corners)), axis=0)
    paper: Pixels = np.median(np.concatenate([border, repeated]), axis=0)
    return paper


def _along_ink(away: Pixels) -> Map:
    """Return the part of each pixel's difference from the paper that is in the ink's direction."""
    flat = away.reshape(-1, away.shape[2])
    direction = np.linalg.eigh(flat.T @ flat)[1][:, -1] if flat.shape[1] > 1 else np.ones(1)
    along: Map = away @ direction.astype(np.float32)
    # Ink is the long tail: few pixels, far away from the paper.
    return along if (along**3).sum() > 0 else -along


def _unevenness(away: Pixels) -> float:
    """Return how far from its paper's colour a pixel of plain paper is, 0..255."""
    return float(np.percentile(np.abs(away).max(axis=2), PLAIN))


def _paper_in_uneven_light(pixels: Pixels) -> Pixels:
    """Return what the paper would look like without ink.

    A grey closing takes away whatever is darker than its surroundings and narrower than its
    window, an opening whatever is lighter: strokes, but neither shadows nor a slope of light.
    """
    grey = pixels.mean(axis=2)
    # In a window, less than half is ink: the median is paper, and ink is the long tail around it.
    away = grey - _filtered(grey, ImageFilter.MedianFilter(WINDOW))
    steps = ImageFilter.MaxFilter(WINDOW), ImageFilter.MinFilter(WINDOW)
    dark = float((away**3).sum()) < 0
    channels = [_filtered(c, *steps[:: 1 if dark else -1]) for c in np.moveaxis(pixels, 2, 0)]
    return np.stack(channels, axis=2)


def _filtered(channel: Map, *filters: ImageFilter.RankFilter) -> Map:
    """Return a channel, filtered by blocks: as good as by pixels here, and many times as fast."""
    whole = Image.fromarray(channel)
    blocks = whole.reduce(BLOCK)
    for each in filters:
        blocks = blocks.filter(each)
    return np.asarray(blocks.resize(whole.size, Image.Resampling.BICUBIC), np.float32)


def _otsu(contrast: Map) -> float:
    """Return the threshold that parts a map's positive values best in two (Otsu 1979)."""
    top = float(contrast.max())
    if top <= 0:
        return 0.0
    levels = (np.maximum(contrast, 0) * (255 / top)).astype(np.uint8)
    counts = np.bincount(levels.ravel(), minlength=256)
    values = np.arange(256)
    below = np.cumsum(counts)
    above = below[-1] - below
    sums = np.cumsum(counts * values)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    return float(np.nanargmax(np.where(above > 0, between, -1)) + 0.5) * top / 255


def _grow(mask: Mask) -> Mask:
    """Return the mask and its eight neighbours: the soft edge belongs to the stroke."""
    wide = mask.copy()
    wide[1:] |= mask[:-1]
    wide[:-1] |= mask[1:]
    grown = wide.copy()
    grown[:, 1:] |= wide[:, :-1]
    grown[:, :-1] |= wide[:, 1:]
    return grown


def _digit(mask: Mask, contrast: Map) -> Mask:
    """Return the part of a mask that is the digit: its largest piece and what belongs to it."""
    labels, count = label(mask)
    if count == 1:
        return mask
    flat = labels.ravel()
    mass = np.bincount(flat, weights=np.maximum(contrast, 0).ravel(), minlength=count + 1)
    mass[0] = 0
    order = np.argsort(mass)[::-1][:count]
    kept = [int(order[0])]
    total = mass[order[0]]
    top, bottom, left, right = bounds(labels == order[0])
    for piece in order[1:64]:
        if mass[piece] < CRUMB * total:
            break
        t, b, start, end = bounds(labels == piece)
        gap = max(t - bottom, top - b, start - right, left - end)
        reach = GAP + REACH * mass[piece] / total
        if gap > reach * max(bottom - top, right - left):
            continue
        if mass[piece] < SPECK * total and gap > -1:
            continue
        kept.append(int(piece))
        total += mass[piece]
        top, bottom, left, right = min(t, top), max(b, bottom), min(start, left), max(end, right)
    return np.isin(labels, kept)


def label(mask: Mask) -> tuple[NDArray[np.intp], int]:
    """Return the 8-connected pieces of a mask, numbered from 1 (paper is 0), and their number.

    By runs: the pixels of a row that follow one another are one node, and a node is joined with
    those that it touches in the row above.
    """
    height, width = mask.shape
    padded = np.zeros((height, width + 2), np.int8)
    padded[:, 1:-1] = mask
    edges = np.flatnonzero(np.diff(padded.ravel()))
    starts, ends = edges[::2] + 1, edges[1::2]  # in padded coordinates, both inclusive
    stride = width + 2
    first = np.searchsorted(ends, starts - stride - 1)
    last = np.searchsorted(starts, ends - stride + 1, side="right")
    parent = list(range(len(starts)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = i = parent[parent[i]]
        return i

    for i, (low, high) in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
        for j in range(low, high):
            a, b = root(i), root(j)
            parent[max(a, b)] = min(a, b)
    roots = np.array([root(i) for i in range(len(parent))], np.intp)
    names, numbers = np.unique(roots, return_inverse=True)
    steps = np.zeros(height * stride + 1, np.intp)
    steps[starts] = numbers + 1
    steps[ends + 1] = -(numbers + 1)
    return np.cumsum(steps)[:-1].reshape(height, stride)[:, 1:-1], len(names)
