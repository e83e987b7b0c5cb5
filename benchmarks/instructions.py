"""python -m benchmarks.instructions: what a start and a warm request take, told without a clock.

valgrind counts the instructions of the built zip, as it is deployed. A busy machine changes nothing
in them, so they guard against what makes the function slower where times are too noisy to.
"""

import argparse
import json
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks import ONE_THREAD, cold, events
from deploy import BUILD, ROOT, runtime

# Ratios to the floor, which is counted in the same run: twice on one machine they are the same to
# the last digit shown. The room is for other builds of Python and other processors, and is less
# than a slow thing adds: hashing the model 0.3 to the start; to a black canvas, to decode all four
# channels 0.5 on white and 0.6 on nothing, and 0.9 to be worked on in colour.
MAX_START = 1.12  # 1.09 counted
MAX_WARM = {
    events.CANVAS: 1.18,  # 1.11 counted
    events.ON_NOTHING: 1.19,  # 1.13 counted
    events.IN_BLUE: 2.15,  # 2.06 counted
}

REQUESTS = 10
# getppid does nothing that matters, and is what valgrind is told to begin a new count at.
COUNTED = """
import base64, importlib, json, os, sys
told = json.loads(sys.argv[1])
text = json.loads(told["events"][0]["body"])["image"]
os.getppid()
for library in told["libraries"]:
    importlib.import_module(library)
for file in ("trained_model.pkl", "digitrec/segment/weights.pkl"):
    open(file, "rb").read()
os.getppid()
from handler import handler, recognizer
for event in told["events"]:
    assert handler(event, None)["body"] == '{"digit":5}\\n'
    os.getppid()
    for _ in range(told["requests"]):
        handler(event, None)
    os.getppid()
sys.path.append(told["root"])
from benchmarks.floor import floor
floor(text, recognizer._classifier)
os.getppid()
for _ in range(told["requests"]):
    floor(text, recognizer._classifier)
os.getppid()
"""
PHASES = (
    *("interpreter", "libraries"),
    *(phase for name in MAX_WARM for phase in (f"first {name}", name)),
    *("first floor", "floor"),
)


class Count(NamedTuple):
    """How many instructions a zip takes, for canvases of 280x280 px.

    Attributes
    ----------
    start, start_floor
        Up to the first answer; and to start Python, to import the same libraries and to read the
        model's bytes.
    warm, warm_floor
        For a warm request, by the event's name; and for `benchmarks.floor` with the first of them.
    """

    start: int
    start_floor: int
    warm: dict[str, int]
    warm_floor: int


def count(artifact: Path) -> Count:
    """Return how many instructions a zip takes."""
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        raise SystemExit("valgrind is missing; to get it: apt-get install valgrind")
    with tempfile.TemporaryDirectory() as temporary:
        task = Path(temporary, "task")
        runtime.unpack(artifact, task)
        libraries = cold.run(task, cold.LIBRARIES, str(cold.EVENT))
        told = {
            "events": [events.event(events.one(events.CANVASES[name]())) for name in MAX_WARM],
            "libraries": json.loads(libraries),
            "requests": REQUESTS,
            "root": str(ROOT),
        }
        counts = Path(temporary, "counts")
        cold.run(
            task,
            COUNTED,
            json.dumps(told),
            prefix=(
                *(valgrind, "--tool=callgrind", "--dump-before=getppid"),
                f"--callgrind-out-file={counts}",
            ),
            PYTHONHASHSEED="0",  # else the same sets take another number in each process
            **ONE_THREAD,
        )
        took = {
            phase: _total(counts.with_name(f"{counts.name}.{number}"))
            for number, phase in enumerate(PHASES, start=1)
        }
    start_floor = took["interpreter"] + took["libraries"]
    return Count(
        start_floor + took[f"first {events.CANVAS}"],
        start_floor,
        {event: took[event] // REQUESTS for event in MAX_WARM},
        took["floor"] // REQUESTS,
    )


def _total(counts: Path) -> int:
    [total] = re.findall(r"^totals: (\d+)$", counts.read_text(encoding="utf-8"), re.MULTILINE)
    return int(total)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the counts; exit with 1 when one is over its bound."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.instructions")
    parser.add_argument("--zip", type=Path, default=BUILD / "digitrec-x86_64.zip")
    counted = count(parser.parse_args(arguments).zip)
    start = counted.start / counted.start_floor
    print(f"{counted.start / 1e6:7.1f} million, {start:.3f} times its floor: start")
    missed = start > MAX_START
    for name, most in MAX_WARM.items():
        warm = counted.warm[name] / counted.warm_floor
        print(f"{counted.warm[name] / 1e6:7.1f} million, {warm:.3f} times the floor: {name}")
        missed = missed or warm > most
    if missed:
        raise SystemExit(f"At most {MAX_START} and {[*MAX_WARM.values()]} times are allowed.")


if __name__ == "__main__":
    main()
