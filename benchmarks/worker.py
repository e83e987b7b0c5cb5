"""python -m benchmarks.worker MODULE:FUNCTION EVENT...: a cold start, its memory, warm requests.

The times are the processor's, of all threads together: other programs add little to them.
"""

import importlib
import json
import sys
import time
import timeit
from collections.abc import Callable
from functools import partial
from pathlib import Path

BUDGET = 0.4  # seconds for the calls of one request
FEWEST, MOST = 5, 200  # calls


def main(entry: str, first: str, *others: str) -> None:
    """Print, as JSON, what was answered and measured.

    Parameters
    ----------
    entry
        The function that answers an event, as "handler:handler".
    first, others
        The events' files.
    """
    module, function = entry.split(":")
    event = json.loads(Path(first).read_text())
    began = time.process_time()
    handler = getattr(importlib.import_module(module), function)
    answer = handler(event, None)
    cold = time.process_time() - began
    memory = peak()
    answers, warm = [answer], [quickest(partial(handler, event, None))]
    for file in others:
        event = json.loads(Path(file).read_text())
        answers.append(handler(event, None))
        warm.append(quickest(partial(handler, event, None)))
    print(json.dumps({"answers": answers, "cold": 1000 * cold, "memory": memory, "warm": warm}))
    probabilities = getattr(sys.modules[module], "probabilities", None)
    if probabilities is not None:  # imported last: a cold start would pay for it
        importlib.import_module("benchmarks.parts").compare(probabilities)


def peak() -> float:
    """Return the most memory that this process ever held, MB."""
    # Not getrusage's ru_maxrss: a process inherits that from the one that started it.
    lines = Path("/proc/self/status").read_text().splitlines()
    [peak] = [line.split()[1] for line in lines if line.startswith("VmHWM")]
    return int(peak) * 1024 / 1e6


def quickest(call: Callable[[], object]) -> float:
    """Return the milliseconds of the quickest of many calls."""
    timer = timeit.Timer(call, timer=time.process_time)
    calls = round(BUDGET / timer.timeit(1))
    return 1000 * min(timer.repeat(min(max(calls, FEWEST), MOST), 1))


if __name__ == "__main__":
    main(*sys.argv[1:])
