"""Requests that several tests send, and the app's answers to them in one form."""

import base64
import io
import json
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

import handler as module
from tests import strokes
from tests.lambda_events import Request

PICTURE = bytes(range(256)) * 4000  # werkzeug moves a file of this size out of memory by itself


def encoded(fields: dict[str, Any]) -> tuple[str, bytes]:
    """Return the content type and the body of a multipart form."""
    boundary, body = encode_multipart(fields)
    return f'multipart/form-data; boundary="{boundary}"', body


def file(content: bytes = PICTURE, name: str = "five.png") -> FileStorage:
    return FileStorage(io.BytesIO(content), name)


JSON = {"Content-Type": "application/json"}
Answer = tuple[int, list[tuple[str, str]], bytes]  # status, sorted headers, body
FIVE = strokes.encode(strokes.picture(5))
FIVE_TEXT = base64.b64encode(FIVE).decode()
NUMBER = strokes.encode(strokes.row("42"))
NUMBER_TEXT = base64.b64encode(NUMBER).decode()
FORM_TYPE, FORM = encoded({"image": file(FIVE)})
BLANK = strokes.encode(strokes.picture(5, ink="white"))
GZIP = {"Accept-Encoding": "gzip"}
ORIGIN = {"Origin": "https://example.org"}


def as_json(**content: Any) -> bytes:
    return json.dumps(content).encode()


REQUESTS = {
    "page": Request("GET", "/"),
    "page, head only": Request("HEAD", "/"),
    "page, compressed": Request("GET", "/", headers=GZIP),
    "style sheet": Request("GET", "/static/styles.css"),
    "style sheet, compressed": Request("GET", "/static/styles.css", headers=GZIP),
    "style sheet of a version": Request("GET", "/static/0123456789ab/styles.css", headers=GZIP),
    "picture for previews": Request("GET", "/static/preview.png", headers=GZIP),
    "icon": Request("GET", "/static/icon.svg"),
    "health": Request("GET", "/healthz"),
    "openapi": Request("GET", "/openapi.json"),
    "documentation": Request("GET", "/docs", headers=GZIP),
    "json": Request(headers=JSON, body=as_json(image=FIVE_TEXT)),
    "everything": Request(
        headers=JSON,
        body=as_json(image=FIVE_TEXT, include=["confidence", "probabilities", "frame"]),
    ),
    "all digits": Request(
        query="include=text,digits,frame", headers={"Content-Type": "image/png"}, body=NUMBER
    ),
    "all digits of many": Request(
        headers=JSON,
        body=as_json(images=[FIVE_TEXT, "*", NUMBER_TEXT], include=["text", "digits"]),
    ),
    "many": Request(headers=JSON, body=as_json(images=[FIVE_TEXT, "*", FIVE_TEXT])),
    "form": Request(headers={"Content-Type": FORM_TYPE}, body=FORM),
    "picture": Request(headers={"Content-Type": "image/png"}, body=FIVE),
    "picture by curl": Request(
        headers={"Content-Type": "application/x-www-form-urlencoded"}, body=FIVE
    ),
    "picture and query": Request(
        query="include=confidence%2Cframe", headers={"Content-Type": "image/png"}, body=FIVE
    ),
    "unknown name in query": Request(
        query="include=%C3%A4%20%2B%26", headers={"Content-Type": "image/png"}, body=FIVE
    ),
    "unknown parameter": Request(query="a=1&b=", headers=JSON, body=as_json(image=FIVE_TEXT)),
    "from another origin": Request(headers={**JSON, **ORIGIN}, body=as_json(image=FIVE_TEXT)),
    "preflight": Request(
        "OPTIONS",
        headers={
            **ORIGIN,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    ),
    "options": Request("OPTIONS", "/healthz"),
    "no body": Request(),
    "no json body": Request(headers=JSON),
    "not JSON": Request(headers=JSON, body=b"{"),
    "unicode": Request(headers=JSON, body='{"ä": "\\ud800"}'.encode()),
    "no image": Request(headers=JSON, body=b"{}"),
    "not base64": Request(headers=JSON, body=as_json(image="*")),
    "broken picture": Request(headers={"Content-Type": "image/png"}, body=FIVE[:100]),
    "blank picture": Request(headers={"Content-Type": "image/png"}, body=BLANK),
    "other format": Request(headers={"Content-Type": "image/png"}, body=b"GIF89a"),
    "other type": Request(headers={"Content-Type": "image/gif"}, body=b"GIF89a"),
    "too large": Request(headers={"Content-Type": "image/png"}, body=bytes(4_500_001)),
    "unknown path": Request("GET", "/prédiction/5 %"),
    "unknown file": Request("GET", "/static/no.css"),
    "wrong method": Request("GET", "/predict"),
    "lower-case method": Request("get", "/healthz"),
}


def by_flask(request: Request) -> Answer:
    """Return what the app answers to a request without Lambda."""
    answer = module.app.test_client().open(
        request.path,
        method=request.method,
        query_string=request.query,
        headers=request.headers,
        data=request.body or None,
    )
    return answer.status_code, sorted(answer.headers.items()), answer.data


def plain(response: dict[str, Any]) -> Answer:
    """Return status, sorted headers and body of a Lambda proxy response."""
    body = response.get("body", "")
    data = base64.b64decode(body) if response.get("isBase64Encoded") else body.encode()
    many = response.get("multiValueHeaders")
    headers = (
        [(name, value) for name, values in many.items() for value in values]
        if many
        else list(response["headers"].items())
    )
    return response["statusCode"], sorted(headers), data
