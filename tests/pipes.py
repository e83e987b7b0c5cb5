"""Standard output as a pipe."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout


@contextmanager
def closed_stdout() -> Iterator[None]:
    """Make standard output a pipe whose reader has closed it, as `| head -1` does."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe, redirect_stdout(pipe):
        yield
