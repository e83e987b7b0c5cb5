"""One behaviour, three doors: Flask, handler(), and the built zip behind a function URL."""

import http.client
import json
import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest

import handler as module
from deploy import function_url, loopback, runtime
from tests import strokes
from tests.lambda_events import Request
from tests.requests import (
    FIVE,
    FIVE_TEXT,
    JSON,
    ORIGIN,
    REQUESTS,
    Answer,
    as_json,
    by_flask,
    encoded,
    file,
    plain,
)

JPEG = strokes.encode(strokes.picture(7), "JPEG")
WEBP = strokes.encode(strokes.picture(2), "WEBP")
PNG = {"Content-Type": "image/png"}
TWO_FILES_TYPE, TWO_FILES = encoded({"image": file(FIVE), "other": file(FIVE)})
WRONG_FIELD_TYPE, WRONG_FIELD = encoded({"picture": file(FIVE)})
PREFLIGHT = {**ORIGIN, "Access-Control-Request-Method": "POST"}

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


@pytest.fixture(scope="module")
def connection(emulated: tuple[str, runtime.Function]) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection(emulated[0].removeprefix("http://"))
    yield connection
    connection.close()


def target(request: Request) -> str:
    return quote(request.path) + (f"?{request.query}" if request.query else "")


def by_handler(request: Request) -> Answer:
    event = function_url.event(
        loopback.Request(
            request.method, target(request), list(request.headers.items()), request.body
        )
    )
    return plain(module.handler(json.loads(json.dumps(event)), None))


def by_zip(request: Request, connection: http.client.HTTPConnection) -> Answer:
    connection.request(request.method, target(request), request.body or None, request.headers)
    answer = connection.getresponse()
    return answer.status, sorted(answer.getheaders()), answer.read()


def comparable(answer: Answer) -> Answer:
    """Return an answer whose probabilities, and no other numbers, are rounded.

    On some processors two processes multiply in another order, and their last bits differ.
    """
    status, headers, body = answer
    rounded = re.sub(rb"\b\d\.\d{6,}(e-\d+)?", lambda found: b"%.4e" % float(found[0]), body)
    if rounded != body:
        headers = [(name, value) for name, value in headers if name != "Content-Length"]
    return status, headers, rounded


def test_the_table_is_long_and_says_nothing_twice() -> None:
    assert not REQUESTS.keys() & MORE.keys()
    assert len(TABLE) >= 60


@pytest.mark.needs_lambda
def test_a_request_is_answered_the_same_through_all_three_doors(
    connection: http.client.HTTPConnection, subtests: pytest.Subtests
) -> None:
    for name, request_ in TABLE.items():
        with subtests.test(name):
            answer = by_flask(request_)
            assert by_handler(request_) == answer
            assert comparable(by_zip(request_, connection)) == comparable(answer)
            assert answer[0] < 500
