"""The 15 corruptions of MNIST-C, written from their published definitions.

Mu and Gilmer 2019, "MNIST-C: A Robustness Benchmark for Computer Vision": each at the severity
that its authors chose. All take and return (28, 28) float32 frames, ink 1 on background 0.
"""

import itertools
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage import feature

Frame = NDArray[np.float32]
Random = np.random.Generator
Corruption = Callable[[Frame, Random], Frame]

SIDE = 28
MIDDLE = 13.5  # px: warps keep the picture's middle where it is


def _sign(r: Random) -> float:
    return float(r.choice([-1, 1]))


def _warp(x: Frame, matrix: list[list[float]], shift: tuple[float, float] = (0, 0)) -> Frame:
    """Return the frame with each pixel taken from `matrix` times its place (row, column)."""
    m = np.array(matrix)
    offset = MIDDLE - m @ np.array([MIDDLE, MIDDLE]) + shift
    return np.clip(ndimage.affine_transform(x, m, offset, order=1), 0, 1)


def shot_noise(x: Frame, r: Random) -> Frame:
    return np.clip(r.poisson(x * 3) / 3, 0, 1)


def impulse_noise(x: Frame, r: Random) -> Frame:
    salted = r.random(x.shape) < 0.17
    return np.where(salted, r.integers(0, 2, x.shape), x)


def glass_blur(x: Frame, r: Random) -> Frame:
    x = ndimage.gaussian_filter(x, 0.7)
    for _ in range(2):  # pixels change places with a neighbour's
        for row in range(SIDE - 2, 1, -1):
            for column in range(SIDE - 2, 1, -1):
                other = row + r.integers(-1, 1), column + r.integers(-1, 1)
                x[row, column], x[other] = x[other], x[row, column]
    return np.clip(ndimage.gaussian_filter(x, 0.7), 0, 1)


def motion_blur(x: Frame, r: Random) -> Frame:
    distance = np.arange(-10, 11)
    weights = np.exp(-(distance**2) / (2 * 3.0**2)) * (distance >= 0)
    angle = np.radians(r.uniform(-45, 45))
    moved = [
        w * ndimage.shift(x, (d * np.sin(angle), d * np.cos(angle)), order=1)
        for d, w in zip(distance, weights, strict=True)
        if w > 0
    ]
    return np.clip(np.sum(moved, axis=0) / weights.sum(), 0, 1)


def shear(x: Frame, r: Random) -> Frame:
    angle = 0.4 * _sign(r)
    return _warp(x, [[np.cos(angle), 0], [-np.sin(angle), 1]])


def scale(x: Frame, _: Random) -> Frame:
    return _warp(x, [[1 / 0.7, 0], [0, 1 / 0.7]])


def rotate(x: Frame, r: Random) -> Frame:
    angle = 0.4 * _sign(r)
    cos, sin = np.cos(angle), np.sin(angle)
    return _warp(x, [[cos, sin], [-sin, cos]])


def brightness(x: Frame, _: Random) -> Frame:
    return np.clip(x + 0.5, 0, 1)


def translate(x: Frame, r: Random) -> Frame:
    return _warp(x, [[1, 0], [0, 1]], (3 * _sign(r), 3 * _sign(r)))


def stripe(x: Frame, _: Random) -> Frame:
    striped = x.copy()
    striped[:, :7] = 1 - striped[:, :7]
    striped[:, 21:] = 1 - striped[:, 21:]
    return striped


def fog(x: Frame, r: Random) -> Frame:
    top = x.max()
    return np.clip((x + 2.0 * _plasma(r, 2.0)) * top / (top + 2.0), 0, 1)


def _plasma(r: Random, decay: float) -> Frame:
    """Return a fractal cloud in 0..1 by diamond-square (Fournier et al. 1982)."""
    size = 32
    cloud = np.zeros((size, size))
    step, wobble = size, 100.0
    while step >= 2:
        half = step // 2
        corners = cloud[::step, ::step]
        total = corners + np.roll(corners, -1, 0)
        cloud[half::step, half::step] = (total + np.roll(total, -1, 1)) / 4
        cloud[half::step, half::step] += wobble * r.uniform(-1, 1, corners.shape)
        centres = cloud[half::step, half::step]
        across = centres + np.roll(centres, 1, 0) + corners + np.roll(corners, -1, 1)
        cloud[::step, half::step] = across / 4 + wobble * r.uniform(-1, 1, corners.shape)
        down = centres + np.roll(centres, 1, 1) + corners + np.roll(corners, -1, 0)
        cloud[half::step, ::step] = down / 4 + wobble * r.uniform(-1, 1, corners.shape)
        step, wobble = half, wobble / decay
    cloud -= cloud.min()
    return (cloud / cloud.max())[:SIDE, :SIDE]


def spatter(x: Frame, r: Random) -> Frame:
    mud = ndimage.gaussian_filter(r.normal(0.65, 0.3, x.shape), 1) > 0.65
    cover = ndimage.gaussian_filter(mud.astype(float), 1.5)
    cover[cover < 0.8] = 0
    brown = 0.18  # (63, 42, 20) of 255, as grey
    return np.clip(x * (1 - cover) + brown * cover, 0, 1)


def _line(x: Frame, points: list[tuple[float, float]], period: int) -> Frame:
    """Return the frame with a bright path through points (row, column), each `period`-th px set."""
    lined = x.copy()
    way = [np.linspace(a, b, 2 * SIDE) for a, b in itertools.pairwise(points)]
    pixels = list(dict.fromkeys(tuple(p) for p in np.rint(np.concatenate(way)).astype(int)))
    for row, column in pixels[::period]:
        if 0 <= row < SIDE and 0 <= column < SIDE:
            lined[row, column] = 1
    return lined


def dotted_line(x: Frame, r: Random) -> Frame:
    rows = r.uniform(0, SIDE - 1, 2)
    return _line(x, [(rows[0], 0), (rows[1], SIDE - 1)], period=2)


def zigzag(x: Frame, r: Random) -> Frame:
    start, end = r.uniform(4, SIDE - 5, 2)
    corners = np.linspace(0, SIDE - 1, 9)
    rows = np.linspace(start, end, 9) + np.resize([-2.5, 2.5], 9)
    return _line(x, list(zip(rows, corners, strict=True)), period=1)


def canny_edges(x: Frame, _: Random) -> Frame:
    return feature.canny(x, sigma=1).astype(np.float32)


CORRUPTIONS: dict[str, Corruption] = {
    corruption.__name__.replace("_", " "): corruption
    for corruption in (
        shot_noise, impulse_noise, glass_blur, motion_blur, shear, scale, rotate, brightness,
        translate, stripe, fog, spatter, dotted_line, zigzag, canny_edges,
    )
}  # fmt: skip
