"""Log records to JSON lines: what happened to a request, never what was in it."""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TextIO


def configure(level: str, stream: Callable[[], TextIO]) -> None:
    """Send digitrec's records of at least `level` to a stream, one JSON object per line.

    The `fields` of a record (a dict in its `extra`) are added to its line. `stream` returns the
    stream that the server reads errors from during this request.
    """
    handler = _Handler(stream)
    handler.setFormatter(_JsonFormatter())
    logger = logging.getLogger("digitrec")
    logger.handlers = [handler]  # replaced, not added to: a second app would double the lines
    logger.propagate = False  # the Lambda runtime's root handler would, too
    logger.setLevel(level)
    # Flask's development server logs its own line per request, with the client's address.
    logging.getLogger("werkzeug").addFilter(_is_no_access_line)
    _leave_out_what_no_line_has()


def _leave_out_what_no_line_has() -> None:
    """Leave the caller, thread and process out of records, as Python's logging HOWTO shows."""
    logging._srcfile = None  # noqa: SLF001 # the HOWTO's own way
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


class _Handler(logging.StreamHandler[TextIO]):
    def __init__(self, find: Callable[[], TextIO]) -> None:
        super().__init__()
        self._find = find

    def emit(self, record: logging.LogRecord) -> None:
        # Once per record: Flask's proxy looks the stream up again at each access, which takes
        # longer than writing the line. logging's own lock is held meanwhile.
        self.stream = self._find()
        super().emit(record)

    def flush(self) -> None:
        """Do nothing: standard error is flushed at the end of each line."""


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)


def _is_no_access_line(record: logging.LogRecord) -> bool:
    return not str(record.msg).endswith('"%s" %s %s')
