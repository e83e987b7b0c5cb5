"""What teachers and student learn: MNIST, digits drawn again, styles, and nonsense.

The bank is many distorted copies of all the frames, each with its teachers' predictions: a teacher
costs many times as much as the student, so it is run once per copy, and the student goes over the
bank many times. It alone also learns frames without a label, from a teacher's predictions.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from training.distort import distort
from training.pools import NOTHING, Pool, aligned

COPIES = 24
STRENGTHS = (1.0, 0.7, 1.15, 0.4)  # of the distortion of MNIST's frames, in turn
MILD = 0.5  # strength of the distortion of frames that are varied already
STRONG = 1.15  # of MNIST's: a teacher must know the copies that its student will meet
# Probability that the target of a digit drawn by program gives to that digit. About as much as
# teachers give to a plain digit of MNIST's: with 0.97, softened by the student's temperature, the
# targets of similar frames contradicted each other.
SURE = 0.9995
TRUST = 0.5  # in the generalist, for MNIST's digits drawn again
# Frames in addition to all of MNIST's, drawn at random from larger pools:
REDRAWN, STYLED, NONSENSE, PATCHWORK, FIGURES = 40_000, 40_000, 24_000, 20_000, 20_000


class Part(NamedTuple):
    """One pool's share of the mixture.

    Attributes
    ----------
    pool
        The pool from which frames are drawn at random.
    size
        The number of frames.
    strength
        The strength of their distortion, as in `training.distort`.
    sure
        The probability that the target of a frame gives to its label. A frame that is not a digit
        always has a flat target.
    trust
        The share of a teacher's prediction in the student's target; the rest is the label's.
    """

    pool: Pool
    size: int
    strength: float
    sure: float
    trust: float = 0.0


class Mixed(NamedTuple):
    """`frames` (n, 1, 28, 28) uint8, placed but not aligned; `targets` (n, 10) float32."""

    frames: torch.Tensor
    targets: torch.Tensor


def parts(*, mnist: Pool, redrawn: Pool, styled: Pool, nonsense: Pool) -> list[Part]:
    """Return the parts of the mixture, MNIST's the first.

    A style's label is certain, but teachers, which began with MNIST, take many a flagged 1 for a 7.
    """
    return [
        Part(mnist, len(mnist.labels), STRONG, 1.0, trust=1.0),
        Part(redrawn, REDRAWN, MILD, SURE, trust=TRUST),
        Part(styled, STYLED, MILD, SURE),
        Part(nonsense, NONSENSE, MILD, SURE),
    ]


def unlabelled(*, patchwork: Pool, figures: Pool) -> list[Part]:
    """Return the parts without labels: only the student learns them, from a teacher."""
    return [
        Part(patchwork, PATCHWORK, 1.0, SURE, trust=1.0),
        Part(figures, FIGURES, 1.0, SURE, trust=1.0),
    ]


def mix(part: Part, lots: np.random.Generator, random: torch.Generator) -> Mixed:
    """Return freshly distorted copies of frames drawn at random, on the device of `random`."""
    chosen = lots.permutation(len(part.pool.labels))[: part.size]
    originals = torch.from_numpy(part.pool.frames[chosen]).to(random.device)
    copies = [
        (distort(some[:, None].float() / 255, random, part.strength) * 255).round().byte()
        for some in originals.split(2048)
    ]
    labels = torch.from_numpy(part.pool.labels[chosen]).to(random.device).long()
    return Mixed(torch.cat(copies), targets(labels, part.sure))


def mix_all(parts: Sequence[Part], lots: np.random.Generator, random: torch.Generator) -> Mixed:
    """Return what `mix` makes of each part, one after the other."""
    mixed = [mix(part, lots, random) for part in parts]
    return Mixed(torch.cat([m.frames for m in mixed]), torch.cat([m.targets for m in mixed]))


def targets(labels: torch.Tensor, sure: float) -> torch.Tensor:
    """Return probabilities, (n, 10): `sure` for the label's digit, flat for no digit."""
    table = torch.full((NOTHING + 1, 10), (1 - sure) / 9, device=labels.device)
    table[torch.arange(10), torch.arange(10)] = sure
    table[NOTHING] = 0.1
    return table[labels]


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
        np.rint(aligned(placed) * 255).astype(np.uint8).reshape(-1, 784),
        torch.cat(said).cpu().numpy().astype(np.float16),
    )


def _told(mixed: Mixed, trust: float, teacher: nn.Module) -> torch.Tensor:
    """Return log-probabilities: `trust` parts of the teacher's and the rest of the label's."""
    labels = mixed.targets.log()
    if trust == 0:  # skips the teacher, which takes a while
        return labels
    shares = torch.tensor([trust, 1 - trust], device=labels.device).log()
    return torch.logaddexp(teach(teacher, mixed.frames) + shares[0], labels + shares[1])


@torch.inference_mode()
def teach(teacher: nn.Module, frames: torch.Tensor) -> torch.Tensor:
    """Return a teacher's (n, 10) log-probabilities for frames, (n, 1, 28, 28) uint8."""
    answers = []
    for batch in (some.float() / 255 for some in frames.split(1024)):
        with torch.autocast(frames.device.type, torch.bfloat16):
            logits = teacher(batch.to(memory_format=torch.channels_last))
        answers.append(logits.float().log_softmax(1))
    return torch.cat(answers)
