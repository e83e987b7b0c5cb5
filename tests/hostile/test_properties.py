"""Whatever is sent, the answer is one of those that the API promises: no raise, no 5xx.

A fixed number of examples here; `make fuzz` takes as many as it is told.
"""

import base64
import json
from contextlib import suppress
from typing import Any

from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st

import handler as module
from digitrec import Recognizer, decode
from digitrec.errors import DigitrecError, InvalidImage, InvalidRequest, TooLarge, UnsupportedType
from digitrec.web import data_url
from tests.hostile import strategies
from tests.lambda_events import Request


def hold(status: int, content_type: str | None, body: bytes) -> None:
    """Hold an answer to what every answer promises."""
    assert 200 <= status < 300 or status == 304 or 400 <= status < 500, (status, body)
    if status >= 400 and body:  # HEAD has none
        assert content_type == "application/problem+json"
        content = json.loads(body)
        assert list(content) == ["type", "title", "status", "detail"]
        assert content["status"] == status
        assert content["detail"].endswith((".", "?"))


@given(request=strategies.requests)
@example(request=Request("POST", "/predict", "", {"Content-Type": "application/json"}, b"NaN"))
def test_any_request_has_a_promised_answer(app: Flask, request: Request) -> None:
    path = request.path.encode().decode("latin1")  # as a WSGI server gives it
    response = app.test_client().open(
        "/",
        environ_overrides={"PATH_INFO": path},
        method=request.method,
        query_string=request.query,
        headers=request.headers,
        data=request.body,
    )
    hold(response.status_code, response.headers.get("Content-Type"), response.data)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert len(response.headers.getlist("Access-Control-Allow-Origin")) <= 1


@given(event=strategies.events() | strategies.values | strategies.bulk_events)
@example(event={"invocationSchemaVersion": "1.0"})
@example(event={"httpMethod": "GET", "path": ""})
def test_any_event_has_a_promised_answer(event: Any) -> None:
    response = module.handler(event, None)
    json.dumps(response)  # as the runtime sends it
    if "results" in response:
        assert {result["resultCode"] for result in response["results"]} <= {"PermanentFailure"}
        return
    body = response.get("body", "")
    data = base64.b64decode(body) if response.get("isBase64Encoded") else body.encode()
    named = response.get("headers") or {
        name: values[0] for name, values in response["multiValueHeaders"].items()
    }
    hold(response["statusCode"], named.get("Content-Type"), data)


@given(file=strategies.pictures())
def test_any_picture_is_decoded_in_bounds_or_refused(file: bytes) -> None:
    try:
        picture, size = decode.decode(file)
    except (InvalidImage, TooLarge, UnsupportedType):
        return
    assert picture.mode in {"L", "RGB"}
    assert 1 <= min(picture.size) <= max(picture.size) <= decode.BOUND
    assert all(own <= sent for own, sent in zip(picture.size, size, strict=True))


@given(files=st.lists(strategies.pictures(), min_size=1, max_size=4))
def test_any_pictures_each_have_a_reading_or_an_error(
    recognizer: Recognizer, files: list[bytes]
) -> None:
    results = list(recognizer.read_many(files))
    assert len(results) == len(files)
    for reading in results:
        if isinstance(reading, DigitrecError):
            continue
        assert reading.prominent in reading.digits
        for digit in reading.digits:
            assert digit.digit == max(range(10), key=digit.probabilities.__getitem__)
            assert abs(sum(digit.probabilities) - 1) < 1e-4
            assert 0 <= digit.confidence <= digit.probabilities[digit.digit]
            left, top, width, height = digit.box
            assert 0 <= left < left + width <= reading.size[0]
            assert 0 <= top < top + height <= reading.size[1]


@given(text=strategies.texts())
def test_any_text_is_bytes_or_refused(text: str) -> None:
    with suppress(InvalidRequest):
        assert isinstance(data_url.decode(text), bytes)
