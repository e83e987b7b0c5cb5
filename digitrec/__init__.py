"""Recognise handwritten digits: a library, a command line and a web app over two small networks."""

import os
from typing import TYPE_CHECKING, Any

# Set before numpy is imported, which reads it. The networks are too small for a second thread: it
# starts slowly, spins while it waits for work, and takes a core from concurrent requests.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from digitrec.recognizer import Recognizer

if TYPE_CHECKING:
    from digitrec.web.app import create_app

__all__ = ["Recognizer", "__version__", "create_app"]
__version__ = "1.0.0"


def __getattr__(name: str) -> Any:
    # Imported late, so that the library and the command line start without Flask.
    if name == "create_app":
        try:
            from digitrec.web.app import create_app
        except ModuleNotFoundError as error:
            raise ImportError(
                f"create_app needs {error.name}. Install it: pip install 'digitrec[web]'",
                name=error.name,
            ) from error

        return create_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
