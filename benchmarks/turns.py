"""Calls timed in turn, so that a busy moment of the machine is shared by all of them."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple


class Times(NamedTuple):
    """Milliseconds of many calls: the quickest, the median, the slowest."""

    quickest: float
    median: float
    slowest: float


def in_turn(calls: Mapping[str, Callable[[], object]], rounds: int = 200) -> dict[str, Times]:
    """Return what each of the calls takes, A B C A B C and so on.

    The time is the processor's, of this process, its threads together: a busy machine takes nothing
    from it. Ratios are best taken between the quickest: what other programs add is no part of any.

    Parameters
    ----------
    calls
        By name; each is called once beforehand.
    rounds
        How often each is called and timed.
    """
    for call in calls.values():
        call()
    took: dict[str, list[float]] = {name: [] for name in calls}
    collecting = gc.isenabled()
    gc.disable()  # as timeit does: a collection would fall on one of them by chance
    try:
        for _ in range(rounds):
            for name, call in calls.items():
                began = time.process_time()
                call()
                took[name].append((time.process_time() - began) * 1000)
    finally:
        if collecting:
            gc.enable()
    return {name: Times(min(t), statistics.median(t), max(t)) for name, t in took.items()}
