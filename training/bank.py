"""The bank: many distorted copies of all the frames, each with what its teachers say of it.

A teacher costs a hundred times what the student costs, so it is asked once a copy and the student
goes over the bank many times.
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from digitrec.deskew import deskew
from training.distort import distort
from training.pools import NOTHING, Pool
from training.teachers import teach

COPIES = 24
STRENGTHS = (1.0, 0.7, 1.15, 0.4)  # of the distortion of MNIST's frames, in turn
MILD = 0.5  # strength for frames that are varied already
# Frames a copy, beside all of MNIST's, drawn by lot from pools that are larger:
REDRAWN, STYLED, NONSENSE = 14_000, 24_000, 12_000
SURE = 0.97  # probability that the target of a digit drawn by program gives to that digit
TRUST = 0.5  # in the teachers where their label is at hand: they never saw the thickest pens


class Copy(NamedTuple):
    """`frames` (n, 784) uint8; `targets` (n, 10) float16 log-probabilities."""

    frames: NDArray[np.uint8]
    targets: NDArray[np.float16]


def strength(number: int) -> float:
    """Return how strongly copy `number` of the bank distorts MNIST's frames."""
    return STRENGTHS[number % len(STRENGTHS)]


def make_copy(
    number: int,
    *,
    mnist: Pool,
    redrawn: Pool,
    styled: Pool,
    nonsense: Pool,
    teachers: Sequence[nn.Module],
    device: torch.device,
) -> Copy:
    """Return copy `number` of the bank: the same whenever it is asked for."""
    lots = np.random.default_rng(number)
    random = torch.Generator(device).manual_seed(number)
    frames, targets = [], []
    for pool, count, strong, trust in (
        (mnist, len(mnist.labels), strength(number), 1.0),
        (redrawn, REDRAWN, MILD, TRUST),
        (styled, STYLED, MILD, 0.0),  # MNIST's teachers haven't seen these
        (nonsense, NONSENSE, MILD, 0.0),
    ):
        chosen = lots.permutation(len(pool.labels))[:count]
        originals = torch.from_numpy(pool.frames[chosen]).to(device)
        copies = torch.cat(
            [distort(part[:, None].float() / 255, random, strong) for part in originals.split(2048)]
        )
        copies = (copies * 255).round() / 255  # what is stored is what the teachers see
        labels = torch.from_numpy(pool.labels[chosen]).to(device).long()
        targets.append(_targets(teachers, copies, labels, trust))
        frames.append(np.rint(deskew(copies[:, 0].cpu().numpy()) * 255).astype(np.uint8))
    return Copy(
        np.concatenate(frames).reshape(-1, 784),
        torch.cat(targets).cpu().numpy().astype(np.float16),
    )


def _targets(
    teachers: Sequence[nn.Module], copies: torch.Tensor, labels: torch.Tensor, trust: float
) -> torch.Tensor:
    """Return log-probabilities: `trust` parts of the teachers' and the rest of the label's."""
    if trust == 0:
        return _by_label(labels)
    taught = teach(teachers, copies)
    if trust == 1:
        return taught
    return torch.logaddexp(taught + math.log(trust), _by_label(labels) + math.log(1 - trust))


def _by_label(labels: torch.Tensor) -> torch.Tensor:
    """Return log-probabilities: nearly sure of a digit, flat for what is none."""
    rest = (1 - SURE) / 9
    table = torch.full((11, 10), rest, device=labels.device)
    table[torch.arange(10), torch.arange(10)] = SURE
    table[NOTHING] = 0.1
    return table.log()[labels]


def save(copy: Copy, path: Path) -> None:
    """Write a copy; a half-written one is never taken for whole."""
    partial = path.with_suffix(".part")
    with partial.open("wb") as file:
        np.savez(file, **copy._asdict())
    partial.replace(path)


def load(path: Path) -> Copy:
    """Return a copy that `save` wrote."""
    with np.load(path) as arrays:
        return Copy(arrays["frames"], arrays["targets"])
