"""A cold start of the built zip under the deployed Python, beside the least it could take."""

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import ONE_THREAD, Figures
from benchmarks.plan import BASELINE, OURS
from deploy import ROOT, bytecode, runtime

EVENT = ROOT / "tests" / "events" / "predict.json"
START = "start of the zip, ms"

# Each runs in a fresh process in the unzipped directory; two print the processor's seconds.
STARTING = """
import json, sys, time
event = json.load(open(sys.argv[1]))
began = time.process_time()
from handler import handler
answer = handler(event, None)
print(time.process_time() - began)
assert answer["body"] == '{"digit":5}\\n', answer
"""
# The least: the same libraries imported in the same order, and the models' bytes read.
IMPORTING = """
import importlib, json, sys, time
libraries = json.loads(sys.argv[1])
began = time.process_time()
for library in libraries:
    importlib.import_module(library)
for file in ("trained_model.pkl", "digitrec/segment/weights.pkl"):
    open(file, "rb").read()
print(time.process_time() - began)
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


def measure(artifact: Path, runs: int = 15) -> Figures:
    """Return the milliseconds of the quickest start, from import to answer, and of its baseline."""
    with tempfile.TemporaryDirectory() as temporary:
        task = Path(temporary, "task")
        runtime.unpack(artifact, task)
        codes = {
            OURS: (STARTING, str(EVENT)),
            BASELINE: (IMPORTING, run(task, LIBRARIES, str(EVENT))),
        }
        took: dict[str, list[float]] = {who: [] for who in codes}
        for _ in range(runs):
            for who, (code, argument) in codes.items():
                took[who].append(1000 * float(run(task, code, argument)))
    return {START: {who: min(times) for who, times in took.items()}}


def run(directory: Path, code: str, *arguments: str, prefix: Sequence[str] = ()) -> str:
    """Return what code prints in a fresh process with the deployed Python, in a directory.

    The prefix is a program, with its options, that runs another.
    """
    python = bytecode.find_python()
    if python is None:
        raise SystemExit(bytecode.MISSING)
    completed = subprocess.run(
        [*prefix, python, "-S", "-B", "-c", code, *arguments],
        cwd=directory,
        env={"PYTHONPATH": str(directory), "LOG_LEVEL": "WARNING", **ONE_THREAD},
        check=True,
        capture_output=True,
        text=True,
    )
    return completed.stdout.strip()
