"""The machine, as far as it explains figures (not its name), and which of its cores are used."""

import os
import platform
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


def describe() -> dict[str, str]:
    """Return the processor, its cores, the system and Python."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
    }


def cores() -> list[int]:
    """Return the numbers of the cores that this process may use; none where they can't be told."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


@contextmanager
def on(wanted: Iterable[int]) -> Iterator[None]:
    """Keep this process, and those that it starts meanwhile, on some cores; on none: on all."""
    before = cores()
    wanted = set(wanted)
    if wanted:
        os.sched_setaffinity(0, wanted)
    try:
        yield
    finally:
        if wanted:
            os.sched_setaffinity(0, before)


def _processor() -> str:
    information = Path("/proc/cpuinfo")  # elsewhere than on Linux there is none
    if information.exists():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown"
