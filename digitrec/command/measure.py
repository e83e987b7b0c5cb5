"""digitrec measure: print how well labelled pictures are read."""

import argparse

import numpy as np

from digitrec.command import labelled
from digitrec.errors import DigitrecError, NoDigit
from digitrec.settings import Settings

EXAMPLES = """examples:
  digitrec measure digits                       7_a.png, 7_b.png, ...; or folders 0 to 9
  digitrec measure labels.csv                   file,label; files are beside the CSV file
  MODEL_PATH=model.pkl digitrec measure digits  with another model"""
HEAD = (*"0123456789", "none")  # what is read; `none` is no digit, or no picture


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `digitrec measure`."""
    labelled.configure(parser)


def run(options: argparse.Namespace) -> int:
    """Print accuracy, confusion and misread pictures; return 1 if one can't be opened, else 0."""
    counts = np.zeros((10, len(HEAD)), int)
    misread = []
    failed = False
    for path, label, found in labelled.read(options.folder, Settings.from_environment()):
        if isinstance(found, DigitrecError):
            counts[label, -1] += 1
            misread.append(f"{path}: {label}. {found}")
            failed |= not isinstance(found, NoDigit)
            continue
        counts[label, found.digit] += 1
        if found.digit != label:
            misread.append(f"{path}: {label}, read as {found.digit} ({found.confidence:.2f})")
    right, total = int(np.trace(counts)), int(counts.sum())
    print(f"{right} of {total} pictures are read correctly: {right / total:.2%}\n\nread as")
    for name, row in zip(("", *range(10)), (HEAD, *counts.tolist()), strict=True):
        print(f"{name:>7}" + "".join(f"{n or '.':>6}" for n in row))
    print(*(["\nMisread", *misread] if misread else []), sep="\n")
    return int(failed)
