"""Warm processes, one a peer, which time their own calls when they are asked to."""

import json
import subprocess
from pathlib import Path
from typing import Any, Self

from benchmarks import ROOT, environments
from benchmarks.peers import Peer


class Worker:
    """The process of one peer; a context manager, which ends it.

    Parameters
    ----------
    peer
        Whose environment it runs in.
    """

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._process = subprocess.Popen(
            [environments.python(peer.environment), "-m", "benchmarks.worker", peer.module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
            env=environments.variables(),
        )

    def ask(self, event: Path, door: str, calls: int = 0) -> Any:
        """Return the milliseconds of so many calls; of none, what one returns."""
        question = {"event": str(event), "door": door, "calls": calls}
        assert self._process.stdin  # noqa: S101 # a pipe, as asked for
        assert self._process.stdout  # noqa: S101
        print(json.dumps(question), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._peer.title} failed at {question}")
        return json.loads(line)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()
