"""command/processes.py: what happens inside a process that reads."""

import itertools
import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest

from digitrec.command import processes


def doubled(batch: list[int]) -> list[int]:
    return [2 * i for i in batch]


class Parent:
    """A parent that has ended."""

    def join(self) -> None:
        pass


def test_a_process_works_leaves_ctrl_c_to_its_parent_and_ends_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signals: list[tuple[Any, ...]] = []
    ends: list[int] = []
    monkeypatch.setattr(signal, "signal", lambda *pair: signals.append(pair))
    monkeypatch.setattr(os, "_exit", ends.append)
    monkeypatch.setattr(multiprocessing, "parent_process", Parent)
    monkeypatch.setattr(processes, "_work", {})
    others = set(threading.enumerate())
    processes.start(doubled)
    for thread in set(threading.enumerate()) - others:
        thread.join()
    assert processes.run([1, 2]) == [2, 4]
    assert signals == [(signal.SIGINT, signal.SIG_IGN)]
    assert ends == [1]


def test_ctrl_c_is_not_lost_while_a_batch_is_handed_to_a_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    submit = ProcessPoolExecutor.submit

    def interrupted(pool: ProcessPoolExecutor, *arguments: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        return submit(pool, *arguments)

    monkeypatch.setattr(ProcessPoolExecutor, "submit", interrupted)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            list(processes.in_order(doubled, [[1], [2]], 2))
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_batches_are_taken_as_they_are_needed() -> None:
    taken = itertools.count()
    batches = ([next(taken)] for _ in itertools.count())
    results = processes.in_order(doubled, batches, 2)
    assert [next(results) for _ in range(20)] == list(range(0, 40, 2))
    results.close()
    assert next(taken) < 20 + 2 * processes.AHEAD + 2
