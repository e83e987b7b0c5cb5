"""python -m deploy.emulate: the built zip behind a local function URL."""

import argparse
import json
import os
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from functools import partial
from pathlib import Path

from deploy import BUILD, function_url, loopback, runtime
from deploy.loopback import Request, Response
from digitrec.settings import Settings

HANDED_ON = (
    *(field.name.upper() for field in fields(Settings)),
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL",
)


@contextmanager
def serve(
    artifact: Path, environment: Mapping[str, str] | None = None, port: int = 0
) -> Iterator[tuple[str, runtime.Function]]:
    """Run a zip behind a function URL on this machine.

    Parameters
    ----------
    artifact
        The zip.
    environment
        The function's variables.
    port
        The port on 127.0.0.1; 0 picks a free one.

    Yields
    ------
    The address, and the function behind it. Raises FunctionError when the function can't start.
    """
    with runtime.run(artifact, environment or {}) as function:
        function.wait_until_ready()
        with loopback.serve(partial(_answer, function), port) as address:
            yield f"http://{address}", function


def _answer(function: runtime.Function, request: Request) -> Response:
    event = json.dumps(function_url.event(request)).encode()
    if len(event) > function_url.MAX_PAYLOAD:
        return function_url.TOO_LARGE
    try:
        return function_url.response(function.invoke(event))
    except runtime.FunctionError as error:
        print(error, file=sys.stderr)
        return function_url.FAILED


def _sentence(error: runtime.FunctionError) -> str:
    """Return the message of a failed start; the stack trace is above it, in the function's log."""
    try:
        return str(json.loads(str(error))["errorMessage"])
    except ValueError:  # no document: the process ended
        return str(error)


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve the built zip until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m deploy.emulate", description=__doc__)
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--zip", type=Path, default=BUILD / "digitrec-x86_64.zip")
    options = parser.parse_args(arguments)
    given = {name: os.environ[name] for name in HANDED_ON if name in os.environ}
    try:
        with serve(options.zip, given, options.port) as (address, _):
            print(f"The function URL is {address} (Ctrl-C stops it)", flush=True)
            threading.Event().wait()
    except runtime.FunctionError as error:
        raise SystemExit(f"The function did not start: {_sentence(error)}") from None
    except (OSError, OverflowError) as error:  # the port is taken or invalid, or the zip is missing
        raise SystemExit(f"The function can't be served: {error}") from None
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
