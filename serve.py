"""The app under waitress, for those who host it themselves: python serve.py --port 8000."""

import argparse
import ctypes
import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import waitress

from digitrec import create_app
from digitrec.errors import DigitrecError
from digitrec.overload import Bounded
from digitrec.payload import MAX_TEXT_BYTES

PROCESSORS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
WORKING = PROCESSORS or 1
WAITING = 64  # a prediction takes some 3 ms, so the last in the queue waits for 0.2 s on one core
PATIENCE = 5.0  # seconds; who waits longer came behind requests that take a second each

SERVER: dict[str, Any] = {
    # One more than can be working or waiting: there is always one to send the others away.
    "threads": WORKING + WAITING + 1,
    "connection_limit": 900,  # a process may have 1024 files open, if nobody allows more
    "backlog": 1024,
    "asyncore_use_poll": True,  # select can't tell of more than 1024
    "channel_timeout": 30,  # seconds until a connection on which nothing comes is closed
    # Bytes of a body that are kept in memory before it is whole; the rest lies in a file.
    "inbuf_overflow": 65_536,
    # Bytes; the app refuses what is over its own limit, in its own way, and this what is far over.
    "max_request_body_size": 2 * MAX_TEXT_BYTES,
    "max_request_header_size": 16_384,  # bytes
    "ident": None,  # no Server header
}


# malloc's own names for its settings, and what they are set to.
M_MMAP_THRESHOLD, LARGE = -3, 1_000_000  # bytes
M_ARENA_MAX, ARENAS = -8, 1


def _give_memory_back() -> None:
    """Have the C library return what a large picture took.

    Left alone, glibc keeps a heap for each thread, and learns to put large pieces there: a process
    that held 120 MB after 2,000 requests held 225 after 10,000. Another C library has no mallopt.
    """
    with suppress(AttributeError, OSError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(M_MMAP_THRESHOLD, LARGE)
        mallopt(M_ARENA_MAX, ARENAS)


def app() -> Bounded:
    """Return the app with its queue."""
    return Bounded(create_app(), working=WORKING, waiting=WAITING, patience=PATIENCE)


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until it is stopped."""
    parser = argparse.ArgumentParser(prog="python serve.py", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 lets other machines in")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args(arguments)
    _give_memory_back()
    try:
        bounded = app()
    except DigitrecError as error:  # a sentence that tells what to change, not a stack trace
        raise SystemExit(f"digitrec: {error}") from None
    # It tells of each request in its queue, which ours keeps short.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    waitress.serve(bounded, host=options.host, port=options.port, **SERVER)


if __name__ == "__main__":
    main()
