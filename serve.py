"""The app under waitress, for those who host it themselves: python serve.py --port 8000.

A process for each processor answers; the first only sees to it that there are as many.
"""

import argparse
import ctypes
import gc
import multiprocessing
import multiprocessing.connection
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from digitrec import create_app
from digitrec.errors import DigitrecError
from digitrec.web.payload import MAX_TEXT_BYTES
from overload import Server

PROCESSORS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
PROCESSES = PROCESSORS or 1
PATIENCE = 2.0  # seconds; a process answers some 1,000 requests a second, unless they are made slow
REPLACED_AFTER = 0.1  # seconds: keeps this process from spinning if each new one ends at once
STOPS = {signal.SIGTERM, signal.SIGINT}
MAX_PORT = 65_535
BACKLOG = 1024  # new connections that may wait for a process to take them

CONNECTIONS = 900  # of a process
FILES_EACH = 2  # a connection, and what it has sent
OTHER_FILES = 100
FEWEST = 4  # connections, even if the system allows hardly any files

SERVER: dict[str, Any] = {  # each process
    "channel_timeout": 30,  # seconds until an idle connection is closed
    # Bytes of an incomplete body that are kept in memory; the rest goes to a file.
    "inbuf_overflow": 65_536,
    # Bytes; the app rejects bodies over its own limit in its own way, waitress those far over it.
    "max_request_body_size": 2 * MAX_TEXT_BYTES,
    "max_request_header_size": 16_384,  # bytes
    "backlog": BACKLOG,
    "ident": None,  # no Server header
}


# malloc's own names for its settings, and their values. malloc maps LARGE blocks from the system
# and returns them at once. That costs a page fault for each 4 kB, so the largest block of a usual
# request, 1 MB for a copy of weights, must be less than LARGE, and its total, 3 MB, less than KEPT.
M_MMAP_THRESHOLD, LARGE = -3, 2_000_000  # bytes
M_TRIM_THRESHOLD, KEPT = -1, 4_000_000  # unused bytes at the heap's end
M_ARENA_MAX, ARENAS = -8, 1


def _give_memory_back() -> None:
    """Make the C library return the memory that a large picture took.

    By default, glibc keeps a heap for each thread, and learns to put large blocks there: a process
    that held 120 MB after 2,000 requests held 225 after 10,000. Other C libraries have no mallopt.
    """
    with suppress(AttributeError, OSError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(M_MMAP_THRESHOLD, LARGE)
        mallopt(M_TRIM_THRESHOLD, KEPT)
        mallopt(M_ARENA_MAX, ARENAS)


def _connections() -> int:
    """Return how many connections a process may have, after raising its limit of open files."""
    files = FILES_EACH * CONNECTIONS + OTHER_FILES
    with suppress(ImportError):  # Windows has no such module, and no such limit
        import resource  # noqa: PLC0415

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft != resource.RLIM_INFINITY and soft < files:
            files = files if hard == resource.RLIM_INFINITY else min(files, hard)
            try:
                resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
            except (OSError, ValueError):  # macOS has another limit, too
                files = soft
    return max(FEWEST, (files - OTHER_FILES) // FILES_EACH)


def _port(text: str) -> int:
    """Return a port's number. The system would silently take 80000 for 14464."""
    if not (text.isdecimal() and int(text) <= MAX_PORT):
        raise argparse.ArgumentTypeError(f"{text!r} is not between 0 and {MAX_PORT}")
    return int(text)


def _listen(host: str, port: int) -> list[socket.socket]:
    """Return a socket for each process; the system distributes connections among them."""
    [(family, *_, address), *_] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    # Without reuse_port, so that it fails if another server listens already.
    with socket.create_server(address, family=family) as alone:
        address = alone.getsockname()  # with the actual port, if 0 was asked for
    return [
        socket.create_server(address, family=family, backlog=BACKLOG, reuse_port=True)
        for _ in range(PROCESSES)
    ]


def _start(app: Any, listening: socket.socket) -> Any:
    """Start a process that answers requests, and return it."""
    # A fork shares the memory of what was loaded before.
    process = multiprocessing.get_context("fork").Process(
        target=_answer, args=(app, listening), daemon=True
    )
    # Block the signals that stop this process: during a fork, their exception would be raised in a
    # module's fork hook, where Python reports it and goes on.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
    return process


def _answer(app: Any, listening: socket.socket) -> None:
    """Serve until this process, or the first, is told to end."""
    server = Server(app, listening, patience=PATIENCE, connection_limit=_connections(), **SERVER)
    signal.signal(signal.SIGTERM, lambda *_: server.stop())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the first tells the others
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)  # blocked in `_start`
    threading.Thread(target=_end_with_the_first, args=(server,), daemon=True).start()
    server.run()


def _end_with_the_first(server: Server) -> None:
    """Stop when the first process is gone: killed, it could not tell this one."""
    first = multiprocessing.parent_process()
    if first is not None:
        first.join()
    server.stop()


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="python serve.py", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 lets other machines in")
    parser.add_argument("--port", type=_port, default=8000)
    options = parser.parse_args(arguments)
    _give_memory_back()
    try:
        app = create_app()
    except DigitrecError as error:  # a sentence that tells what to change, not a stack trace
        raise SystemExit(f"digitrec: {error}") from None
    try:
        sockets = _listen(options.host, options.port)
    except OSError as error:  # a port that is taken, a host that isn't this one
        raise SystemExit(
            f"digitrec: {options.host}, port {options.port}, cannot be used: {error.strerror}. "
            "Choose another: make serve HOST=127.0.0.1 PORT=8001"
        ) from None
    host, port, *_ = sockets[0].getsockname()
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    print(f"digitrec answers on {address} (Ctrl-C stops it)", flush=True)
    gc.freeze()  # collections skip what was loaded, so that it stays shared
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # which ends the others first
    with suppress(KeyboardInterrupt):
        processes = [_start(app, listening) for listening in sockets]
        while True:
            multiprocessing.connection.wait([process.sentinel for process in processes])
            time.sleep(REPLACED_AFTER)
            processes = [
                process if process.is_alive() else _start(app, listening)
                for process, listening in zip(processes, sockets, strict=True)
            ]


if __name__ == "__main__":
    main()
