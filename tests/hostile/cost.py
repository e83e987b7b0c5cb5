"""What a call costs: the memory at its peak above idle, and the processor time."""

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from typing import NamedTuple

# What goes off all the same is to end its own process, not the machine.
MOST = {resource.RLIMIT_CPU: 20, resource.RLIMIT_DATA: 4_000_000_000}  # seconds, bytes

MAX_RSS_BYTES = 1 if sys.platform == "darwin" else 1024  # the unit of ru_maxrss


class Bound(NamedTuple):
    """What something may cost at most: bytes above idle, and seconds of processor time."""

    peak: int
    seconds: float


MODEL = Bound(100_000_000, 1.0)  # to read or refuse a model file of at most 16 MB
REQUEST = Bound(256_000_000, 2.0)  # to answer any one request


class Cost(NamedTuple):
    """Of one call: bytes above idle, seconds of processor time, and what it answered."""

    peak: int
    seconds: float
    answer: str


def of(call: Callable[[], str]) -> Cost:
    """Make a call in a process of its own, which begins as a copy of this one.

    A copy's peak begins with the copy, at what this process holds now: idle, all modules loaded.
    The seconds are the process's own, so that a busy machine does not count.
    """
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        sys.settrace(None)  # to count the lines that are covered takes longer than the lines
        for what, most in MOST.items():
            resource.setrlimit(what, (most, most))
        try:
            idle = _peak()
            start = time.process_time()
            answer = call()
            seconds = time.process_time() - start
            os.write(send, json.dumps([_peak() - idle, seconds, answer[:200]]).encode())
        finally:
            os._exit(0)
    os.close(send)
    with os.fdopen(receive) as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    if not told:
        raise RuntimeError(f"the process ended with status {status} and without an answer")
    return Cost(*json.loads(told))


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAX_RSS_BYTES
