"""The web app: the API's routes, CORS, headers, log lines."""

import json
import logging
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from flask import Flask, Request, Response, g, request
from flask_cors import CORS
from werkzeug.exceptions import HTTPException, MethodNotAllowed, ServiceUnavailable

from digitrec import __version__
from digitrec.decode import Allowance
from digitrec.errors import DigitrecError, TooLarge
from digitrec.recognizer import Recognizer
from digitrec.settings import ROOT, Settings
from digitrec.web import answer, page, payload, problem, trace
from digitrec.web.log import JsonFormatter, StderrHandler

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
PREDICT = ("/predict", "/predict/")  # both: a browser follows no redirect of a preflight
PREFLIGHT_SECONDS = 600  # how long a browser may remember that it may call /predict

# Where gzip pays: pictures are compressed already, and the answers of /predict are short.
COMPRESSIBLE = ("text/html", "text/css", "text/javascript", "image/svg+xml", "application/json")
GZIP = 16 + zlib.MAX_WBITS  # asks zlib for gzip's header
MIN_COMPRESSED = 500  # bytes: less fits into one packet either way
# The key of the environ under which `digitrec serve` notes when its proxy passed the request on, in
# seconds since 1970. No client can set it.
QUEUED = "digitrec.queued"
PATIENCE = 2.0  # seconds that a request may wait for its turn; then it is answered with 503
RETRY_AFTER = 1  # seconds
# Characters of a log line's fields; in JSON each takes up to 12 bytes. Lines that several processes
# write to one pipe stay whole only up to 4,096 bytes (PIPE_BUF).
LOGGED_METHOD = 20
LOGGED_PATH = 300

_encoded = json.JSONEncoder(separators=(",", ":")).encode  # made once: Flask makes one per response


class _App(Flask):
    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function: Flask would check six of them per request for being async."""
        return func


def create_app(settings: Settings | None = None, recognizer: Recognizer | None = None) -> Flask:
    """Return the app with its model loaded.

    Parameters
    ----------
    settings
        By default, those of the environment.
    recognizer
        By default, one with the settings' model.

    Raises
    ------
    InvalidSettings, InvalidModel
        The app can't start; the message names what to change.
    """
    settings = settings or Settings.from_environment()
    recognizer = recognizer or Recognizer.from_settings(settings)
    app = _App(__name__, static_folder=None, template_folder=ROOT / "templates")
    app.url_map.merge_slashes = False  # /static//x is a 404 in our shape, not a redirect in HTML
    _add_log(settings.log_level)
    _add_routes(app, settings, recognizer)
    page.add(app, settings)
    _add_headers(app, settings.cors_origins)
    _add_log_line(app)  # first, so that refused requests are logged, too
    _add_refusal(app)
    if settings.metrics != "off":
        _add_metrics(app, settings.metrics)
    app.register_error_handler(DigitrecError, _answer_error)
    app.register_error_handler(HTTPException, _answer_error)
    return app


def _add_routes(app: Flask, settings: Settings, recognizer: Recognizer) -> None:
    @app.get("/healthz")
    def healthz() -> Response:
        model = {"sha256": recognizer.sha256, "layers": recognizer.layers}
        segmenter = {"sha256": recognizer.segmenter_sha256}
        content = {"status": "ok", "version": __version__, "model": model, "segmenter": segmenter}
        return _json(content)

    @app.get("/openapi.json")
    def openapi_json() -> Response:
        from digitrec.web import openapi  # late: a cold start seldom needs it

        return _json(openapi.document(settings))

    @app.post("/predict", strict_slashes=False)
    def predict() -> Response:
        asking = _request()
        content_type = asking.content_type or ""
        body = _body(asking, payload.max_bytes(content_type))
        query = asking.args.to_dict(flat=False) if asking.query_string else {}
        asked = payload.read(content_type, body, query, settings.max_images)
        g.results = list(recognizer.read_many(asked.images, Allowance()))
        return _json(answer.content(asked, g.results, recognizer))


def _json(content: dict[str, Any], status: int = 200, kind: str = "application/json") -> Response:
    return Response(f"{_encoded(content)}\n", status, content_type=kind)


def _request() -> Request:
    """Return the request itself: Flask's proxy looks it up again for each attribute."""
    found: Request = request._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001
    return found


def _body(asking: Request, limit: int) -> bytes:
    asking.max_content_length = limit + 1  # werkzeug silently cuts a chunked body off there
    if (asking.content_length or 0) > limit or len(body := asking.get_data()) > limit:
        raise TooLarge(
            f"The body is larger than {limit:,} bytes. Send a smaller picture, or fewer."
        )
    return body


def _add_log(level: str) -> None:
    handler = StderrHandler()
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("digitrec")  # above the app's own, and that of digitrec.aws.inbox
    logger.handlers = [handler]  # replaced, not added to: a second app would double the lines
    logger.propagate = False  # the Lambda runtime's root handler would, too
    logger.setLevel(level)


def _add_log_line(app: Flask) -> None:
    @app.before_request
    def start_clock() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def write_log_line(response: Response) -> Response:
        if not app.logger.isEnabledFor(logging.INFO):
            return response
        asking = _request()
        fields = {
            "method": asking.method[:LOGGED_METHOD],
            "path": asking.path[:LOGGED_PATH],
            "status": response.status_code,
            "duration_ms": round((time.perf_counter() - g.started) * 1000, 1),
            "request_bytes": asking.content_length,
        }
        request_id = getattr(asking.environ.get("serverless.context"), "aws_request_id", None)
        if request_id is not None:
            fields["request_id"] = request_id
        trace_id = trace.id_of(asking.environ)
        if trace_id is not None:
            fields["trace_id"] = trace_id
        app.logger.info("request", extra={"fields": fields})
        return response


def _add_metrics(app: Flask, kind: str) -> None:
    from digitrec.web import metrics  # late: metrics are off by default

    recorder = metrics.Prometheus() if kind == "prometheus" else metrics.EmbeddedMetrics(app.logger)

    @app.after_request
    def record(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        seconds = time.perf_counter() - g.started
        results, problem = g.get("results", ()), g.get("problem")
        recorder.add(metrics.Request(route, response.status_code, seconds, results, problem))
        return response

    if isinstance(recorder, metrics.Prometheus):

        @app.get("/metrics")
        def metrics_text() -> Response:
            return Response(recorder.text(), content_type=metrics.MEDIA_TYPE)


def _add_refusal(app: Flask) -> None:
    @app.before_request
    def refuse_when_full() -> None:
        queued = request.environ.get(QUEUED)
        if queued is not None and time.time() - _seconds(queued) > PATIENCE:
            raise ServiceUnavailable(retry_after=RETRY_AFTER)


def _seconds(text: str) -> float:
    """Return the number in a header, infinity if it is malformed: then nothing is refused."""
    with suppress(ValueError):
        return float(text)
    return float("inf")


def _add_headers(app: Flask, origins: tuple[str, ...]) -> None:
    CORS(
        app,
        resources=list(PREDICT),
        origins=list(origins),
        methods=["POST"],
        allow_headers=["Content-Type", "X-Requested-With"],
        expose_headers=["Retry-After"],  # otherwise pages of other sites can't read it
        max_age=PREFLIGHT_SECONDS,
        send_wildcard=True,
        always_send=False,  # otherwise it lists every origin if the request names none
        vary_header=False,  # set below: flask-cors omits it for other origins
    )

    @app.after_request
    def add_headers(response: Response) -> Response:
        path, headers = _request().path, response.headers
        headers.extend(SECURITY_HEADERS)  # not update, which would look each of them up first
        if path not in PREDICT and response.mimetype in COMPRESSIBLE:
            _compress(response)
        if path in (*PREDICT, "/healthz", "/metrics"):
            headers.add("Cache-Control", "no-store")
        if path in PREDICT and origins != ("*",):
            response.vary.add("Origin")
        if "Allow" in headers:
            # Sorted, since a set's order differs between processes.
            headers["Allow"] = ", ".join(sorted(response.allow))
        return response


def _compress(response: Response) -> None:
    response.vary.add("Accept-Encoding")
    content = response.get_data()
    if len(content) >= MIN_COMPRESSED and request.accept_encodings["gzip"]:
        # Not gzip.compress, whose header differs between versions of Python.
        response.set_data(zlib.compress(content, wbits=GZIP))
        response.content_encoding = "gzip"


def _answer_error(error: DigitrecError | HTTPException) -> Response:
    if isinstance(error, DigitrecError):
        error.alone()  # g.results may hold it, and its traceback what was sent
    content = problem.of(error)
    g.problem = content["type"].removeprefix("/problems/")
    response = _json(content, content["status"], problem.MEDIA_TYPE)
    if isinstance(error, ServiceUnavailable):
        response.retry_after = error.retry_after
    if isinstance(error, MethodNotAllowed):
        response.allow.update(error.valid_methods or ())
    return response
