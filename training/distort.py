"""Distorted copies of 28x28 frames: the variation of handwriting, with unchanged labels."""

import math

import torch
from torch.nn.functional import affine_grid, grid_sample, interpolate, max_pool2d

# Rotation, shear, scale and elastic distortion after Simard et al. 2003 and Ciresan et al. 2010.
ROTATION = math.radians(12)  # at most, either way
SHEAR = 0.25  # at most, px sideways per px down
SCALE = 0.15  # at most, each axis on its own, as a part of the size
SHIFT = 1.5  # px at most, each axis
ELASTIC = 1.1  # px: standard deviation of the displacement, at most
ELASTIC_NODES = 6  # control points a side: about the smoothness of Simard's sigma 4
STROKE = 0.6  # part of a one-pixel dilation or erosion, at most
STROKE_SHARE = 0.5  # of the frames have their stroke width changed


def distort(frames: torch.Tensor, random: torch.Generator, strength: float = 1.0) -> torch.Tensor:
    """Return one randomly distorted copy of each frame.

    Parameters
    ----------
    frames
        (n, 1, 28, 28) float32, ink 1 on background 0.
    random
        Where the random numbers come from.
    strength
        Factor on every bound above; 0 returns the frames unchanged.

    Returns
    -------
    (n, 1, 28, 28) float32, in 0..1.
    """
    count, _, height, width = frames.shape
    device = frames.device

    def uniform(*shape: int) -> torch.Tensor:
        return (torch.rand(*shape, generator=random, device=device) * 2 - 1) * strength

    angle = uniform(count) * ROTATION
    shear = uniform(count) * SHEAR
    scale_x, scale_y = 1 + uniform(2, count) * SCALE
    cos, sin = torch.cos(angle), torch.sin(angle)
    # grid_sample asks, for each pixel of the result, where it comes from.
    across = torch.stack([cos, shear * cos - sin], 1) / scale_x[:, None]
    down = torch.stack([sin, shear * sin + cos], 1) / scale_y[:, None]
    matrix = torch.stack([across, down], 1)
    axis = (torch.arange(width, device=device) + 0.5) * 2 / width - 1
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    places = torch.stack([x, y], -1).reshape(1, -1, 2) @ matrix.transpose(1, 2)
    pixel = 2 / width  # grid_sample counts from -1 to 1
    places = places + uniform(count, 1, 2) * SHIFT * pixel
    amount = torch.rand(count, 1, 1, 1, generator=random, device=device)
    amount = amount * ELASTIC * strength * pixel
    nodes = torch.randn(count, 2, ELASTIC_NODES, ELASTIC_NODES, generator=random, device=device)
    wobble = interpolate(nodes * amount, size=(height, width), mode="bicubic", align_corners=True)
    grid = places.reshape(count, height, width, 2) + wobble.permute(0, 2, 3, 1)
    moved = grid_sample(frames, grid, mode="bicubic", align_corners=False).clamp_(0, 1)
    return _change_stroke(moved, uniform(count, 1, 1, 1) * STROKE, random)


def affine(frames: torch.Tensor, matrix: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
    """Return (n, 1, 28, 28) frames, resampled by an affine map.

    Parameters
    ----------
    frames
        (n, 1, 28, 28) float32.
    matrix, places
        (n, 2, 2) and (n, 2, 1): a pixel comes from `matrix` times its own place, plus `places`;
        both x first, from -1 to 1 across the frame.
    """
    grid = affine_grid(torch.cat([matrix, places], 2), list(frames.shape), align_corners=False)
    return grid_sample(frames, grid, align_corners=False)


def _change_stroke(
    frames: torch.Tensor, amount: torch.Tensor, random: torch.Generator
) -> torch.Tensor:
    """Thicken (amount > 0) or thin (amount < 0) the strokes of a share of the frames."""
    chosen = torch.rand(amount.shape, generator=random, device=frames.device) < STROKE_SHARE
    thick = max_pool2d(frames, 3, stride=1, padding=1)
    thin = -max_pool2d(-frames, 3, stride=1, padding=1)
    target = torch.where(amount > 0, thick, thin)
    changed = torch.lerp(frames, target, amount.abs() * chosen)
    # A thin pen is not a faint one: keep the ink as black as before.
    before, after = frames.amax((1, 2, 3), keepdim=True), changed.amax((1, 2, 3), keepdim=True)
    return (changed * (before / after.clamp_min(0.2))).clamp_(0, 1)
