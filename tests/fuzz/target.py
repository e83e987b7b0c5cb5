"""Runs a fuzz target under atheris: what `make fuzz` starts for pictures and for models.

What a corpus holds: first what our own code makes (nobody else's file), then what atheris finds in
it that reaches new code. It lies in build/fuzz and is not kept in the project: what it finds and
should not becomes a test.
"""

import hashlib
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import atheris

CORPORA = Path(__file__).parents[2] / "build" / "fuzz"
# What one input may take: as for a request. The process itself needs some 150 MB.
MAX_MB = 512
MAX_SECONDS = 5  # of the clock, on a machine that may be busy


def run(
    name: str, seeds: Iterable[bytes], max_bytes: int, attempt: Callable[[bytes], None]
) -> None:
    """Give an ever stranger input to `attempt`, until it raises or the seconds are over."""
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    corpus = CORPORA / name
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        if len(seed) <= max_bytes:
            (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    options = (
        f"-max_total_time={seconds}",
        f"-max_len={max_bytes}",
        f"-rss_limit_mb={MAX_MB}",
        f"-timeout={MAX_SECONDS}",
        f"-artifact_prefix={CORPORA}/{name}-found-",
        "-print_final_stats=1",
        "-verbosity=0",
    )
    atheris.Setup([sys.argv[0], *options, str(corpus)], attempt)
    atheris.Fuzz()
