"""python -m deploy.package: the zip that Lambda runs, and its bill of materials."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from deploy import BUILD, PLATFORMS, archive, bytecode, contents, sbom


def build(output: Path, architecture: str = "x86_64") -> None:
    """Write the zip for an architecture; the same inputs give the same bytes.

    It has bytecode if the Python version that makes it is installed.

    Parameters
    ----------
    output
        The zip.
    architecture
        One of `PLATFORMS`.
    """
    python = bytecode.find_python()
    if python is None:
        print(
            f"Warning: {bytecode.MISSING}. The zip works without bytecode, but a cold start takes "
            "about 3.5 times as long.",
            file=sys.stderr,
        )
    with tempfile.TemporaryDirectory() as directory:
        stage = Path(directory)
        contents.install_libraries(stage, architecture)
        if python is not None:
            bytecode.replace_sources(python, stage)
        contents.copy_app(stage)
        if python is not None:
            bytecode.add(python, stage)  # beside our own sources: a stack trace shows their lines
        archive.write(stage, output)


def main(arguments: Sequence[str] | None = None) -> None:
    """Build the zip that the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m deploy.package", description=__doc__)
    parser.add_argument("--arch", choices=PLATFORMS, default="x86_64")
    parser.add_argument("--output", type=Path, help="default: build/digitrec-<arch>.zip")
    options = parser.parse_args(arguments)
    output = options.output or BUILD / f"digitrec-{options.arch}.zip"
    build(output, options.arch)
    sbom.write(output)
    print(f"{output}: {output.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
