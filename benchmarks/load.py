"""Right answers a second from the production server, asked by more and more clients."""

import tempfile
from pathlib import Path

from benchmarks import Figures, pictures
from tests.load import overload
from tests.load.server import serve

CLIENTS = ("1", "8", "64")  # each asks again as soon as it is answered; 64 are past saturation
TIME = "ms an answer, by clients"
SECONDS = 4


def measure(turns: int = 3) -> Figures:
    """Return the milliseconds from one right answer to the next: the least of all turns."""
    took: dict[str, list[float]] = {clients: [] for clients in CLIENTS}
    with tempfile.TemporaryDirectory() as directory, serve() as server:
        picture = Path(directory, "canvas.png")
        picture.write_bytes(pictures.canvas())
        for _ in range(turns):
            for clients in CLIENTS:
                counts = overload.load(server, int(clients), picture, SECONDS)
                took[clients].append(1000 * counts["seconds"] / counts["right"])
    return {TIME: {clients: min(times) for clients, times in took.items()}}
