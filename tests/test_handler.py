import base64
import json
import logging
import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

import handler as module
from digitrec.settings import ROOT
from digitrec.web.app import SECURITY_HEADERS
from handler import handler
from tests import strokes
from tests.lambda_events import KINDS, Event, Request, function_url, load_balancer
from tests.test_form import encoded, file

JSON = {"Content-Type": "application/json"}
Answer = tuple[int, list[tuple[str, str]], bytes]  # status, sorted headers, body
EVENTS = sorted((ROOT / "tests" / "events").iterdir())

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


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_handler_answers_as_flask_does(request_: Request, kind: Callable[[Request], Event]) -> None:
    by_handler = handler(json.loads(json.dumps(kind(request_))), None)
    expected = by_flask(request_)
    assert plain(by_handler) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_no_path_is_the_page_s(kind: Callable[[Request], Event]) -> None:
    assert plain(handler(kind(Request("GET", "")), None)) == by_flask(Request("GET", "/"))


def at_stage(event: Event, stage: str, path: str) -> Event:
    """Return an event of version 2.0 as one of an HTTP API's stage."""
    return {
        **event,
        "rawPath": path,
        "headers": {**event["headers"], "host": "abc123.execute-api.eu-west-1.amazonaws.com"},
        "requestContext": {**event["requestContext"], "stage": stage},
    }


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_a_stage_of_an_http_api_answers_as_flask_does(request_: Request) -> None:
    event = function_url(request_)
    response = handler(at_stage(event, "prod", f"/prod{event['rawPath']}"), None)
    assert plain(response) == by_flask(request_)


@pytest.mark.parametrize(
    ("stage", "path", "status"),
    [
        ("prod", "/prod", 200),  # the page
        ("prod", "/healthz", 200),  # a domain of one's own may leave the stage out
        ("prod", "/production/healthz", 404),
        ("prod", "/prodhealthz", 404),
        ("prod", "/prod/prod/healthz", 404),
        ("prod", "/healthz/prod", 404),
        ("", "//", 200),
        ("$default", "/$default/healthz", 404),
    ],
)
def test_of_a_path_only_the_stage_itself_is_left_out(stage: str, path: str, status: int) -> None:
    event = at_stage(function_url(Request("GET", "/")), stage, path)
    assert handler(event, None)["statusCode"] == status


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("digit", range(10))
def test_a_drawn_digit_is_recognised(digit: int, kind: Callable[[Request], Event]) -> None:
    text = base64.b64encode(strokes.encode(strokes.picture(digit))).decode()
    response = handler(kind(Request(headers=JSON, body=as_json(image=text))), None)
    assert (response["statusCode"], json.loads(response["body"])) == (200, {"digit": digit})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["Transfer-Encoding", "transfer-encoding", "TRANSFER-ENCODING"])
def test_a_body_that_came_in_chunks_is_read(kind: Callable[[Request], Event], name: str) -> None:
    response = handler(
        kind(Request(headers={"Content-Type": "image/png", name: "chunked"}, body=FIVE)), None
    )
    assert (response["statusCode"], response["body"]) == (200, '{"digit":5}\n')


@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_the_example_events_ask_for_a_five(path: Any) -> None:
    response = handler(json.loads(path.read_text()), None)
    assert (response["statusCode"], response["body"]) == (200, '{"digit":5}\n')


@pytest.mark.parametrize("kind", KINDS)
def test_a_problem_travels_as_text(kind: Callable[[Request], Event]) -> None:
    response = handler(kind(Request("GET", "/no")), None)
    assert response["isBase64Encoded"] is False
    assert json.loads(response["body"])["type"] == "/problems/not-found"


def test_a_load_balancer_gets_the_description_that_it_wants() -> None:
    response = handler(load_balancer(Request("GET", "/healthz")), None)
    assert response["statusDescription"] == "200 OK"


@pytest.mark.parametrize("name", ["cookies", "body", "isBase64Encoded", "headers"])
def test_a_null_in_an_event_is_nothing(name: str) -> None:
    assert (
        handler({**function_url(Request("GET", "/healthz")), name: None}, None)["statusCode"] == 200
    )


def test_a_null_authorizer_is_nothing() -> None:
    event = function_url(Request("GET", "/healthz"))
    event["requestContext"]["authorizer"] = None
    assert handler(event, None)["statusCode"] == 200


GOOD = function_url(Request(headers=JSON, body=as_json(image=FIVE_TEXT)))
BAD_EVENTS: dict[str, Any] = {
    "nothing": None,
    "text": "hello",
    "list": [GOOD],
    "empty": {},
    "warm-up": {"source": "serverless-plugin-warmup"},
    "shell command": {"_serverless-wsgi": {"command": "exec", "data": "1"}},
    "test console": {"key1": "value1", "key2": "value2"},
    "records of nobody": {"Records": ["five.png"]},
    "no records": {"Records": []},
    "Lambda integration": {"requestPath": "/healthz", "method": "GET", "headers": {}, "path": {}},
    "version 2.0 alone": {"version": "2.0"},
    "no rawPath": {name: value for name, value in GOOD.items() if name != "rawPath"},
    "no requestContext": {**GOOD, "requestContext": None},
    "no http": {**GOOD, "requestContext": {}},
    "no method": {**GOOD, "requestContext": {"http": {}}},
    "empty method": {**GOOD, "requestContext": {"http": {"method": ""}}},
    "method is a number": {**GOOD, "requestContext": {"http": {"method": 5}}},
    "context is text": {**GOOD, "requestContext": "http"},
    "path is a number": {**GOOD, "rawPath": 5},
    "path is a number, at a stage": {
        **GOOD,
        "rawPath": 5,
        "requestContext": {**GOOD["requestContext"], "stage": "prod"},
    },
    "path is no text": {**GOOD, "rawPath": "/\ud800"},
    "query is a list": {**GOOD, "rawQueryString": ["include=frame"]},
    "headers are text": {**GOOD, "headers": "host: example.org"},
    "header with a line break": {**GOOD, "headers": {"origin": "a\nb"}},
    "body is an object": {**GOOD, "body": {"image": FIVE_TEXT}},
    "body is no text": {**GOOD, "body": "\ud800"},
    "v1 without method": {"path": "/healthz", "headers": {}},
    "v1 without path": {"httpMethod": "GET", "headers": {}},
}


@pytest.mark.parametrize("event", BAD_EVENTS.values(), ids=BAD_EVENTS)
def test_what_is_no_http_request_is_told_so(event: Any, capsys: pytest.CaptureFixture[str]) -> None:
    response = handler(event, None)
    assert response["statusCode"] == 400
    assert response["headers"] == {"Content-Type": "application/problem+json", **SECURITY_HEADERS}
    assert response["isBase64Encoded"] is False
    content = json.loads(response["body"])
    assert content["type"] == "/problems/invalid-request"
    assert content["detail"].startswith("The event is no HTTP request.")
    out, err = capsys.readouterr()
    assert out == ""
    assert json.loads(err)["message"] == f"event refused: {content['detail']}"


def test_the_log_line_has_the_request_id_of_the_invocation(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(
        logging.INFO, "digitrec.web.app"
    )  # the level is the process's: the last app sets it
    handler(GOOD, SimpleNamespace(aws_request_id="3f1c8a52"))
    out, err = capsys.readouterr()
    line = json.loads(err)
    assert (line["request_id"], line["path"], line["status"]) == ("3f1c8a52", "/predict", 200)
    assert out == ""  # `sls invoke local` prints the answer there
    assert "192.0.2.7" not in err


# A line beside the digit leaves it to the segmentation network.
BESIDE_A_LINE = strokes.with_lines(strokes.picture(5), [(30, 268), (110, 268)])
FULL_LOOK = function_url(
    Request(headers={"Content-Type": "image/png"}, body=strokes.encode(BESIDE_A_LINE))
)
COUNT_OPENS = """
import json, sys
opened = []
sys.addaudithook(lambda name, args: name == "open" and opened.append(str(args[0])))
from handler import handler
event = json.load(sys.stdin)
answers = {handler(event, None)["body"] for _ in range(101)}
models = ("trained_model.pkl", "segment/weights.pkl")
print(json.dumps([sorted(answers), [sum(n.endswith(m) for n in opened) for m in models]]))
"""


@pytest.mark.parametrize("event", [GOOD, FULL_LOOK], ids=["quick look", "full look"])
def test_a_hundred_warm_invocations_read_both_models_once(event: Event) -> None:
    completed = subprocess.run(
        [sys.executable, "-c", COUNT_OPENS],
        cwd=ROOT,
        input=json.dumps(event),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(completed.stdout) == [['{"digit":5}\n'], [1, 1]]
