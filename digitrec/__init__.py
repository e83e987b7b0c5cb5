"""Recognise handwritten digits: a library, a command line and a web app over one network."""

from typing import TYPE_CHECKING, Any

from digitrec.recognizer import Recognizer

if TYPE_CHECKING:
    from digitrec.web import create_app

__all__ = ["Recognizer", "__version__", "create_app"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    # Late, so that the library and the command line start without Flask.
    if name == "create_app":
        from digitrec.web import create_app

        return create_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
