"""python -m training train|evaluate: make the model, and measure it."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from digitrec import create_app
from digitrec.settings import ROOT, Settings
from training import evaluate

MODEL = ROOT / "trained_model.pkl"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="make a model from MNIST, resuming where it stopped")
    train.add_argument("--output", type=Path, default=MODEL, help="the model file to write")
    train.add_argument(
        "--directory", type=Path, default=ROOT / "build" / "training", help="of the stages' files"
    )
    measure = commands.add_parser("evaluate", help="measure a model through POST /predict")
    measure.add_argument("--model", type=Path, default=MODEL, help="the model file to measure")
    options = parser.parse_args(arguments)
    if options.command == "train":
        from training import stages  # noqa: PLC0415 # PyTorch is not needed to evaluate

        stages.run(options.directory, options.output)
    else:
        app = create_app(Settings(model_path=str(options.model), log_level="WARNING"))
        evaluate.report(app.test_client())


if __name__ == "__main__":
    main(sys.argv[1:])
