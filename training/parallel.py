"""Arrays that are made in parts on all cores."""

import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm.contrib.concurrent import process_map

from training.styles import Random


def make(
    part: Callable[[Any, Random], Iterable[NDArray[Any]]], jobs: Sequence[Any], seed: int, name: str
) -> list[NDArray[Any]]:
    """Return the arrays that `part` returns for each job, joined.

    Each job has its own random numbers, whichever process runs it. `name` is shown.
    """
    seeds = np.random.SeedSequence(seed).spawn(len(jobs))
    randoms = [np.random.default_rng(s) for s in seeds]
    workers = os.cpu_count()
    parts = process_map(part, jobs, randoms, max_workers=workers, desc=name, mininterval=5)
    return [np.concatenate(arrays) for arrays in zip(*parts, strict=True)]
