"""The bank: many distorted copies of all the frames, each with its teachers' predictions.

A teacher costs many times as much as the student, so it is run once per copy, and the student goes
over the bank many times.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from training import pools
from training.mixture import Mixed, Part, mix
from training.teachers import teach

COPIES = 24
STRENGTHS = (1.0, 0.7, 1.15, 0.4)  # of the distortion of MNIST's frames, in turn


class Copy(NamedTuple):
    """`frames` (n, 784) uint8, aligned; `targets` (n, 10) float16 log-probabilities."""

    frames: NDArray[np.uint8]
    targets: NDArray[np.float16]


def make_copy(
    number: int,
    parts: Sequence[Part],
    specialists: Sequence[nn.Module],
    generalist: nn.Module,
    device: torch.device,
) -> Copy:
    """Return copy `number` of the bank, the same at each call.

    Parameters
    ----------
    number
        Counted from 0.
    parts
        The parts of the mixture, MNIST's first.
    specialists
        Teachers trained on MNIST alone. They take turns on it, one per copy: over the copies, the
        student learns their mean.
    generalist
        The teacher trained on all parts. It is used for the others, where it is trusted.
    device
        Where the teachers are.
    """
    lots = np.random.default_rng(number)
    random = torch.Generator(device).manual_seed(number)
    turn, step = divmod(number, len(STRENGTHS))
    mnist, *drawn = parts
    parts = [mnist._replace(strength=STRENGTHS[step]), *drawn]
    asked = [specialists[turn % len(specialists)], *[generalist] * len(drawn)]
    mixed = [mix(part, lots, random) for part in parts]
    said = [_told(*of) for of in zip(mixed, [part.trust for part in parts], asked, strict=True)]
    placed = torch.cat([part.frames for part in mixed])[:, 0].cpu().numpy()
    return Copy(
        np.rint(pools.aligned(placed) * 255).astype(np.uint8).reshape(-1, 784),
        torch.cat(said).cpu().numpy().astype(np.float16),
    )


def _told(mixed: Mixed, trust: float, teacher: nn.Module) -> torch.Tensor:
    """Return log-probabilities: `trust` parts of the teacher's and the rest of the label's."""
    labels = mixed.targets.log()
    if trust == 0:  # skips the teacher, which takes a while
        return labels
    shares = torch.tensor([trust, 1 - trust], device=labels.device).log()
    return torch.logaddexp(teach(teacher, mixed.frames) + shares[0], labels + shares[1])
