"""Cold starts: a fresh process, from the first import to the first answer, and its memory."""

import json
import subprocess
from pathlib import Path
from typing import NamedTuple

from benchmarks import ROOT, environments
from benchmarks.peers import Peer

# VmHWM, not ru_maxrss: a process inherits the latter from the one that started it.
FRESH = """
import json, sys, time
event = json.load(open(sys.argv[2]))
began = time.perf_counter()
import importlib
answer = importlib.import_module(sys.argv[1]).handler(event, None)
took = time.perf_counter() - began
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([took * 1000, int(peak.split()[1]) * 1024, answer["body"]]))
"""


class Start(NamedTuple):
    """A cold start: its milliseconds, and the bytes of memory that it needed at most."""

    milliseconds: float
    memory: int


def start(peer: Peer, event: Path, digit: int) -> Start:
    """Start a peer on an event, hold its answer against the right one, and return what it took."""
    completed = subprocess.run(
        [environments.python(peer.environment), "-c", FRESH, peer.module, event],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        env=environments.variables(),
    )
    milliseconds, memory, body = json.loads(completed.stdout)
    if json.loads(body) != {"digit": digit}:
        raise AssertionError(f"{peer.title} answered {body}")
    return Start(milliseconds, memory)
