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

from benchmarks import cold, events, pictures
from deploy import BUILD, ROOT, emulate, runtime

# Ratios to the floor, which is counted in the same run: twice on one machine they are the same to
# the last digit shown. The room is for other builds of Python and other processors, and is less
# than a slow thing adds: hashing the model at the start 0.3 of the first, a canvas decoded with all
# four channels 0.49 of the second, and worked on in colour 0.89.
MAX_START = 1.12  # 1.08 counted
MAX_WARM = 1.24  # 1.17 counted

REQUESTS = 10
# getppid does nothing that matters, and is what valgrind is told to begin a new count at.
COUNTED = """
import base64, importlib, json, os, sys
told = json.loads(sys.argv[1])
event, text = told["event"], json.loads(told["event"]["body"])["image"]
os.getppid()
for library in told["libraries"]:
    importlib.import_module(library)
open("trained_model.pkl", "rb").read()
os.getppid()
from handler import handler, recognizer
assert handler(event, None)["body"] == '{"digit":5}\\n'
os.getppid()
for _ in range(told["requests"]):
    handler(event, None)
os.getppid()
sys.path.append(told["root"])
from benchmarks.floor import floor
floor(text, recognizer._network)
os.getppid()
for _ in range(told["requests"]):
    floor(text, recognizer._network)
os.getppid()
"""
PHASES = ("interpreter", "libraries", "start", "warm", "first floor", "floor")


class Count(NamedTuple):
    """Instructions: of the start up to the first answer, of a warm request, and their floors."""

    start: int
    start_floor: int
    warm: int
    warm_floor: int


def count(artifact: Path) -> Count:
    """Return how many instructions a zip takes for a canvas of 280x280 px.

    The start's floor is to start Python, to import the same libraries and to read the model's
    bytes; a warm request's is `benchmarks.floor`.
    """
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        raise SystemExit("valgrind is missing; to get it: apt-get install valgrind")
    with tempfile.TemporaryDirectory() as temporary:
        task = Path(temporary, "task")
        runtime.unpack(artifact, task)
        libraries = cold.run(task, cold.LIBRARIES, str(cold.EVENT), **emulate.ENVIRONMENT)
        told = {
            "event": events.event(events.one(pictures.canvas())),
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
            **emulate.ENVIRONMENT,
        )
        took = {
            phase: _total(counts.with_name(f"{counts.name}.{number}"))
            for number, phase in enumerate(PHASES, start=1)
        }
    start_floor = took["interpreter"] + took["libraries"]
    return Count(
        start_floor + took["start"],
        start_floor,
        took["warm"] // REQUESTS,
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
    start, warm = counted.start / counted.start_floor, counted.warm / counted.warm_floor
    print(f"start {counted.start / 1e6:7.1f} million, {start:.3f} times its floor")
    print(f"warm  {counted.warm / 1e6:7.1f} million, {warm:.3f} times its floor")
    if start > MAX_START or warm > MAX_WARM:
        raise SystemExit(f"At most {MAX_START} and {MAX_WARM} times are allowed.")


if __name__ == "__main__":
    main()
