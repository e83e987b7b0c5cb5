"""serve.py in processes of its own, and what they hold of memory."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.server import ROOT, free_port

START = 30  # seconds


class Server:
    """A running server: its address, and its first process."""

    def __init__(self, url: str, process: int) -> None:
        self.url = url
        self.process = process

    def answering(self) -> list[int]:
        """Return the numbers of the processes that the first has started."""
        children = Path(f"/proc/{self.process}/task/{self.process}/children")
        return [int(number) for number in children.read_text().split()]

    def memory(self) -> int:
        """Return what the processes hold now, in bytes; what they share counts for each."""
        return self._bytes("VmRSS")

    def peak(self) -> int:
        """Return the sum of the most that each process ever held, in bytes, counted likewise."""
        return self._bytes("VmHWM")

    def _bytes(self, field: str) -> int:
        return 1024 * sum(
            int(line.split()[1])
            for process in [self.process, *self.answering()]
            for line in Path(f"/proc/{process}/status").read_text().splitlines()
            if line.startswith(f"{field}:")
        )

    def post(self, body: bytes, content_type: str, seconds: float = 60) -> tuple[int, bytes]:
        """Return status and body of the answer of `/predict`."""
        request = urllib.request.Request(
            f"{self.url}/predict", body, {"Content-Type": content_type}
        )
        try:
            with urllib.request.urlopen(request, timeout=seconds) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()


@contextmanager
def serve() -> Iterator[Server]:
    """Yield a server that has answered; stop it afterwards."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "serve.py", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, "LOG_LEVEL": "WARNING"},
        stdout=subprocess.DEVNULL,  # its address, which is known
    )
    try:
        url = f"http://127.0.0.1:{port}"
        wait(f"{url}/healthz", process, START)
        yield Server(url, process.pid)
    finally:
        process.terminate()
        process.wait()


def wait(url: str, process: subprocess.Popen[bytes], seconds: float) -> None:
    """Return when `url` answers; raise RuntimeError if it doesn't, or its process has ended."""
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nothing answers at {url}")
