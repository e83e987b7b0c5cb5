"""Batches to results, in order, in several processes."""

import itertools
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any

# A fork starts at once and shares the model; outside Linux, system libraries don't support it.
METHOD = "fork" if sys.platform == "linux" else "spawn"
MOST = 61  # processes: the most that Windows can wait for
AHEAD = 3  # batches a process may be ahead of what has been used, so that memory stays bounded

_work: dict[str, Callable[[Any], list[Any]]] = {}  # of a started process


def in_order(
    work: Callable[[Any], list[Any]], batches: Iterable[Any], jobs: int
) -> Generator[Any, None, None]:
    """Yield the results of each batch, in order, from at most `jobs` processes.

    Parameters
    ----------
    work
        Returns a batch's results. Each process has a copy of it.
    batches
        Taken as they are needed.
    jobs
        The most processes; no more are started than there are batches, and none for a single one.
    """
    waiting = iter(batches)
    first = list(itertools.islice(waiting, min(jobs, MOST)))
    every = itertools.chain(first, waiting)
    if len(first) <= 1:
        for batch in every:
            yield from work(batch)
        return
    pool = ProcessPoolExecutor(
        len(first), multiprocessing.get_context(METHOD), initializer=start, initargs=(work,)
    )
    started: deque[Future[list[Any]]] = deque()
    try:
        for batch in every:
            started.append(_submitted(pool, batch))
            if len(started) > AHEAD * len(first):
                yield from started.popleft().result()
        while started:
            yield from started.popleft().result()
    except BaseException:  # Ctrl-C, or the results are no longer wanted
        for process in multiprocessing.active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def start(work: Callable[[Any], list[Any]]) -> None:
    """Prepare a process: it leaves Ctrl-C to its parent, and ends when that does."""
    _work["work"] = work
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with, args=(multiprocessing.parent_process(),), daemon=True).start()


def end_with(parent: Any) -> None:
    """Wait for the end of the parent, then end this process."""
    parent.join()
    os._exit(1)


def run(batch: Any) -> list[Any]:
    """Return a batch's results, in a process that `start` prepared."""
    return _work["work"](batch)


def _submitted(pool: ProcessPoolExecutor, batch: Any) -> Future[list[Any]]:
    # A process inherits this until `start`: Ctrl-C must not print its traceback. Here, it waits.
    waiting: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _: waiting.append(number))
    try:
        return pool.submit(run, batch)
    finally:
        signal.signal(signal.SIGINT, handler)
        for number in waiting:
            signal.raise_signal(number)
