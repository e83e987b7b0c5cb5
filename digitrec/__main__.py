"""python -m digitrec FILE...: the recogniser without HTTP."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from digitrec import Recognizer
from digitrec.errors import DigitrecError
from digitrec.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the digits in each file; return the exit status.

    Parameters
    ----------
    arguments
        The command line's arguments; by default, those of this process.

    Returns
    -------
    0, or 1 if a file could not be read or the reader closed the pipe. An invalid argument or
    setting exits with 2.
    """
    parser = argparse.ArgumentParser(
        prog="python -m digitrec",
        description="Print the handwritten digits in each picture.",
        epilog="MODEL_PATH, or MODEL_URI with MODEL_SHA256, in the environment choose a model.",
    )
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="a PNG, JPEG or WebP file; - is standard input"
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="print a JSON object a picture: file, text, and each digit's box and confidence",
    )
    options = parser.parse_args(arguments)
    try:
        settings = Settings.from_environment()
        recognizer = Recognizer.load(settings.model, settings.model_sha256)
    except DigitrecError as error:
        parser.error(str(error))
    failed = False
    for name in options.files:
        try:
            image = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
            reading = recognizer.read(image)
        except (DigitrecError, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            print(f"{name}: {reason}", file=sys.stderr)
            failed = True
            continue
        line = {
            "file": name,
            "text": reading.text,
            "digits": [
                {"digit": d.digit, "confidence": d.confidence, "box": d.box._asdict()}
                for d in reading.digits
            ],
        }
        try:
            print(json.dumps(line) if options.json else reading.text, flush=True)
        except BrokenPipeError:  # the reader has closed the pipe: `| head -1`
            # Python flushes stdout at exit, which would fail again: discard what is left.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
