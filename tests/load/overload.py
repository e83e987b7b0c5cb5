"""python -m tests.load.overload: how many clients are answered, and what it takes of memory.

Each client asks again as soon as it is answered; of 503 it takes no notice. wrk makes the load: it
is written in C, and leaves the processors to the server.
"""

import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
from http import HTTPStatus
from pathlib import Path
from typing import Any

from digitrec.web.app import RETRY_AFTER
from tests.load.clients import FIVE, RIGHT
from tests.load.server import NGINX, Server, serve

SECONDS = 10
CLIENTS = (8, 64, 400, 1600)
PAUSE = 0.1  # seconds between two requests of the polite client


class Polite(threading.Thread):
    """A client that asks now and then, waits when it is told to, and notes how long it took."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        self._server = server
        self._stop_asking = threading.Event()
        self.seconds: list[float] = []  # from the first try to the right answer
        self.most = 0  # bytes that the server held

    def run(self) -> None:
        """Ask until it is stopped."""
        while not self._stop_asking.wait(PAUSE):
            self.most = max(self.most, self._server.memory())
            start = time.monotonic()
            while self._server.post(FIVE, "image/png")[0] == HTTPStatus.SERVICE_UNAVAILABLE:
                if self._stop_asking.wait(RETRY_AFTER):
                    return
            self.seconds.append(time.monotonic() - start)

    def stop(self) -> None:
        """Stop asking."""
        self._stop_asking.set()
        self.join()


def load(server: Server, clients: int, picture: Path, seconds: int = SECONDS) -> dict[str, Any]:
    """Return what wrk counts when so many clients ask for so many seconds."""
    completed = subprocess.run(
        [
            *("wrk", "--threads", "1", "--connections", str(clients)),
            *("--duration", f"{seconds}s", "--timeout", "10s"),
            *("--script", str(Path(__file__).with_name("predict.lua")), server.url),
        ],
        env={**os.environ, "PICTURE": str(picture)},
        check=True,
        capture_output=True,
        text=True,
    )
    counts: dict[str, Any] = json.loads(completed.stdout.splitlines()[-1])
    return counts


def main() -> None:
    """Print a line of a Markdown table for each load."""
    if shutil.which("wrk") is None:
        raise SystemExit("wrk makes the load, and is missing: apt-get install wrk")
    if NGINX is None:
        raise SystemExit("nginx is missing: apt-get install nginx-light")
    print("| clients | right a second | 503 a second | wrong | timeouts | median | 99 % | polite |")
    print("|" + "---|" * 8, flush=True)
    with tempfile.TemporaryDirectory() as directory, serve(proxy=True) as server:
        picture = Path(directory, "five.png")
        picture.write_bytes(FIVE)
        for _ in range(50):  # after the first requests: all that is loaded late is loaded
            server.post(FIVE, "image/png")
        idle = server.memory()
        most = idle
        for clients in CLIENTS:
            polite = Polite(server)
            polite.start()
            counts = load(server, clients, picture)
            polite.stop()
            most = max(most, polite.most)
            waits = sorted(polite.seconds) or [float("nan")]
            seconds = counts["seconds"]
            print(
                f"| {clients} | {counts['right'] / seconds:.0f} "
                f"| {counts['refused'] / seconds:.0f} | {counts['wrong'] + counts['broken']} "
                f"| {counts['timeouts']} | {counts['median_ms']:.0f} ms "
                f"| {counts['p99_ms']:.0f} ms | {waits[len(waits) // 2]:.2f} s |",
                flush=True,
            )
        start = time.monotonic()
        while server.post(FIVE, "image/png") != (200, RIGHT):
            time.sleep(0.01)
        print(f"Right again after {time.monotonic() - start:.2f} s.")
        print(f"Memory: {idle / 1e6:.0f} MB idle, {most / 1e6:.0f} MB at most.")


if __name__ == "__main__":
    main()
