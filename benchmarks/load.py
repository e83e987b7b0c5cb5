"""Right answers a second from the production server, asked by more and more clients."""

import os
import re
import subprocess
import tempfile
from pathlib import Path

from benchmarks import Figures, pictures
from tests.load.server import serve

CLIENTS = ("1", "8", "64")  # each asks again as soon as it is answered; 64 are past saturation
TIME = "ms an answer, by clients"
SECONDS = 4
POST = """
wrk.method, wrk.path, wrk.headers["Content-Type"] = "POST", "/predict", "image/png"
wrk.body = io.open(os.getenv("PICTURE"), "rb"):read("*a")
"""


def measure(turns: int = 3) -> Figures:
    """Return the milliseconds from one answer to the next: the least of all turns."""
    took: dict[str, list[float]] = {clients: [] for clients in CLIENTS}
    with tempfile.TemporaryDirectory() as directory, serve() as server:
        picture, script = Path(directory, "canvas.png"), Path(directory, "post.lua")
        picture.write_bytes(pictures.canvas())
        script.write_text(POST)
        for _ in range(turns):
            for clients in CLIENTS:
                took[clients].append(_ask(server.url, int(clients), picture, script))
    return {TIME: {clients: min(times) for clients, times in took.items()}}


def _ask(url: str, clients: int, picture: Path, script: Path) -> float:
    wrk = ("wrk", "--threads", "1", "--connections", str(clients), "--duration", f"{SECONDS}s")
    completed = subprocess.run(
        [*wrk, "--script", str(script), url],
        env={**os.environ, "PICTURE": str(picture)},
        check=True,
        capture_output=True,
        text=True,
    )
    return milliseconds(completed.stdout)


def milliseconds(printed: str) -> float:
    """Return the milliseconds from one right answer to the next, from what wrk prints."""
    [(answers, seconds)] = re.findall(r"(\d+) requests in ([\d.]+)s", printed)
    wrong = re.findall(r"Non-2xx or 3xx responses: (\d+)", printed)
    right = int(answers) - sum(map(int, wrong))
    return 1000 * float(seconds) / right if right else float("inf")
