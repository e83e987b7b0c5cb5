"""What digits are written on, and the effects of light and camera.

Pictures are (height, width, channels) float32, 0 to 255, with one channel or three.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from training.pen import dry
from training.redraw import Box, Coverage, Shape, compressed, encode
from training.styles import Random

Picture = NDArray[np.float32]


def tone(r: Random, channels: int, low: float = 0, high: float = 255) -> Picture:
    """Return a colour whose grey level is between `low` and `high`."""
    colour = np.full(channels, r.uniform(low, high), np.float32)
    if channels > 1:
        colour += r.normal(0, r.choice([6, 25, 60]), channels)
    return colour.clip(0, 255).astype(np.float32)


def contrasting(r: Random, background: Picture, least: float) -> Picture:
    """Return a colour at least `least` grey levels away from the background's."""
    channels = len(background)
    for _ in range(20):
        colour = tone(r, channels)
        if abs(float(colour.mean() - background.mean())) >= least:
            return colour
        far = np.linalg.norm(colour - background) >= 2 * least
        if channels > 1 and r.random() < 0.5 and far:
            return colour
    return tone(r, channels, 0, 30) if background.mean() > 127 else tone(r, channels, 225, 255)


def paper(shape: Shape, channels: int, r: Random) -> Picture:
    """Return paper, a board or a screen, plain or grainy."""
    base = tone(r, channels, 150, 255) if r.random() < 0.65 else tone(r, channels)
    if r.random() < 0.4:
        base[:] = 255 if r.random() < 0.75 else 0
    picture = np.broadcast_to(base, (*shape, channels)).astype(np.float32)
    if r.random() < 0.12:  # stains, folds, texture
        rough = grain(r.normal(size=shape), r.uniform(1, 12))
        picture = picture + (rough * r.uniform(2, 14))[..., None].astype(np.float32)
    return picture


def grain(noise: NDArray[np.float64], sigma: float | tuple[float, float]) -> NDArray[np.float64]:
    """Return noise smoothed with a sigma in px, with a standard deviation of 1."""
    smooth = ndimage.gaussian_filter(noise, sigma)
    return smooth / smooth.std()


def spread(picture: Picture, area: Coverage, colour: Picture, share: float = 1.0) -> Picture:
    """Return the picture with a colour on an area, its opacity a share from 0 to 1."""
    return picture + (area * share)[..., None] * (colour - picture)


def places(shape: Shape) -> NDArray[np.float32]:
    """Return y and x of each pixel, (2, height, width), px."""
    return np.mgrid[: shape[0], : shape[1]].astype(np.float32)


def panel(shape: Shape, inside: Box, r: Random) -> Coverage:
    """Return the surroundings of a sheet or a screen that holds a box: 1 on the desk around it."""
    top, bottom, left, right = inside
    y, x = places(shape)
    edges = [
        y - top * r.uniform(-0.2, 0.95),
        bottom + (shape[0] - bottom) * r.uniform(0.05, 1.2) - y,
        x - left * r.uniform(-0.2, 0.95),
        right + (shape[1] - right) * r.uniform(0.05, 1.2) - x,
    ]
    count = 4 if r.random() < 0.6 else int(r.integers(1, 4))
    sheet = np.full(shape, 99.0, np.float32)
    for i in r.permutation(4)[:count]:
        tilt = r.normal(0, 0.04) * ((x - (left + right) / 2) if i < 2 else (y - (top + bottom) / 2))
        sheet = np.minimum(sheet, edges[i] + tilt)
    return 1 - np.clip(sheet + 0.5, 0, 1)


def band(shape: Shape, r: Random) -> Coverage:
    """Return a stripe across the picture, or a rectangle on it."""
    height, width = shape
    y, x = places(shape)
    if r.random() < 0.5:
        across, size = (y, height) if r.random() < 0.5 else (x, width)
        start = r.uniform(-0.2, 0.9) * size
        tilted = across + r.normal(0, 0.08) * (x + y)
        inside = np.minimum(tilted - start, start + size * r.uniform(0.08, 0.6) - tilted)
    else:
        h, w = height * r.uniform(0.1, 0.7), width * r.uniform(0.1, 0.7)
        top, left = r.uniform(0, height - h), r.uniform(0, width - w)
        down, across = np.minimum(y - top, top + h - y), np.minimum(x - left, left + w - x)
        inside = np.minimum(down, across)
    return np.clip(inside + 0.5, 0, 1)


def light(shape: Shape, r: Random) -> Coverage:
    """Return the brightness of each pixel, 1 without shadow: slopes, shadows, lamps, blinds."""
    height, width = shape
    y, x = places(shape)
    y, x = y / height - 0.5, x / width - 0.5
    angle = r.uniform(0, 2 * np.pi)
    along = np.cos(angle) * x + np.sin(angle) * y
    level = np.ones(shape, np.float32)
    kind = r.random()
    if kind < 0.6:
        level *= 1 - r.uniform(0, 0.6) * (along + 0.7) / 1.4
    if kind > 0.35:
        for _ in range(int(r.choice([1, 1, 2]))):  # the edges of shadows, sharp or soft
            turn = angle + r.uniform(-1.5, 1.5)
            edge = np.cos(turn) * x + np.sin(turn) * y - r.uniform(-0.4, 0.4)
            if r.random() < 0.3:  # round: a hand, a head, a torch
                edge = np.hypot(x - r.uniform(-0.5, 0.5), y - r.uniform(-0.5, 0.5))
                edge -= r.uniform(0.15, 0.6)
                edge *= r.choice([-1, 1])
            soft = r.choice([0.004, 0.02, r.uniform(0.02, 0.2)])
            level *= 1 - r.uniform(0.12, 0.6) / (1 + np.exp(np.clip(edge / soft, -30, 30)))
    if kind > 0.93:  # blinds
        dark = r.uniform(0.1, 0.45)
        level *= 1 - dark * (np.sin(along * r.uniform(20, 60)) > r.uniform(-0.6, 0.6))
    return level


def lit(picture: Picture, r: Random) -> Picture:
    """Return the picture under an uneven light, with glare or behind fog now and then."""
    height, width, channels = picture.shape
    shape, short = (height, width), min(height, width)
    if r.random() < 0.45:
        picture = picture * light(shape, r)[..., None]
    if r.random() < 0.08:
        y, x = places(shape)
        spot = np.hypot((x - r.uniform(0, width)) * r.uniform(0.5, 1.5), y - r.uniform(0, height))
        glare = np.exp(-((spot / (short * r.uniform(0.08, 0.5))) ** 2))
        picture = spread(picture, glare, np.full(channels, 255, np.float32), r.uniform(0.3, 0.85))
    if r.random() < 0.06:
        clouds = grain(r.normal(size=shape), short * r.uniform(0.05, 0.3))
        fog = np.clip(0.5 + 0.25 * clouds, 0, 1).astype(np.float32)
        picture = spread(picture, fog, tone(r, channels, 120, 255), r.uniform(0.3, 0.75))
    return picture


def taken(picture: Picture, r: Random) -> NDArray[np.uint8]:
    """Return what a camera or a scanner makes of the picture: blur, noise, JPEG."""
    shape = picture.shape[:2]
    if r.random() < 0.4:
        slight = r.random() < 0.8
        sigma = r.uniform(0.3, 1.2) if slight else min(shape) * r.uniform(0.005, 0.02)
        picture = ndimage.gaussian_filter(picture, (sigma, sigma, 0))
    if r.random() < 0.45:
        level = r.uniform(1, 8) if r.random() < 0.8 else r.uniform(8, 40)
        noise = r.standard_normal(shape if r.random() < 0.5 else picture.shape, np.float32)
        picture = picture + level * noise.reshape(*shape, -1)
    if r.random() < 0.05:
        dirt = r.random(shape) < r.uniform(0.001, 0.05)
        picture = np.where(dirt[..., None], r.choice([0, 255]), picture)
    pixels = np.clip(picture, 0, 255).astype(np.uint8)
    if r.random() < 0.25:
        jpeg = compressed(Image.fromarray(pixels.squeeze()), int(r.integers(25, 95)))
        pixels = np.asarray(jpeg).reshape(pixels.shape)
    return pixels


def png(picture: Picture) -> bytes:
    """Return a picture of one channel, rounded to whole levels, as a PNG file."""
    levels = np.rint(picture).clip(0, 255).astype(np.uint8)
    return encode(Image.fromarray(levels.squeeze(axis=2)))


def faded(ink: Coverage, r: Random) -> Coverage:
    """Return ink that is paler towards one side, in one half, or where the pen ran dry."""
    kind = r.random()
    height, width = ink.shape
    y, x = places(ink.shape)
    angle = r.uniform(0, 2 * np.pi)
    along = (np.cos(angle) * (x / width - 0.5) + np.sin(angle) * (y / height - 0.5)) / 1.2 + 0.5
    if kind < 0.35:
        return ink * np.clip(1 - along * r.uniform(0.4, 0.85), 0.15, 1)
    if kind < 0.75:
        kept = np.where(along < r.uniform(0.3, 0.7), 1, r.uniform(0.12, 0.7))
        return ink * kept.astype(np.float32)
    return dry(ink, r, (0.5, 2.5), (0.1, 0.4))


def broken(ink: Coverage, r: Random) -> Coverage:
    """Return ink with gaps across it, as in dashes or dots, or as left by scanning."""
    height, width = ink.shape
    long = max(ink.shape)
    y, x = places(ink.shape)
    if r.random() < 0.4:
        for _ in range(int(r.integers(1, 4))):
            angle = np.pi / 2 + r.normal(0, 0.15) if r.random() < 0.5 else r.uniform(0, np.pi)
            across = np.cos(angle) * (x - r.uniform(0.1, 0.9) * width)
            away = across + np.sin(angle) * (y - r.uniform(0.1, 0.9) * height)
            ink = np.where(np.abs(away) < long * r.uniform(0.015, 0.07), 0, ink)
        return ink.astype(np.float32)
    pitch = long * r.uniform(0.06, 0.2)
    gaps = np.mod(y + x * r.uniform(-1, 1), pitch) < pitch * r.uniform(0.15, 0.45)
    return ink * (1 - gaps.astype(np.float32))


def hollow(ink: Coverage, r: Random) -> Coverage:
    """Return only the outline of ink."""
    size = max(1, round(max(ink.shape) * r.uniform(0.02, 0.06)))
    grown = ndimage.grey_dilation(np.pad(ink, size), size=2 * size + 1)
    return np.clip(grown - ndimage.grey_erosion(grown, size=2 * max(1, size // 2) + 1), 0, 1)
