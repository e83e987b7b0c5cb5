"""Requests that are odd on purpose, each with the one answer that is right, through two doors."""

import base64
import gc
import itertools
import json
import math
from collections.abc import Iterator
from types import FrameType
from typing import Any

import pytest
from flask import Flask

import handler as module
from tests.lambda_events import KINDS, Request
from tests.requests import FIVE, FIVE_TEXT, encoded, file, plain
from tests.strokes import encode, picture

JSON = {"Content-Type": "application/json"}
PNG = {"Content-Type": "image/png"}
FORM = {"Content-Type": "multipart/form-data; boundary=x"}


def part(disposition: str, content: bytes = FIVE) -> bytes:
    return f"--x\r\nContent-Disposition: {disposition}\r\n\r\n".encode() + content + b"\r\n"


IMAGE = part('form-data; name="image"; filename="5.png"')
EVERY_TYPE: list[Any] = [
    None,
    True,
    5,
    -0.5,
    math.nan,
    [],
    {},
    [[]],
    "",
    "\0",
    "\ud800",
    "*" * 1000,
]

GOOD: dict[str, Request] = {
    "duplicate keys, of which the last counts": Request(
        headers=JSON, body=f'{{"image": "*", "image": "{FIVE_TEXT}"}}'.encode()
    ),
    "JSON in UTF-16": Request(
        headers=PNG | JSON, body=json.dumps({"image": FIVE_TEXT}).encode("utf-16")
    ),
    "JSON with a byte order mark": Request(
        headers=JSON, body=b"\xef\xbb\xbf" + json.dumps({"image": FIVE_TEXT}).encode()
    ),
    "a data URL of another type": Request(
        headers=JSON, body=json.dumps({"image": f"data:text/html;base64,{FIVE_TEXT}"}).encode()
    ),
    "a form with a preamble": Request(headers=FORM, body=b"hello\r\n" + IMAGE + b"--x--\r\n"),
    "a form with a file name that leads away": Request(
        headers=FORM,
        body=part('form-data; name="image"; filename="../../etc/passwd"') + b"--x--\r\n",
    ),
    "a large header": Request(headers={**PNG, "X-Anything": "a" * 100_000}, body=FIVE),
    "a thousand headers": Request(headers=PNG | {f"X-{n}": "a" for n in range(1000)}, body=FIVE),
    "a method in a header": Request(headers={**PNG, "X-HTTP-Method-Override": "GET"}, body=FIVE),
    "a path in a header": Request(headers={**PNG, "X-Original-URL": "/healthz"}, body=FIVE),
    "gzip announced and not sent": Request(headers={**PNG, "Content-Encoding": "gzip"}, body=FIVE),
    "another host": Request(headers={**PNG, "Host": "evil.example.org:99"}, body=FIVE),
    "a content type with a NUL": Request(headers={"Content-Type": "image/png;\0"}, body=FIVE),
}
BAD: dict[str, tuple[int, Request]] = {
    **{
        f"{key} is {json.dumps(value)[:20]}": (
            400,
            Request(headers=JSON, body=json.dumps({**others, key: value}).encode()),
        )
        for key, others, allowed in (
            ("image", {}, []),
            ("images", {}, [[[]]]),  # a list, in which one picture is none
            ("include", {"image": FIVE_TEXT}, [[]]),
        )
        for value in EVERY_TYPE
        if value not in allowed
    },
    "NaN": (400, Request(headers=JSON, body=b"NaN")),
    "JSON in Latin-1": (400, Request(headers=JSON, body='{"ä": 1}'.encode("latin1"))),
    "nested objects": (400, Request(headers=JSON, body=b'{"image":' * 50_000)),
    "nested in the right key": (
        400,
        Request(headers=JSON, body=b'{"image":' + b"[" * 900 + b"]" * 900 + b"}"),
    ),
    "two JSON bodies": (400, Request(headers=JSON, body=b"{}{}")),
    "a picture as JSON": (400, Request(headers=JSON, body=FIVE)),
    "a form as a picture": (415, Request(headers=PNG, body=IMAGE)),
    "a form without an end": (400, Request(headers=FORM, body=IMAGE)),
    "a form without a file name": (
        400,
        Request(headers=FORM, body=part('form-data; name="image"') + b"--x--\r\n"),
    ),
    "a form without a name": (
        400,
        Request(headers=FORM, body=part('form-data; filename="5"') + b"--x--\r\n"),
    ),
    "a form without a disposition": (400, Request(headers=FORM, body=b"--x\r\n\r\n5\r\n--x--\r\n")),
    "a form of a thousand parts": (400, Request(headers=FORM, body=IMAGE * 1000 + b"--x--\r\n")),
    "a form of headers alone": (400, Request(headers=FORM, body=b"--x\r\n" + b"A: b\r\n" * 9999)),
    "a form with a boundary of 10 kB": (
        400,
        Request(
            headers={"Content-Type": "multipart/form-data; boundary=" + "x" * 10_000}, body=IMAGE
        ),
    ),
    "a form in a form": (
        400,
        Request(headers=FORM, body=part('form-data; name="image"', IMAGE) + b"--x--\r\n"),
    ),
    "include, ten thousand times": (
        400,
        Request(query="&".join(["include=x"] * 10_000), headers=PNG, body=FIVE),
    ),
    "a query that is no query": (400, Request(query="%%%&&&=&==", headers=PNG, body=FIVE)),
    "a path with a NUL": (404, Request("GET", "/\0")),
    "a path up and away": (404, Request("GET", "/static/../../../etc/passwd")),
    "a path of 100 kB": (404, Request("GET", "/" + "a" * 100_000)),
}


def test_what_is_odd_but_right_is_answered(app: Flask, subtests: pytest.Subtests) -> None:
    for name, request_ in GOOD.items():
        with subtests.test(name):
            response = send(app, request_)
            assert (response.status_code, response.json) == (200, {"digit": 5})


def test_what_is_wrong_is_told_so(app: Flask, subtests: pytest.Subtests) -> None:
    for name, (status, request_) in BAD.items():
        response = send(app, request_)
        with subtests.test(name):
            assert response.status_code == status
            assert response.headers["Content-Type"] == "application/problem+json"
            assert json.loads(response.data)["status"] == status
            assert len(response.data) < 1000  # nothing long is sent back


def test_lambda_says_the_same(app: Flask, subtests: pytest.Subtests) -> None:
    sent = {name: request_ for name, (_, request_) in BAD.items() if request_.query == ""}
    # Each in an event of one kind: that all kinds are read alike is shown in test_handler.py.
    for (name, request_), kind in zip(sent.items(), itertools.cycle(KINDS), strict=False):
        event = kind(Request(request_.method, request_.path, "", request_.headers, b""))
        event |= {"body": base64.b64encode(request_.body).decode(), "isBase64Encoded": True}
        response = send(app, request_)
        expected = response.status_code, sorted(response.headers.items()), response.data
        with subtests.test(name, kind=kind.__name__):
            assert plain(module.handler(event, None)) == expected


def send(app: Flask, request_: Request) -> Any:
    return app.test_client().open(
        request_.path,
        method=request_.method,
        query_string=request_.query,
        headers=request_.headers,
        data=request_.body,
    )


@pytest.fixture
def garbage() -> Iterator[list[Any]]:
    """What only the garbage collector would free, from the test's beginning to `gc.collect()`."""
    gc.collect()
    gc.freeze()  # what is there by now is not looked through each time
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        yield gc.garbage
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.unfreeze()
        gc.enable()


REFUSED = {
    # Flask's request keeps the error of a path that is none; no body is read for it.
    **{name: request_ for name, (status, request_) in BAD.items() if status != 404},
    "no picture": Request(headers=PNG, body=b"no picture"),
    "a broken picture": Request(headers=PNG, body=FIVE[:-100]),
    "an empty picture": Request(headers=PNG, body=encode(picture(5, ink="white"))),
    "all that in a list": Request(
        headers=JSON,
        body=json.dumps(
            {
                "images": [
                    base64.b64encode(image).decode()
                    for image in (b"no picture", FIVE[:-100], encode(picture(5, ink="white")))
                ]
                + ["*", 5]
            }
        ).encode(),
    ),
}


def test_a_body_that_is_refused_is_forgotten_at_once(app: Flask, garbage: list[Any]) -> None:
    kept = []
    for name, request_ in REFUSED.items():
        send(app, request_)
        gc.collect()
        if any(isinstance(thing, FrameType) for thing in garbage):
            kept.append(name)
        garbage.clear()
    assert kept == []


INJECTIONS = [
    "/a\n{}",
    "/a\r\n\r\nx",
    "/\u2028\u2029",
    "/\x1b[2J",
    '/","level":"FATAL',
    "/\x85\x0b",
]


@pytest.mark.parametrize("path", INJECTIONS)
def test_no_path_breaks_out_of_its_log_line(
    app: Flask, path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    environ = {"PATH_INFO": path.encode().decode("latin1")}
    app.test_client().get("/", environ_overrides=environ)
    logged = capsys.readouterr().err
    assert logged.isascii()
    assert logged.count("\n") == 1
    line = json.loads(logged)
    assert (line["path"], line["level"]) == (path, "INFO")


def test_no_log_line_tells_of_a_sender_or_a_picture(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = "a-secret-of-the-sender"
    content_type, form = encoded({"image": file(secret.encode(), f"{secret}.png")})
    named = ("Authorization", "Cookie", "Referer", "User-Agent", "X-Forwarded-For", "Origin")
    headers = dict.fromkeys(named, secret)
    client = app.test_client()
    for sent in (
        {"json": {"image": secret}},
        {"json": {secret: secret}},
        {"data": secret.encode(), "content_type": "image/png"},
        {"data": secret, "content_type": secret},
        {"data": form, "content_type": content_type},
    ):
        client.post(f"/predict?include={secret}&{secret}", headers=headers, **sent)
    client.get("/healthz", headers=headers, environ_overrides={"REMOTE_ADDR": secret})
    logged = capsys.readouterr().err
    assert logged.count("\n") == 6
    assert secret not in logged
    assert set(json.loads(logged.splitlines()[0])) == {
        *("timestamp", "level", "message", "method", "path", "status", "duration_ms"),
        "request_bytes",
    }
