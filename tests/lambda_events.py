"""One HTTP request as the events that Lambda makes of it."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, quote_plus

Event = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """An HTTP request; `query` is what stands behind the question mark."""

    method: str = "POST"
    path: str = "/predict"
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def function_url(request: Request) -> Event:
    """Return the event of a function URL, which has the format 2.0 of an HTTP API."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": quote(request.path),
        "rawQueryString": request.query,
        "headers": {
            "host": "abc123.lambda-url.eu-west-1.on.aws",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
            **{name.lower(): value for name, value in request.headers.items()},
        },
        "requestContext": {
            "domainName": "abc123.lambda-url.eu-west-1.on.aws",
            "http": {
                "method": request.method,
                "path": quote(request.path),
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.7",
                "userAgent": "test",
            },
            "requestId": "3f1c8a52-0001",
            "stage": "$default",
        },
        **_body(request),
    }


def api_gateway(request: Request) -> Event:
    """Return the event of a REST API, format 1.0: each header and parameter as a list, too."""
    query = parse_qs(request.query, keep_blank_values=True)
    return {
        "resource": "/{proxy+}",
        "path": request.path,
        "httpMethod": request.method,
        "headers": {"Host": "abc123.execute-api.eu-west-1.amazonaws.com", **request.headers},
        "multiValueHeaders": {
            "Host": ["abc123.execute-api.eu-west-1.amazonaws.com"],
            **{name: [value] for name, value in request.headers.items()},
        },
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": {"proxy": request.path.lstrip("/")},
        "stageVariables": None,
        "requestContext": {
            "authorizer": None,
            "httpMethod": request.method,
            "identity": {"sourceIp": "192.0.2.7"},
            "requestId": "3f1c8a52-0002",
            "stage": "prod",
        },
        **_body(request),
    }


def load_balancer(request: Request) -> Event:
    """Return the event of an Application Load Balancer, which leaves the query encoded."""
    pairs = [pair.partition("=") for pair in request.query.split("&") if pair]
    group = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/digitrec/1"
    return {
        "requestContext": {"elb": {"targetGroupArn": group}},
        "httpMethod": request.method,
        "path": quote(request.path),
        "queryStringParameters": {name: value for name, _, value in pairs},
        "headers": {
            "host": "digitrec-1.eu-west-1.elb.amazonaws.com",
            **{name.lower(): value for name, value in request.headers.items()},
        },
        **_body(request),
    }


def http_api(request: Request) -> Event:
    """Return the event of an HTTP API's stage, whose path begins with the stage's name."""
    event = function_url(request)
    host = "abc123.execute-api.eu-west-1.amazonaws.com"
    return {
        **event,
        "rawPath": f"/prod{event['rawPath']}",
        "headers": {**event["headers"], "host": host},
        "requestContext": {**event["requestContext"], "domainName": host, "stage": "prod"},
    }


def load_balancer_of_lists(request: Request) -> Event:
    """Return the event of a load balancer whose target group has multi-value headers enabled."""
    event = load_balancer(request)
    query = [pair.partition("=") for pair in request.query.split("&") if pair]
    lists: dict[str, list[str]] = {}
    for name, _, value in query:
        lists.setdefault(name, []).append(value)
    headers = {name: [value] for name, value in event.pop("headers").items()}
    del event["queryStringParameters"]
    return {**event, "multiValueHeaders": headers, "multiValueQueryStringParameters": lists}


def _body(request: Request) -> Event:
    if not request.body:
        return {"body": None, "isBase64Encoded": False}
    if request.headers.get("Content-Type", "").startswith("application/json"):
        return {"body": request.body.decode(), "isBase64Encoded": False}
    return {"body": base64.b64encode(request.body).decode(), "isBase64Encoded": True}


KINDS: list[Callable[[Request], Event]] = [function_url, api_gateway, load_balancer]
SENDERS = [*KINDS, http_api, load_balancer_of_lists]


def s3_event(bucket: str, *keys: str) -> Event:
    """Return an event of S3 with a record for each new object."""
    return {
        "Records": [
            {
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "awsRegion": "eu-west-1",
                "eventName": "ObjectCreated:Put",
                "s3": {
                    "s3SchemaVersion": "1.0",
                    "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"},
                    "object": {"key": quote_plus(key), "size": 5, "versionId": "1"},
                },
            }
            for key in keys
        ]
    }


def sqs_event(messages: dict[str, str]) -> Event:
    """Return an event of SQS with messages, of which the names are the ids."""
    return {
        "Records": [
            {
                "messageId": name,
                "receiptHandle": f"handle of {name}",
                "body": body,
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:inbox",
                "awsRegion": "eu-west-1",
            }
            for name, body in messages.items()
        ]
    }
