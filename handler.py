"""The app behind AWS Lambda: function URLs, API Gateway and load balancers."""

import gc

# Startup's objects stay: looking for garbage among them takes a tenth of the startup time.
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
recognizer = Recognizer.from_settings(settings)
app = create_app(settings, recognizer)

gc.freeze()  # later collections skip it
gc.enable()

serverless_wsgi.TEXT_MIME_TYPES.append(problem.MEDIA_TYPE)  # otherwise it would be sent as base64

# The fields of an event that serverless-wsgi needs. The rest, such as cookies, is not read.
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

# Raised, here and in serverless-wsgi, by reading an event that is not an HTTP request. The app's
# own failures don't get here: Flask answers them.
MALFORMED = (AttributeError, LookupError, TypeError, ValueError)

NO_REQUEST = InvalidRequest(
    "The event is not an HTTP request. Call this function through its URL, API Gateway or a load "
    "balancer, or with an event like theirs."
)

INBOX = ("aws:s3", "aws:sqs")  # the services whose events digitrec.aws.inbox takes


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Return the app's answer to the HTTP request in the event.

    Parameters
    ----------
    event
        The event of a function URL or HTTP API (version 2.0), API Gateway (1.0), load balancer,
        S3 Batch Operations, or of S3 or SQS for the inbox.
    context
        Lambda's context; its request id is logged.

    Returns
    -------
    The response in the form that the event's sender expects. An event that is not an HTTP request
    gets a problem of status 400: an exception would count as an error of the function.

    Raises
    ------
    DigitrecError
        The event is from a service such as SQS, and can't be handled, or not now. Any response
        would mark it as done. After an error, Lambda retries it, and finally sends it to a dead
        letter queue.
    """
    if bulk.is_bulk(event):
        try:
            return bulk.answer(event, recognizer, settings.bulk_bucket)
        except InvalidRequest as error:
            return _refuse(error, event)
    if service := _service(event):
        if settings.inbox_bucket is None or service not in INBOX:
            raise InvalidRequest(
                f"The function is not set up for events of {service}. Remove the trigger, or, for "
                "events of S3 that come directly or through SQS, set INBOX_BUCKET."
            )
        from digitrec.aws import inbox  # noqa: PLC0415 # late: most functions never need it

        return inbox.answer(event, service, recognizer, settings.inbox_bucket)
    try:
        request = _request(event)
        response: dict[str, Any] = serverless_wsgi.handle_request(app, request, context)
    except InvalidRequest as error:
        return _refuse(error, event)
    except MALFORMED:
        return _refuse(NO_REQUEST, event)
    return response


def _service(event: Any) -> Any:
    """Return the name of the service whose event is lost if it is answered, or None."""
    if not isinstance(event, dict):
        return None
    if "detail-type" in event:  # EventBridge
        return event.get("source", "EventBridge")
    records = event.get("Records")
    first = records[0] if isinstance(records, list) and records else event
    # SNS writes EventSource. Kafka and message brokers have theirs beside the records.
    if isinstance(first, dict):
        return first.get("eventSource") or first.get("EventSource")
    return None


def _request(event: Any) -> dict[str, Any]:
    """Return the event as serverless-wsgi can read it: without nulls, with its body decoded."""
    request = _without_nulls({name: event.get(name) for name in FIELDS})
    request.setdefault("headers", {})
    for name in HEADERS & request.keys():
        request[name] = _without_coding(request[name])
    context = request["requestContext"] = _without_nulls(request.get("requestContext", {}))
    method = context["http"]["method"] if "rawPath" in request else request["httpMethod"]
    if not (isinstance(method, str) and method):
        raise TypeError("the method is not a string")
    if "rawPath" in request:
        request["rawPath"] = _without_stage(request["rawPath"], context.get("stage"))
    if request.pop("isBase64Encoded", False) and "body" in request:
        try:
            request["body"] = base64.b64decode(request["body"], validate=True)
        except ValueError as error:
            raise InvalidRequest(
                "The event's body is not base64, though isBase64Encoded is true. Encode it, or "
                "set isBase64Encoded to false."
            ) from error
    return request


def _without_nulls(mapping: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in mapping.items() if value is not None}


def _without_coding(headers: dict[str, Any]) -> dict[str, Any]:
    """Return the headers without Transfer-Encoding: an event's body has arrived whole."""
    # To werkzeug, the length of a chunked body is unknown: it reads nothing of it.
    return {name: value for name, value in headers.items() if name.lower() != "transfer-encoding"}


def _without_stage(path: str, stage: Any) -> str:
    """Return an HTTP API's path as a REST API gives it: without the leading stage name."""
    # serverless-wsgi uses the stage as SCRIPT_NAME, but leaves it in the path.
    first, _, _ = path.removeprefix("/").partition("/")
    return path.removeprefix(f"/{stage}") if first == stage != "$default" else path


def _refuse(error: InvalidRequest, event: Any) -> dict[str, Any]:
    """Return the error's problem, in the form that the event's sender expects."""
    app.logger.warning("event refused: %s", error)
    sender = event if isinstance(event, dict) else {}
    if not isinstance(sender.get("requestContext"), dict):
        sender = {**sender, "requestContext": {}}
    body = [json.dumps(problem.of(error))]  # in a list: the sender adds Content-Length
    response = app.response_class(body, 400, SECURITY_HEADERS, content_type=problem.MEDIA_TYPE)
    refusal: dict[str, Any] = serverless_wsgi.generate_response(response, sender)
    return refusal
