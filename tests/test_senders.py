"""Each sender of HTTP requests gets its answers, and its refusals, in the form that it reads."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.http import HTTP_STATUS_CODES

import handler as module
from tests import strokes
from tests.lambda_events import (
    SENDERS,
    Event,
    Request,
    api_gateway,
    load_balancer,
    load_balancer_of_lists,
)

Sender = Callable[[Request], Event]

OF_LISTS = (api_gateway, load_balancer_of_lists)  # take the headers of an answer as lists
BALANCERS = (load_balancer, load_balancer_of_lists)
FIVE = strokes.encode(strokes.picture(5))
JSON = {"Content-Type": "application/json"}
PNG = {"Content-Type": "image/png"}
PREFLIGHT = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}

REQUESTS = [
    Request("GET", "/"),
    Request("HEAD", "/healthz"),
    Request("GET", "/openapi.json", headers={"Accept-Encoding": "gzip"}),
    Request("GET", "/static/preview.png"),
    Request("GET", "/healthz", headers={"Cookie": "a=1; b=2", "X-Forwarded-For": "a, b"}),
    Request("GET", "/prédiction/5 %/ä+b"),
    Request("OPTIONS", headers=PREFLIGHT),
    Request(headers=PNG, body=FIVE),
    Request(query="include=confidence%2Cframe", headers=PNG, body=FIVE),
    Request(query="%C3%A4%20b=%2B%26&c=", headers=PNG, body=FIVE),
    Request(headers=JSON, body=json.dumps({"image": base64.b64encode(FIVE).decode()}).encode()),
    Request(headers=JSON, body='{"ä": "\\ud83d\\ude00"}'.encode()),
    Request(headers={"CONTENT-TYPE": "image/png"}, body=bytes(4_500_001)),
    Request("DELETE", "/predict", headers=PNG, body=FIVE),
]
# A load balancer without lists sends only the last of a parameter's values.
TWICE = Request(query="include=text,digits&include=frame", headers=PNG, body=FIVE)


def content(response: dict[str, Any], sender: Sender) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of a response, which must be in the sender's form."""
    status, lists = response["statusCode"], sender in OF_LISTS
    assert response.keys() - {"body", "isBase64Encoded"} == {
        "statusCode",
        "multiValueHeaders" if lists else "headers",
        *(["statusDescription"] if sender in BALANCERS else []),
    }
    if sender in BALANCERS:
        assert response["statusDescription"] == f"{status} {HTTP_STATUS_CODES[status]}"
    headers = response["multiValueHeaders" if lists else "headers"]
    if lists:
        assert all(len(values) == 1 for values in headers.values())
        headers = {name: value for name, [value] in headers.items()}
    assert all(isinstance(value, str) for value in headers.values())
    body = response.get("body", "")
    data = base64.b64decode(body) if response.get("isBase64Encoded") else body.encode()
    return status, headers, data


def answered(event: Event, sender: Sender) -> tuple[int, dict[str, str], bytes]:
    return content(module.handler(json.loads(json.dumps(event)), None), sender)


@pytest.mark.parametrize("sender", SENDERS)
def test_every_request_is_answered_in_the_sender_s_form(sender: Sender) -> None:
    client = module.app.test_client()
    for request in REQUESTS if sender is load_balancer else [*REQUESTS, TWICE]:
        expected = client.open(
            request.path,
            method=request.method,
            query_string=request.query,
            headers=request.headers,
            data=request.body or None,
        )
        assert answered(sender(request), sender) == (
            expected.status_code,
            dict(expected.headers),
            expected.data,
        ), request


@pytest.mark.parametrize("sender", SENDERS)
def test_a_refusal_is_in_the_sender_s_form(sender: Sender) -> None:
    event = sender(Request(headers=PNG, body=FIVE))
    malformed = {**event, "rawPath" if "rawPath" in event else "path": 5}
    status, headers, body = answered(malformed, sender)
    assert (status, headers["Content-Type"]) == (400, "application/problem+json")
    assert json.loads(body)["detail"].startswith("The event is not an HTTP request.")


@pytest.mark.parametrize("sender", SENDERS)
def test_a_body_that_is_not_the_base64_that_it_is_marked_as_is_told_so(sender: Sender) -> None:
    event = sender(Request(headers=PNG, body=FIVE))
    for text in ("*", "AAAAA", "ä", event["body"][1:]):
        status, _, body = answered({**event, "body": text}, sender)
        assert (status, json.loads(body)["type"]) == (400, "/problems/invalid-request")
        assert "not base64" in json.loads(body)["detail"]
