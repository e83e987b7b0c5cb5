"""Arrays that are made in parts on all cores."""

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from training.styles import Random


def make(
    part: Callable[[Any, Random], Iterable[NDArray[Any]]], jobs: Sequence[Any], seed: int, name: str
) -> list[NDArray[Any]]:
    """Return the arrays that `part` returns for each job, joined.

    Each job has its own random numbers, whichever process runs it. `name` is shown.
    """
    seeds = np.random.SeedSequence(seed).spawn(len(jobs))
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        done = workers.map(part, jobs, [np.random.default_rng(s) for s in seeds])
        parts = list(tqdm(done, name, len(jobs), mininterval=5))
    return [np.concatenate(arrays) for arrays in zip(*parts, strict=True)]
