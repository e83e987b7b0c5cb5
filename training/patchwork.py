"""Frames put together from parts of others: they have no label, so a teacher labels them.

No program can draw and label what lies between digits and nonsense. A student follows its teacher
there only if it is trained there (function matching, Beyer et al. 2022).
"""

import math

import numpy as np
import torch

from digitrec.classify.align import FRAME
from digitrec.classify.normalize import BOX
from training.distort import affine
from training.pools import NOTHING, Pool

CHUNK = 4096  # frames at a time
OFF_CENTRE = 3.0  # px: standard deviation of a cut's distance from the middle
STRETCH = 0.25  # standard deviation of the logarithm of a turned frame's size, each axis
LEAST_INK = 12.0  # px of ink: a frame with less is left out
EDGE = 0.25  # threshold above which a pixel counts as ink for the bounding box


def make(pools: list[Pool], count: int, seed: int) -> Pool:
    """Return frames made from those of the pools, labelled NOTHING since they have no label.

    A quarter each: two frames' halves along a cut (CutMix, Yun et al. 2019); one half alone; one
    frame laid over another; one turned by any angle and stretched. Then placed as MNIST's are.
    """
    frames = torch.from_numpy(np.concatenate([pool.frames for pool in pools]))
    random = torch.Generator().manual_seed(seed)
    made: list[torch.Tensor] = []
    while sum(map(len, made)) < count:
        chosen = torch.randint(len(frames), (2, CHUNK), generator=random)
        one, other = frames[chosen][:, :, None].float() / 255
        some = _put_together(one, other, random)
        some = _boxed(some[some.sum((1, 2, 3)) >= LEAST_INK])
        made.append((some[:, 0] * 255).round().byte())
    return Pool(torch.cat(made)[:count].numpy(), np.full(count, NOTHING, np.uint8))


def _put_together(one: torch.Tensor, other: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Combine two batches of (n, 1, 28, 28) frames in the four ways, in turn."""
    count = len(one)
    angle = torch.rand(count, generator=random) * 2 * math.pi
    cos, sin = angle.cos(), angle.sin()
    axis = torch.arange(FRAME) - (FRAME - 1) / 2
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    away = cos[:, None, None] * x + sin[:, None, None] * y
    cut = OFF_CENTRE * torch.randn(count, 1, 1, generator=random)
    side = (away > cut)[:, None]

    size = 0.8 + 0.8 * torch.rand(count, 1, 1, generator=random)  # from less than it to half of it
    matrix = size * torch.eye(2) + 0.1 * torch.randn(count, 2, 2, generator=random)
    laid = affine(other, matrix, 0.5 * torch.randn(count, 2, 1, generator=random))

    turn = torch.stack([torch.stack([cos, -sin], 1), torch.stack([sin, cos], 1)], 1)
    stretch = (STRETCH * torch.randn(count, 2, 1, generator=random)).exp()
    turned = affine(one, turn * stretch, torch.zeros(count, 2, 1))

    nothing = torch.zeros(())
    ways = [
        torch.where(side, one, other),
        torch.where(side, one, nothing),
        torch.maximum(one, laid),
        turned,
    ]
    return torch.cat([made[way :: len(ways)] for way, made in enumerate(ways)])


def _boxed(frames: torch.Tensor) -> torch.Tensor:
    """Return the frames with the box around their ink in the middle, its longer side 20 px."""
    ink = frames[:, 0] > EDGE
    (left, right), (top, bottom) = _ends(ink.any(1)), _ends(ink.any(2))
    size = torch.maximum(right - left, bottom - top).clamp_min(4) / BOX
    middle = torch.stack([left + right, top + bottom], 1) / FRAME - 1
    return affine(frames, size[:, None, None] * torch.eye(2), middle[:, :, None])


def _ends(lines: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return where the true ones of each row of (n, 28) begin and end."""
    places = torch.arange(FRAME)
    first = torch.where(lines, places, FRAME).amin(1)
    return first.float(), torch.where(lines, places + 1, 0).amax(1).float()
