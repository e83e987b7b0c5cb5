"""`digitrec serve`: host the app under granian, with a worker process for each processor.

Each worker answers one request at a time, since numpy and Pillow use the processor all the while.
The workers are forks of this process, and share the memory of what it has loaded.
"""

import argparse
import atexit
import ctypes
import gc
import multiprocessing
import os
import select
import shutil
import signal
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from digitrec.errors import DigitrecError
from digitrec.settings import Settings
from digitrec.web import metrics

EXAMPLES = """examples:
  digitrec serve                                    answer on http://127.0.0.1:8000
  digitrec serve --host unix:/run/digitrec/app.sock  behind a proxy on this machine"""
UNIX = "unix:"  # before the path of a socket, as nginx spells it
SENT = "HTTP_X_DIGITREC_QUEUED"  # nginx's header for QUEUED; from anybody else, it means nothing
MAX_PORT = 65_535
BACKLOG = 1024  # requests that may wait for a worker; nginx answers 503 to those beyond
# Connections that a worker takes from the queue. Behind nginx, each is one whole request: few, so
# that an idle worker finds the rest, and a worker that dies loses few. Elsewhere, each is a client
# that may keep its connection without asking for anything.
REQUESTS, CLIENTS = 4, 512

BEAT = 1.0  # seconds between two signs of life of a worker
STUCK = 15.0  # seconds without one, after which it is replaced; a request takes 2 s at most
CHUNK = 65_536  # bytes of a body that nobody needs, read at once
AGAIN = 1.0  # seconds before a server that failed is started again

# malloc's own names for its settings, and their values. malloc maps LARGE blocks from the system
# and returns them at once. That costs a page fault for each 4 kB, so the largest block of a usual
# request, 1 MB for a copy of weights, must be less than LARGE, and its total, 3 MB, less than KEPT.
M_MMAP_THRESHOLD, LARGE = -3, 2_000_000  # bytes
M_TRIM_THRESHOLD, KEPT = -1, 4_000_000  # unused bytes at the heap's end
M_ARENA_MAX, ARENAS = -8, 1


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `digitrec serve`."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
    add = parser.add_argument
    what = "address, or unix:PATH for a proxy on this machine (default: %(default)s)"
    add("--host", default="127.0.0.1", help=what)
    add("--port", type=_number(0, MAX_PORT), default=8000, help="default: %(default)s")
    what = "number of processes (default: one per processor)"
    add("--workers", type=_number(1, 1000), default=processors or os.cpu_count() or 1, help=what)


def run(options: argparse.Namespace) -> int:
    """Serve until stopped; return the exit status."""
    try:
        from granian.constants import HTTPModes, Interfaces
        from granian.log import LogLevels
        from granian.server import Server

        from digitrec import create_app
    except ImportError as error:
        return _fail(f"{error.name} is missing. Run: pip install 'digitrec[serve]'")
    _give_memory_back()
    try:
        settings = Settings.from_environment()
        if settings.metrics == "prometheus":
            _count_together()
        app = create_app(settings)
    except DigitrecError as error:
        return _fail(str(error))
    multiprocessing.set_start_method("fork", force=True)
    gc.freeze()  # collections skip what was loaded, so that it stays shared
    hearing, beats = os.pipe()
    threading.Thread(target=_replace_stuck, args=(hearing,), daemon=True).start()
    first = os.getpid()

    def load() -> Any:
        """Return the app; granian calls this in each worker."""
        threading.Thread(target=_beat, args=(beats, first), daemon=True).start()
        return _hosted(app, proxied=options.host.startswith(UNIX))

    while True:
        try:
            place, shown = _place(options.host, options.port)
        except OSError as error:
            return _fail(
                f"{options.host}, port {options.port}, cannot be used: {error.strerror}. "
                "Choose another with --host and --port."
            )
        print(f"digitrec answers on {shown} (Ctrl-C stops it)", flush=True)
        server = Server(
            "digitrec",
            **place,
            interface=Interfaces.WSGI,
            http=HTTPModes.http1,
            workers=options.workers,
            blocking_threads=1,
            runtime_blocking_threads=1,
            backlog=BACKLOG,
            backpressure=REQUESTS if "uds" in place else CLIENTS,
            respawn_failed_workers=True,
            log_level=LogLevels.error,
        )
        with suppress(OSError, SystemExit):  # no process could be made; workers fail one by one
            server.serve(target_loader=load, wrap_loader=False)
        if server.interrupt_signal:
            return 0
        for worker in multiprocessing.active_children():
            worker.kill()
        time.sleep(AGAIN)


def _hosted(app: WSGIApplication, *, proxied: bool) -> WSGIApplication:
    """Return an app that knows how long a request has waited in its proxy, if there is one.

    It reads even the bodies that it refuses, up to what nginx lets through: granian closes a
    connection when a body is not read. A proxy that is still sending the body fails then, without
    having read the answer.
    """
    from digitrec.web.app import QUEUED  # late: only the extra `web` brings Flask
    from digitrec.web.payload import MAX_TEXT_BYTES

    def call(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ[QUEUED] = environ.get(SENT) if proxied else None
        answer = app(environ, start_response)
        for _ in range(0, MAX_TEXT_BYTES, CHUNK):
            if not environ["wsgi.input"].read(CHUNK):
                break
        return answer

    return call


def _number(least: int, most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not (text.isdecimal() and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"{text!r} is not between {least} and {most}")
        return int(text)

    return number


def _fail(reason: str) -> int:
    print(f"digitrec: {reason}", file=sys.stderr)
    return 1


def _place(host: str, port: int) -> tuple[dict[str, Any], str]:
    """Return granian's arguments for the address, and the address to print, or raise OSError."""
    if host.startswith(UNIX):
        path = Path(host.removeprefix(UNIX))
        path.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as probe:
            probe.bind(str(path))
        path.unlink()
        # Access is limited by the permissions of the socket's directory.
        return {"uds": path, "uds_permissions": 0o666}, host
    [(family, *_, address), *_] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    # granian's workers would silently share the port with another server.
    with socket.create_server(address, family=family) as probe:
        ip, port, *_ = probe.getsockname()  # with the actual port, if 0 was asked for
    shown = f"[{ip}]" if ":" in ip else ip
    return {"address": ip, "port": port}, f"http://{shown}:{port}"


def _count_together() -> None:
    """Create the folder in which all workers count, unless the environment names one."""
    if metrics.SHARED not in os.environ:
        os.environ[metrics.SHARED] = folder = mkdtemp(prefix="digitrec-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)


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


def _beat(beats: int, first: int) -> None:
    """Send the first process signs of life, and end this one when the first is gone."""
    while os.getppid() == first:
        os.write(beats, struct.pack("i", os.getpid()))
        time.sleep(BEAT)
    os.kill(os.getpid(), signal.SIGTERM)


def _replace_stuck(hearing: int) -> None:
    """Kill each worker that has stopped sending signs of life; granian starts another."""
    heard: dict[int, float] = {}
    while True:
        if select.select([hearing], [], [], BEAT)[0]:
            signs = os.read(hearing, 4096)
            if not signs:  # all workers have ended
                return
            for (worker,) in struct.iter_unpack("i", signs):
                heard[worker] = time.monotonic()
        for worker in [w for w, at in heard.items() if time.monotonic() - at > STUCK]:
            del heard[worker]
            with suppress(ProcessLookupError):  # it has ended
                if os.getpgid(worker) == os.getpgrp():
                    os.kill(worker, signal.SIGKILL)
