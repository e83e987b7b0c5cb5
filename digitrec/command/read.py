"""digitrec read: print the digits in pictures and documents."""

import argparse
import csv
import io
import itertools
import json
import os
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from digitrec.command import documents
from digitrec.command.files import Page, listed, pages_of
from digitrec.command.processes import in_order
from digitrec.errors import DigitrecError, attempted
from digitrec.recognizer import BATCH, Reading, Recognizer
from digitrec.settings import Settings

EXAMPLES = """examples:
  digitrec read five.png                   print the digits of a picture
  digitrec read --csv scans > digits.csv   read all pictures in a folder
  digitrec read --json 'scans/*.jpg'       print a JSON object per picture, with boxes
  digitrec read --min-confidence 0.9 -     read standard input; print ? for unsure digits

The environment variable MODEL_PATH, or MODEL_URI with MODEL_SHA256, chooses a model."""
COLUMNS = ("file", "page", "line", "text", "confidence")
MANY = 20  # files: more have a progress bar
BAR = 30  # characters


class Result(NamedTuple):
    """What is printed about a page, or else the error."""

    page: Page
    text: str
    error: str


class Reader(NamedTuple):
    """Reads pages, and writes what is printed; it can be sent to another process."""

    recognizer: Recognizer
    style: str
    least: float
    dpi: int

    def read(self, pages: Sequence[Page]) -> list[Result]:
        """Return the results of some pages."""
        images = (attempted(documents.page, p.path, p.number, self.dpi) for p in pages)
        readings = self.recognizer.read_many(images)
        return [
            Result(page, "", str(reading))
            if isinstance(reading, DigitrecError)
            else Result(page, self._written(page, reading), "")
            for page, reading in zip(pages, readings, strict=True)
        ]

    def _written(self, page: Page, reading: Reading) -> str:
        lines = [
            "".join(str(d.digit) if d.confidence >= self.least else "?" for d in line)
            for line in reading.lines
        ]
        if self.style == "json":
            about = {"file": page.name, "page": page.number, **reading.to_dict()}
            return json.dumps(about | {"text": "\n".join(lines)})
        if self.style == "text":
            return " ".join(lines)
        least = [f"{min(d.confidence for d in line):.4f}" for line in reading.lines]
        rows = zip(range(1, len(lines) + 1), lines, least, strict=True)
        return _csv((page.name, page.number, *row) for row in rows)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `digitrec read`."""
    add = parser.add_argument
    what = "a picture or PDF, a folder, a pattern such as 'scans/*.png', or - (standard input)"
    add("names", nargs="+", metavar="FILE", help=what)
    style = parser.add_mutually_exclusive_group()
    for name, what in (
        ("csv", f"a row per line: {', '.join(COLUMNS)}"),
        ("json", "a JSON object per page"),
    ):
        style.add_argument(
            f"--{name}", dest="style", action="store_const", const=name, help=f"print {what}"
        )
    parser.set_defaults(style="text")
    what = "print ? for digits with a lower confidence than X (0 to 1)"
    add("--min-confidence", type=_share, default=0, metavar="X", help=what)
    what = "resolution at which PDF pages are read, in dpi (default: %(default)s)"
    add("--dpi", type=_whole, default=documents.DPI, metavar="N", help=what)
    what = "number of processes (default: one per processor)"
    add("--jobs", type=_whole, default=os.cpu_count() or 1, metavar="N", help=what)


def run(options: argparse.Namespace) -> int:
    """Print the digits in each file; return 0, or 1 if one was not read."""
    recognizer = Recognizer.from_settings(Settings.from_environment())
    reader = Reader(recognizer, options.style, options.min_confidence, options.dpi)
    files = list(listed(options.names))
    with TemporaryDirectory() as folder:
        pages = pages_of(files, Path(folder))
        batches = iter(lambda: list(itertools.islice(pages, BATCH)), [])
        with closing(in_order(reader.read, batches, options.jobs)) as results:
            return _print(results, len(files), header=options.style == "csv")


def _share(text: str) -> float:
    if not 0 <= float(text) <= 1:
        raise argparse.ArgumentTypeError("use a number from 0 to 1")
    return float(text)


def _whole(text: str) -> int:
    if int(text) < 1:
        raise argparse.ArgumentTypeError("use a whole number of at least 1")
    return int(text)


def _print(results: Iterable[Result], files: int, *, header: bool) -> int:
    bar = files > MANY and sys.stderr.isatty()
    done = failed = 0
    try:
        if header:
            print(_csv([COLUMNS]), flush=True)
        for result in results:
            if bar:
                print(f"\r{'':{BAR + 20}}\r", end="", file=sys.stderr, flush=True)
            if result.error:
                failed = 1
                print(f"{result.page}: {result.error}", file=sys.stderr)
            else:
                print(result.text, flush=True)
            done += result.page.number == 1
            if bar:
                full = "#" * (BAR * done // files)
                print(f"{full:.<{BAR}} {done}/{files}", end="", file=sys.stderr, flush=True)
    except (BrokenProcessPool, MemoryError):
        print("A process ran out of memory or was killed. Try --jobs 1.", file=sys.stderr)
        failed = 1
    finally:
        if bar:
            print(file=sys.stderr)
    return failed


def _csv(rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().removesuffix("\n")
