"""The app behind AWS Lambda: function URLs, API Gateway and load balancers."""

import gc

# All that the start makes is there to stay: to look for garbage in it takes a tenth of its time.
gc.disable()

import base64
import json
from typing import Any

import serverless_wsgi

from digitrec import Recognizer, create_app
from digitrec.aws import bulk
from digitrec.errors import InvalidRequest
from digitrec.settings import Settings
from digitrec.web import problem
from digitrec.web.app import SECURITY_HEADERS

# Made when the process starts: warm invocations find the model in memory.
settings = Settings.from_environment()
recognizer = Recognizer.load(settings.model, settings.model_sha256)
app = create_app(settings, recognizer)

gc.freeze()  # later collections pass over it
gc.enable()

serverless_wsgi.TEXT_MIME_TYPES.append(problem.MEDIA_TYPE)  # else it travels as base64

# All that serverless-wsgi needs of an event. The rest, cookies among it, is not read.
FIELDS = (
    "version",
    "rawPath",
    "rawQueryString",
    "path",
    "httpMethod",
    "headers",
    "multiValueHeaders",
    "queryStringParameters",
    "multiValueQueryStringParameters",
    "requestContext",
    "body",
    "isBase64Encoded",
)

HEADERS = {"headers", "multiValueHeaders"}

# What reading an event that is no HTTP request raises, here and in serverless-wsgi. The app's own
# failures are not among it: Flask answers them.
MALFORMED = (AttributeError, LookupError, TypeError, ValueError)

NO_REQUEST = InvalidRequest(
    "The event is no HTTP request. Call this function through its URL, API Gateway or a load "
    "balancer, or with an event of theirs."
)


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Return the app's answer to the HTTP request in the event.

    Parameters
    ----------
    event
        Of a function URL or HTTP API (version 2.0), API Gateway (1.0) or load balancer; or of S3
        Batch Operations.
    context
        Lambda's; its request id goes into the log.

    Returns
    -------
    The answer in the form that the event's sender expects. An event of any other kind is answered
    with a problem of status 400: raised, it would be an error of the function, which Lambda tries
    again and an alarm counts.
    """
    if bulk.is_bulk(event):
        try:
            return bulk.answer(event, recognizer, settings.bulk_bucket)
        except InvalidRequest as error:
            return _refuse(error)
    try:
        request = _request(event)
        response: dict[str, Any] = serverless_wsgi.handle_request(app, request, context)
    except MALFORMED:
        return _refuse(NO_REQUEST)
    return response


def _request(event: Any) -> dict[str, Any]:
    """Return the event as serverless-wsgi can read it: without nulls, its body decoded."""
    request = _without_nulls({name: event.get(name) for name in FIELDS})
    request.setdefault("headers", {})
    for name in HEADERS & request.keys():
        request[name] = _without_coding(request[name])
    context = request["requestContext"] = _without_nulls(request.get("requestContext", {}))
    method = context["http"]["method"] if "rawPath" in request else request["httpMethod"]
    if not (isinstance(method, str) and method):
        raise TypeError("the method is no text")
    if "rawPath" in request:
        request["rawPath"] = _without_stage(request["rawPath"], context.get("stage"))
    if request.pop("isBase64Encoded", False) and "body" in request:
        request["body"] = base64.b64decode(request["body"], validate=True)
    return request


def _without_nulls(mapping: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in mapping.items() if value is not None}


def _without_coding(headers: dict[str, Any]) -> dict[str, Any]:
    """Return headers without that of a transfer: an event's body has come, and is whole."""
    # Of a chunked body werkzeug takes the length for unknown, and reads none of it.
    return {name: value for name, value in headers.items() if name.lower() != "transfer-encoding"}


def _without_stage(path: str, stage: Any) -> str:
    """Return an HTTP API's path as a REST API gives it: without the stage's name before it."""
    # serverless-wsgi takes a stage for the SCRIPT_NAME, but leaves it in the path all the same.
    first, _, _ = path.removeprefix("/").partition("/")
    return path.removeprefix(f"/{stage}") if first == stage != "$default" else path


def _refuse(error: InvalidRequest) -> dict[str, Any]:
    app.logger.warning("event refused: %s", error)
    return {
        "statusCode": 400,
        "headers": {"Content-Type": problem.MEDIA_TYPE, **SECURITY_HEADERS},
        "body": json.dumps(problem.of(error)),
        "isBase64Encoded": False,
    }
