"""digitrec adapt: fit the classifier to a writer's labelled digits."""

import argparse
import math
import sys
from pathlib import Path

import numpy as np

from digitrec.adapt import MOST_LOST, adapt
from digitrec.command import labelled
from digitrec.errors import DigitrecError
from digitrec.models import weights
from digitrec.settings import Settings

EXAMPLES = """examples:
  digitrec adapt digits -o model.pkl         fit to 7_a.png, 7_b.png, ...; or folders 0 to 9
  MODEL_PATH=model.pkl digitrec read 42.png  use the fitted model"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `digitrec adapt`."""
    labelled.configure(parser)
    what = "the model file to write"
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help=what)


def run(options: argparse.Namespace) -> int:
    """Write the fitted model, and print what was gained; return 1 if it is not written, else 0."""
    settings = Settings.from_environment()
    network, _ = weights.read(settings.model, settings.model_sha256)
    frames, labels = [], []
    for path, label, found in labelled.read(options.folder, settings):
        if isinstance(found, DigitrecError):
            print(f"{path} is skipped. {found}", file=sys.stderr)
            continue
        frames.append(found.frame)
        labels.append(label)
    adapted = adapt(network, np.array(frames), np.array(labels))
    print(
        f"Cross-validated on {len(labels)} digits: {adapted.before} misread before the fit, "
        f"{adapted.after} after it."
    )
    if adapted.penalty == math.inf:
        print("No fit reads them better: the model stays the same.")
    if adapted.lost > MOST_LOST:
        print(
            f"{options.output} is not written: {adapted.lost:.2%} more of other writers' digits "
            "would be misread. Check the labels, or give more digits.",
            file=sys.stderr,
        )
        return 1
    try:
        weights.write(adapted.network, options.output)
    except OSError as error:
        print(f"{options.output} can't be written: {error.strerror}.", file=sys.stderr)
        return 1
    print(f"{options.output} is written. Use it with MODEL_PATH={options.output}.")
    return 0
