"""The app as a user starts it: `flask run` on a free port of this machine."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
START = 30  # seconds; a cold disk reads numpy slowly


@contextmanager
def serve(app: str = "app") -> Iterator[str]:
    """Yield the address of a server, without a slash at the end; stop it afterwards.

    `app` is the module that the app is in.
    """
    port = free_port()
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", app, "run", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, "PYTHONWARNINGS": "default"},
            stdout=log,
            stderr=log,
        )
        try:
            if not _answers(port, server):
                log.seek(0)
                raise RuntimeError(f"flask run did not start:\n{log.read().decode()}")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


def post(url: str, body: bytes, content_type: str) -> Any:
    """Return the JSON that a URL answers to a body."""
    request = urllib.request.Request(url, body, {"Content-Type": content_type})
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def free_port() -> int:
    """Return a port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _answers(port: int, server: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + START
    while server.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.05)
    return False
