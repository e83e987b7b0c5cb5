"""The server that `make serve` starts, and clients that load it."""

import os
import signal
import statistics
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from benchmarks import ROOT, events, load, machine, pictures
from tests.load.server import wait
from tests.server import free_port

CLIENTS = (1, 8, 64)
SECONDS = 4.0  # of each turn
START = 60  # seconds: it may have to install something


def measure(rounds: int) -> list[load.Load]:
    """Return what 1, 8 and 64 clients see, in turn; medians over the rounds, errors in all.

    The clients have the last processor to themselves where there are several, the server the rest.
    """
    body = events.one(pictures.canvas())
    seen: dict[int, list[load.Load]] = {clients: [] for clients in CLIENTS}
    cores = machine.cores()
    with ExitStack() as stack:
        with machine.on(cores[:-1]):
            address = stack.enter_context(serve())
        stack.enter_context(machine.on(cores[-1:]))
        for _ in range(rounds):
            for clients in CLIENTS:
                seen[clients].append(load.run(address, body, clients, SECONDS))
    return [_summary(each) for each in seen.values()]


@contextmanager
def serve() -> Iterator[str]:
    """Yield the address of the app under `make serve`; stop it afterwards."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        ["make", "--no-print-directory", "serve", f"PORT={port}"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # so that make and what it starts end together
    )
    try:
        wait(f"{address}/healthz", server, START)
        yield address
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def _summary(seen: list[load.Load]) -> load.Load:
    return load.Load(
        seen[0].clients,
        statistics.median(each.per_second for each in seen),
        statistics.median(each.p50 for each in seen),
        statistics.median(each.p99 for each in seen),
        max(each.slowest for each in seen),
        sum(each.errors for each in seen),
    )
