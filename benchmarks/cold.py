"""python -m benchmarks.cold: a cold start of the built zip, against the least it could take."""

import argparse
import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks import ONE_THREAD
from deploy import BUILD, ROOT, bytecode, package, runtime

EVENT = ROOT / "tests" / "events" / "predict.json"
MAX_RATIO = 1.15  # of the start to its floor, in processor time

# Each runs in a fresh process in the unzipped directory, and prints the seconds it took.
START = """
import json, sys, time
event = json.load(open(sys.argv[1]))
began, used = time.perf_counter(), time.process_time()
from handler import handler
answer = handler(event, None)
print(time.perf_counter() - began, time.process_time() - used)
assert answer["body"] == '{"digit":5}\\n', answer
"""
# The least: the same libraries imported in the same order, and the model's bytes read.
FLOOR = """
import importlib, json, sys, time
libraries = json.loads(sys.argv[1])
began, used = time.perf_counter(), time.process_time()
for library in libraries:
    importlib.import_module(library)
for file in ("trained_model.pkl", "digitrec/segment/weights.pkl"):
    open(file, "rb").read()
print(time.perf_counter() - began, time.process_time() - used)
"""
LIBRARIES = """
import json, os, sys
from handler import handler
handler(json.load(open(sys.argv[1])), None)
here = os.getcwd() + os.sep
print(json.dumps([
    name for name, module in sys.modules.items()
    if (getattr(module, "__file__", None) or "").startswith(here)
    and name.split(".")[0] not in ("handler", "digitrec")
]))
"""
# What SnapStart would keep in its snapshot of a started process, and must not.
KEPT = """
import os, sys
sockets = []
sys.addaudithook(lambda name, _: name.startswith("socket.") and sockets.append(name))
import handler
threads = len(os.listdir("/proc/self/task"))
random = {"random", "secrets", "uuid"}
own = [m for n, m in sys.modules.items() if n.split(".")[0] in ("handler", "digitrec")]
print(f"{len(sockets)} sockets opened, {threads} thread, "
      f"{sum(bool(random & set(vars(m))) for m in own)} of our modules with random numbers")
"""


class Took(NamedTuple):
    """Milliseconds: of the clock, and of the processor."""

    clock: float
    processor: float


def run(
    directory: Path,
    code: str,
    argument: str = "",
    *,
    prefix: Sequence[str] = (),
    **environment: str,
) -> str:
    """Return what code prints in a fresh process with the deployed Python, in a directory.

    The prefix is a program, with its options, that runs another.
    """
    python = bytecode.find_python()
    if python is None:
        raise SystemExit(bytecode.MISSING)
    completed = subprocess.run(
        [*prefix, python, "-S", "-B", "-c", code, argument],
        cwd=directory,
        env={"PYTHONPATH": str(directory), "LOG_LEVEL": "WARNING", **environment},
        check=True,
        capture_output=True,
        text=True,
    )
    return completed.stdout.strip()


def measure(artifact: Path, runs: int, *, sources: bool = True) -> dict[str, Took]:
    """Return what the quickest of each kind of start took.

    The quickest, and the processor's time beside the clock's, since what other programs on this
    machine add is no part of it. The kinds take turns, so that a busy minute is shared by all.

    Parameters
    ----------
    artifact
        The zip.
    runs
        Starts of each kind, after one that fills the disk's cache.
    sources
        Whether to build and measure a zip without bytecode, too.
    """
    with tempfile.TemporaryDirectory() as temporary:
        compiled = Path(temporary, "compiled")
        runtime.unpack(artifact, compiled)
        libraries = run(compiled, LIBRARIES, str(EVENT))
        kinds = {
            "floor": (compiled, FLOOR, libraries, ONE_THREAD),
            "start": (compiled, START, str(EVENT), ONE_THREAD),
            "start, a BLAS thread a core": (
                compiled,
                START,
                str(EVENT),
                {"OPENBLAS_NUM_THREADS": str(os.cpu_count())},
            ),
        }
        if sources:
            plain = Path(temporary, "plain")
            package.build(
                Path(temporary, "plain.zip"),
                artifact.stem.removeprefix("digitrec-"),
                compiled=False,
            )
            runtime.unpack(Path(temporary, "plain.zip"), plain)
            kinds["start, without bytecode"] = (plain, START, str(EVENT), ONE_THREAD)
        times: dict[str, list[Took]] = {kind: [] for kind in kinds}
        for _ in range(runs + 1):
            for kind, (directory, code, argument, environment) in kinds.items():
                printed = run(directory, code, argument, **environment).split()
                times[kind].append(Took(*(float(seconds) * 1000 for seconds in printed)))
        print(f"Kept from the start, for SnapStart: {run(compiled, KEPT)}")
    return {
        kind: Took(*(min(each) for each in zip(*took[1:], strict=True)))
        for kind, took in times.items()
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures; exit with 1 when the start takes too long."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cold", description=__doc__)
    parser.add_argument("--zip", type=Path, default=BUILD / "digitrec-x86_64.zip")
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args(arguments)
    took = measure(options.zip, options.runs)
    floor = took["floor"].processor
    print(f"{'':30}  clock  processor  to floor")
    for kind, (clock, processor) in took.items():
        print(f"{kind:30}{clock:4.0f} ms{processor:8.0f} ms{processor / floor:10.2f}")
    ratio = took["start"].processor / floor
    if ratio > MAX_RATIO:
        raise SystemExit(f"The start takes {ratio:.2f} times its floor; {MAX_RATIO} are allowed.")


if __name__ == "__main__":
    main()
