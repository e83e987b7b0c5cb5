"""python -m training train|segment|evaluate|export|draw: make the models, and measure them."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from digitrec.adapt import DRAWN
from digitrec.errors import DigitrecError
from digitrec.recognizer import SEGMENTER, Recognizer
from digitrec.settings import ROOT
from training import card, drawn, export, stages
from training.evaluate import evaluate

MODEL = ROOT / "trained_model.pkl"
BUILD = ROOT / "build"
STAGES = BUILD / "training"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status, 1 where a figure misses its bound."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = parser.add_subparsers(required=True)
    train = commands.add_parser("train", help="make a model from MNIST, resuming where it stopped")
    train.add_argument("--output", type=Path, default=MODEL, help="the model file to write")
    train.set_defaults(run=lambda options: stages.run(STAGES, options.output))
    segment = commands.add_parser("segment", help="train the segmentation network on drawn scenes")
    segment.set_defaults(run=lambda _: stages.run_segmenter(STAGES, SEGMENTER))
    measure = commands.add_parser("evaluate", help="measure a model; fails below a bound")
    measure.add_argument("--model", type=Path, default=MODEL, help="the model file to measure")
    measure.add_argument("--write", action="store_true", help="write MODEL_CARD.md and docs/")
    measure.set_defaults(run=_evaluate)
    others = commands.add_parser("export", help="write both networks for other programs")
    others.add_argument("--onnx", action="store_true", required=True, help="as ONNX files")
    others.add_argument("--directory", type=Path, default=BUILD, help="where the files are written")
    others.set_defaults(run=lambda options: export.save(options.directory))
    draw = commands.add_parser("draw", help="draw the digits that `digitrec adapt` must not forget")
    draw.set_defaults(run=lambda _: drawn.save(drawn.frames(Recognizer.load()), DRAWN))
    options = parser.parse_args(arguments)
    try:
        return options.run(options) or 0
    except (DigitrecError, OSError, ValueError) as error:
        parser.error(str(error))


def _evaluate(options: argparse.Namespace) -> int:
    evaluation = evaluate(options.model)
    print(card.table(evaluation))
    if options.write:
        card.write(evaluation, ROOT / "MODEL_CARD.md", ROOT / "docs")
    return int(not all(figure.holds for figure in evaluation.figures))


if __name__ == "__main__":
    sys.exit(main())
