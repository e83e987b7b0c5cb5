"""python -m benchmarks.worker MODULE:FUNCTION: a cold start, its memory, warm requests.

Reads events, one a line, and answers each with a line. The times are the processor's, of all
threads together: other programs add little to them.
"""

import json
import os
import pkgutil
import subprocess
import sys
import time
import timeit
from collections.abc import Callable
from functools import partial
from pathlib import Path

BUDGET = 0.4  # seconds for the calls of one request
FEWEST, MOST = 5, 200  # calls
CALLS = 50  # whose instructions are counted


def main(entry: str) -> None:
    """Print, as JSON, what each event is answered, and what was measured; the first starts cold.

    Parameters
    ----------
    entry
        The function that answers an event, as "handler:handler".
    """
    for line in sys.stdin:
        event = json.loads(line)
        began = time.process_time()
        handler = pkgutil.resolve_name(entry)
        answer = handler(event, None)
        first = 1000 * (time.process_time() - began)
        memory = peak()
        warm = quickest(partial(handler, event, None))
        print(json.dumps({"answer": answer, "first": first, "memory": memory, "warm": warm}))


def count(entry: str) -> None:
    """Let callgrind count the instructions of calls, between two calls of getppid."""
    handler = pkgutil.resolve_name(entry)
    event = json.loads(sys.stdin.readline())
    handler(event, None)
    # Only now: to count what an import takes would last minutes.
    begin = ["callgrind_control", "--instr=on", str(os.getpid())]
    subprocess.run(begin, check=True, stdout=subprocess.DEVNULL)
    os.getppid()
    for _ in range(CALLS):
        handler(event, None)
    os.getppid()


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
