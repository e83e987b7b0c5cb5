"""The command `digitrec`, also `python -m digitrec`."""

import argparse
import io
import os
import sys
from collections.abc import Sequence

from digitrec import __version__
from digitrec.command import adapt, measure, read, serve
from digitrec.errors import DigitrecError

# Each is a module with `EXAMPLES` for its help, `configure(parser)` and `run(options)`, which
# returns the exit status.
COMMANDS = {
    "read": (read, "print the digits in pictures and documents"),
    "serve": (serve, "host the page and the API"),
    "measure": (measure, "print how well labelled pictures are read"),
    "adapt": (adapt, "fit the classifier to a writer's labelled digits"),
}
INTERRUPTED = 130  # what a shell reports after Ctrl-C


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand; return the exit status.

    Parameters
    ----------
    arguments
        The command line's arguments; by default, those of this process.

    Returns
    -------
    What the subcommand returns; 1 if standard output was closed early, 130 after Ctrl-C. An invalid
    argument or setting exits with 2.
    """
    parser = argparse.ArgumentParser("digitrec", description="Read handwritten digits.")
    parser.add_argument("--version", action="version", version=f"digitrec {__version__}")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, (module, summary) in COMMANDS.items():
        subparser = subparsers.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            epilog=module.EXAMPLES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.configure(subparser)
        subparser.set_defaults(run=module.run, fail=subparser.error)
    options = parser.parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):  # file names may not be encodable
        sys.stdout.reconfigure(errors="backslashreplace")
    status = INTERRUPTED
    try:
        status = options.run(options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        pass
    except BrokenPipeError:  # the reader has closed the pipe: `| head -1`
        # Python flushes stdout at exit, which would fail again: discard what is left.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    except DigitrecError as error:
        options.fail(str(error))
    return status


if __name__ == "__main__":
    sys.exit(main())
