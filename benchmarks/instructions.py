"""Instructions of a start and of warm requests, counted by valgrind: other load changes nothing."""

import json
import re
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import Figures, cold, pictures
from benchmarks.plan import BASELINE, OURS
from benchmarks.requests import one
from deploy import ROOT, runtime

START = "start of the zip, million instructions"
CANVAS = "canvas, million instructions"
ON_NOTHING = "canvas on nothing from Chrome, million instructions"
IN_BLUE = "blue canvas from Chrome, million instructions"
PICTURES: dict[str, Callable[[], bytes]] = {
    CANVAS: pictures.canvas,
    ON_NOTHING: lambda: pictures.chrome(paper=pictures.NOTHING),
    IN_BLUE: lambda: pictures.chrome(ink="blue"),
}
REQUESTS = 10

# getppid does nothing that matters: valgrind begins a new count where it is called.
COUNTED = f"""
import os
os.getppid()
{cold.IMPORTING}
os.getppid()
from handler import handler
def count(call, event):
    call(event, None)
    os.getppid()
    for _ in range({REQUESTS}):
        call(event, None)
    os.getppid()
events = json.loads(sys.argv[2])
for event in events:
    assert json.loads(handler(event, None)["body"]) == {{"digit": 5}}
    count(handler, event)
sys.path.append({str(ROOT)!r})
from benchmarks.parts import baseline
count(baseline, events[0])
"""


def measure(artifact: Path) -> Figures:
    """Return the millions of instructions of a zip's start and requests, and of their baselines."""
    with tempfile.TemporaryDirectory() as temporary:
        task = Path(temporary, "task")
        runtime.unpack(artifact, task)
        libraries = cold.run(task, cold.LIBRARIES, str(cold.EVENT))
        events = json.dumps([one(picture()) for picture in PICTURES.values()])
        counts = count(lambda valgrind: cold.run(task, COUNTED, libraries, events, prefix=valgrind))
    interpreter, imports, first, *rest = counts
    least = interpreter + imports
    *warm, baseline = (millions / REQUESTS for millions in rest[: 2 * len(PICTURES) + 1 : 2])
    figures = {
        name: {OURS: each, BASELINE: baseline} for name, each in zip(PICTURES, warm, strict=True)
    }
    return figures | {START: {OURS: least + first, BASELINE: least}}


def count(start: Callable[[Sequence[str]], object]) -> list[float]:
    """Return millions of instructions, of each part of a program between its calls of getppid.

    Parameters
    ----------
    start
        Runs the program; it gets what to put in front of its command.
    """
    with tempfile.TemporaryDirectory() as temporary:
        counts = Path(temporary, "counts")
        valgrind = ("valgrind", "--tool=callgrind", f"--callgrind-out-file={counts}")
        # Without the seed, the same sets would take another number in each process.
        start(["env", "PYTHONHASHSEED=0", *valgrind, "--dump-before=getppid"])
        parts = sorted(counts.parent.glob("counts.*"), key=lambda part: int(part.suffix[1:]))
        totals = [re.findall(r"^totals: (\d+)$", part.read_text(), re.MULTILINE) for part in parts]
    return [int(total) / 1e6 for [total] in totals]
