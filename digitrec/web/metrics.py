"""Figures of the requests: for Prometheus to fetch, or in the log for CloudWatch to count."""

import logging
import os
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from digitrec.errors import DigitrecError, InvalidSettings
from digitrec.recognizer import Reading

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"  # the format that every Prometheus reads
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)  # seconds
SHARED = "PROMETHEUS_MULTIPROC_DIR"  # prometheus_client's own variable


class Request(NamedTuple):
    """One request, after it was answered.

    Attributes
    ----------
    route : str
        The rule that its path matched, such as `/predict`.
    status : int
        That of the answer.
    seconds : float
        How long the answer took.
    results : sequence of Reading or DigitrecError
        What was read of each of its pictures.
    problem : str or None
        The answer's kind of problem; None if it is not a problem.
    """

    route: str
    status: int
    seconds: float
    results: Sequence[Reading | DigitrecError]
    problem: str | None

    @property
    def digits(self) -> int:
        """How many digits were found."""
        return sum(len(result.digits) for result in self.results if isinstance(result, Reading))

    @property
    def refused(self) -> list[str]:
        """The kind of problem of each picture, or else that of the request."""
        slugs = [result.slug for result in self.results if isinstance(result, DigitrecError)]
        return slugs if slugs or self.problem is None else [self.problem]


class Prometheus:
    """Counts requests in this process.

    If `PROMETHEUS_MULTIPROC_DIR` names a directory, empty when the server starts, all processes of
    the server count there together.

    Raises
    ------
    InvalidSettings
        prometheus-client is not installed, or the directory does not exist.
    """

    def __init__(self) -> None:
        try:
            import prometheus_client as client  # noqa: PLC0415 # optional, and not on Lambda
            from prometheus_client import multiprocess  # noqa: PLC0415
        except ImportError:
            raise InvalidSettings(
                "METRICS is 'prometheus', which needs the package prometheus-client. Install it, "
                "or set METRICS to off."
            ) from None
        registry = self._registry = client.CollectorRegistry()
        self._generate = client.generate_latest
        counter = partial(client.Counter, registry=registry)
        self._requests = counter("digitrec_requests", "Requests answered.", ["route", "status"])
        name, text = "digitrec_request_seconds", "Time that answers took."
        self._seconds = client.Histogram(name, text, ["route"], buckets=BUCKETS, registry=registry)
        self._pictures = counter("digitrec_pictures", "Pictures received.")
        self._digits = counter("digitrec_digits", "Digits found.")
        self._refused = counter("digitrec_refused", "Requests and pictures refused.", ["problem"])
        folder = os.environ.get(SHARED)
        if folder is not None:
            if not Path(folder).is_dir():
                raise InvalidSettings(f"{SHARED} is {folder!r}. Set it to a folder that exists.")
            self._registry = client.CollectorRegistry()
            multiprocess.MultiProcessCollector(self._registry)  # type: ignore[no-untyped-call]

    def add(self, request: Request) -> None:
        """Count a request."""
        self._requests.labels(request.route, request.status).inc()
        self._seconds.labels(request.route).observe(request.seconds)
        self._pictures.inc(len(request.results))
        self._digits.inc(request.digits)
        for problem in request.refused:
            self._refused.labels(problem).inc()

    def text(self) -> bytes:
        """Return all figures in Prometheus' text format, `MEDIA_TYPE`."""
        return self._generate(self._registry)


class EmbeddedMetrics:
    """Writes a log line per request, in CloudWatch's embedded metric format."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger.getChild("metrics")
        self._logger.setLevel(logging.INFO)  # regardless of LOG_LEVEL

    def add(self, request: Request) -> None:
        """Log the figures of a request."""
        directives = [
            _directive(["route", "status"], requests="Count", seconds="Seconds"),
            # CloudWatch bills a metric for each route and status, so these have one each in all.
            _directive([], pictures="Count", digits="Count", refused="Count"),
        ]
        fields: dict[str, Any] = {
            "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": directives},
            "route": request.route,
            "status": str(request.status),
            "requests": 1,
            "seconds": round(request.seconds, 6),
            "pictures": len(request.results),
            "digits": request.digits,
            "refused": len(request.refused),
        }
        self._logger.info("metrics", extra={"fields": fields})


def _directive(dimensions: list[str], **units: str) -> dict[str, Any]:
    metrics = [{"Name": name, "Unit": unit} for name, unit in units.items()]
    return {"Namespace": "digitrec", "Dimensions": [dimensions], "Metrics": metrics}
