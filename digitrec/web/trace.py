"""The id of the trace that a request belongs to, from its sender or a load balancer."""

import re
from collections.abc import Mapping
from typing import Any

# Header, in a request's environ, and the trace in it. Compiled when the first one comes.
FORMATS = {
    # W3C Trace Context: version, trace, parent, flags
    "HTTP_TRACEPARENT": (
        r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-|\Z)"
    ),
    # AWS X-Ray: version, seconds since 1970, number; other fields stand before or after it
    "HTTP_X_AMZN_TRACE_ID": r"(?:.{0,200};)?Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|\Z)",
}


def id_of(environ: Mapping[str, Any]) -> str | None:
    """Return the id of a request's trace, at most 35 characters, or None if it has none.

    It is taken from `traceparent` (32 hexadecimal digits), or else from `X-Amzn-Trace-Id`. A header
    in another format is ignored.
    """
    for name, pattern in FORMATS.items():
        if name in environ and (found := re.match(pattern, environ[name])):
            return found[1]
    return None
