"""Requests that several tests send, and the answers to them in one form."""

import base64
import http.client
import io
import json
import re
from typing import Any
from urllib.parse import quote

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

import handler as module
from deploy import function_url, loopback
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
JPEG = strokes.encode(strokes.picture(7), "JPEG")
WEBP = strokes.encode(strokes.picture(2), "WEBP")
PNG = {"Content-Type": "image/png"}
TWO_FILES_TYPE, TWO_FILES = encoded({"image": file(FIVE), "other": file(FIVE)})
WRONG_FIELD_TYPE, WRONG_FIELD = encoded({"picture": file(FIVE)})
PREFLIGHT = {**ORIGIN, "Access-Control-Request-Method": "POST"}


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
MORE = {
    "script": Request("GET", "/static/page.js"),
    "static, head only": Request("HEAD", "/static/styles.css"),
    "static, up a directory": Request("GET", "/static/../handler.py"),
    "static, a directory": Request("GET", "/static/"),
    "metrics, which are off": Request("GET", "/metrics"),
    "health, head only": Request("HEAD", "/healthz"),
    "health, posted": Request("POST", "/healthz", headers=JSON, body=b"{}"),
    "page, deleted": Request("DELETE", "/"),
    "predict, put": Request("PUT", "/predict", headers=PNG, body=FIVE),
    "predict, head only": Request("HEAD", "/predict"),
    "predict with a slash": Request("POST", "/predict/", headers=PNG, body=FIVE),
    "two slashes": Request("GET", "/static//styles.css"),
    "another case": Request("POST", "/Predict", headers=PNG, body=FIVE),
    "jpeg": Request(headers={"Content-Type": "image/jpeg"}, body=JPEG),
    "webp": Request(headers={"Content-Type": "image/webp"}, body=WEBP),
    "a jpeg that says it's a png": Request(headers=PNG, body=JPEG),
    "type with a parameter": Request(headers={"Content-Type": "image/png; a=b"}, body=FIVE),
    "type in capitals": Request(headers={"Content-Type": "IMAGE/PNG"}, body=FIVE),
    "octets": Request(headers={"Content-Type": "application/octet-stream"}, body=FIVE),
    "no type": Request(body=FIVE),
    "json with a charset": Request(
        headers={"Content-Type": "application/json; charset=utf-8"}, body=as_json(image=FIVE_TEXT)
    ),
    "two files": Request(headers={"Content-Type": TWO_FILES_TYPE}, body=TWO_FILES),
    "another field": Request(headers={"Content-Type": WRONG_FIELD_TYPE}, body=WRONG_FIELD),
    "a form without a boundary": Request(
        headers={"Content-Type": "multipart/form-data"}, body=TWO_FILES
    ),
    "include, twice": Request(query="include=frame&include=confidence", headers=PNG, body=FIVE),
    "include, empty": Request(query="include=", headers=PNG, body=FIVE),
    "probabilities": Request(query="include=probabilities", headers=PNG, body=FIVE),
    "explanation": Request(query="include=explanation,digits", headers=PNG, body=FIVE),
    "a hundred and one pictures": Request(headers=JSON, body=as_json(images=["A"] * 101)),
    "both": Request(headers=JSON, body=as_json(image=FIVE_TEXT, images=[FIVE_TEXT])),
    "a number": Request(headers=JSON, body=as_json(image=5)),
    "deeply nested": Request(headers=JSON, body=b"[" * 100_000),
    "text too large": Request(headers=JSON, body=as_json(image="A" * 6_000_000)),
    "not UTF-8": Request(headers=JSON, body=b'{"image": "\xff"}'),
    "a bomb": Request(headers=PNG, body=FIVE[:16] + b"\0\0\xff\xff" * 2 + FIVE[24:]),
    "preflight from a file": Request("OPTIONS", headers={**PREFLIGHT, "Origin": "null"}),
    "preflight of another method": Request(
        "OPTIONS", headers={**PREFLIGHT, "Access-Control-Request-Method": "DELETE"}
    ),
    "preflight elsewhere": Request("OPTIONS", "/healthz", headers=PREFLIGHT),
    "an error to another origin": Request(headers={**PNG, **ORIGIN}, body=b"GIF89a"),
    "with cookies": Request("GET", "/healthz", headers={"Cookie": "a=1; b=2"}),
}
TABLE = REQUESTS | MORE


def target(request: Request) -> str:
    """Return path and query as they stand in a request line."""
    return quote(request.path) + (f"?{request.query}" if request.query else "")


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


def by_connection(request: Request, connection: http.client.HTTPConnection) -> Answer:
    """Return what a server answers to a request."""
    connection.request(request.method, target(request), request.body or None, request.headers)
    answer = connection.getresponse()
    return answer.status, sorted(answer.getheaders()), answer.read()


def event(request: Request) -> dict[str, Any]:
    """Return the event that a function URL makes of a request."""
    headers = list(request.headers.items())
    return function_url.event(
        loopback.Request(request.method, target(request), headers, request.body)
    )


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


def comparable(answer: Answer) -> Answer:
    """Return an answer whose probabilities, and no other numbers, are rounded.

    On some processors two processes multiply in another order, and their last bits differ.
    """
    status, headers, body = answer
    rounded = re.sub(rb"\b\d\.\d{6,}(e-\d+)?", lambda found: b"%.4e" % float(found[0]), body)
    if rounded != body:
        headers = [(n, value) for n, value in headers if n.lower() != "content-length"]
    return status, headers, rounded
