"""The emulated function URL against what AWS documents of payload format 2.0."""

import json

import pytest

from deploy.function_url import event, response
from deploy.loopback import Request

GET = Request("GET", "/a%20b?x=1&x=2&y=%C3%A4&z=", [("User-Agent", "test"), ("Host", "h")], b"")


def test_path_and_query_travel_as_they_were_sent() -> None:
    made = event(GET)
    assert (made["version"], made["rawPath"], made["rawQueryString"]) == (
        "2.0",
        "/a%20b",
        "x=1&x=2&y=%C3%A4&z=",
    )
    assert made["queryStringParameters"] == {"x": "1,2", "y": "ä", "z": ""}
    assert made["requestContext"]["http"] == {
        "method": "GET",
        "path": "/a%20b",
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": "test",
    }


def test_what_was_not_sent_is_not_there() -> None:
    made = event(Request("GET", "/", [], b""))
    assert not {"body", "cookies", "queryStringParameters"} & set(made)
    assert made["isBase64Encoded"] is False


def test_headers_are_lower_case_and_repeated_ones_joined() -> None:
    made = event(Request("GET", "/", [("X-A", "1"), ("x-a", "2")], b""))
    assert made["headers"]["x-a"] == "1,2"


def test_cookies_are_a_list_and_no_header() -> None:
    made = event(Request("GET", "/", [("Cookie", "a=1; b=2")], b""))
    assert made["cookies"] == ["a=1", "b=2"]
    assert "cookie" not in made["headers"]


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("application/json", b'{"a": "\xc3\xa4"}', ('{"a": "ä"}', False)),
        ("text/plain", b"a", ("a", False)),
        ("application/json", b"\xff", ("/w==", True)),
        ("image/png", b"a", ("YQ==", True)),
        ("", b"a", ("YQ==", True)),
    ],
)
def test_text_travels_as_text_and_the_rest_as_base64(
    content_type: str, body: bytes, expected: tuple[str, bool]
) -> None:
    made = event(Request("POST", "/", [("Content-Type", content_type)], body))
    assert (made["body"], made["isBase64Encoded"]) == expected


def test_an_answer_becomes_status_headers_and_body() -> None:
    answer = {
        "statusCode": 201,
        "headers": {"X-A": "1"},
        "cookies": ["a=1"],
        "body": "/w==",
        "isBase64Encoded": True,
    }
    made = response(json.dumps(answer).encode())
    assert (made.status, made.body) == (201, b"\xff")
    assert made.headers == [("X-A", "1"), ("Set-Cookie", "a=1")]


@pytest.mark.parametrize("answer", [b'{"digit": 5}', b'"text"', b"null", b"[5]"])
def test_an_answer_without_a_status_is_the_body(answer: bytes) -> None:
    made = response(answer)
    assert (made.status, made.body) == (200, answer)
    assert made.headers == [("Content-Type", "application/json")]


def test_an_answer_of_more_than_six_megabytes_is_a_failure() -> None:
    assert response(json.dumps({"statusCode": 200, "body": "a" * 6_300_000}).encode()).status == 502
