import base64
import itertools
import json
import logging
import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from digitrec.settings import ROOT
from digitrec.web.app import SECURITY_HEADERS
from handler import handler
from tests import strokes
from tests.lambda_events import KINDS, Event, Request, function_url, load_balancer
from tests.requests import FIVE, FIVE_TEXT, JSON, REQUESTS, as_json, by_flask, plain

EVENTS = sorted((ROOT / "tests" / "events").iterdir())


@pytest.mark.parametrize("kind", KINDS)
def test_handler_answers_as_flask_does(
    kind: Callable[[Request], Event], subtests: pytest.Subtests
) -> None:
    for name, request_ in REQUESTS.items():
        with subtests.test(name):
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


def test_a_stage_of_an_http_api_answers_as_flask_does(subtests: pytest.Subtests) -> None:
    for name, request_ in REQUESTS.items():
        with subtests.test(name):
            event = function_url(request_)
            response = handler(at_stage(event, "prod", f"/prod{event['rawPath']}"), None)
            assert plain(response) == by_flask(request_)


def test_of_a_path_only_the_stage_itself_is_left_out(subtests: pytest.Subtests) -> None:
    for stage, path, status in [
        ("prod", "/prod", 200),  # the page
        ("prod", "/healthz", 200),  # a domain of one's own may leave the stage out
        ("prod", "/production/healthz", 404),
        ("prod", "/prodhealthz", 404),
        ("prod", "/prod/prod/healthz", 404),
        ("prod", "/healthz/prod", 404),
        ("", "//", 200),
        ("$default", "/$default/healthz", 404),
    ]:
        with subtests.test(stage=stage, path=path, status=status):
            event = at_stage(function_url(Request("GET", "/")), stage, path)
            assert handler(event, None)["statusCode"] == status


def test_a_drawn_digit_is_recognised(subtests: pytest.Subtests) -> None:
    for kind, digit in itertools.product(KINDS, range(10)):
        with subtests.test(kind=kind, digit=digit):
            text = base64.b64encode(strokes.encode(strokes.picture(digit))).decode()
            response = handler(kind(Request(headers=JSON, body=as_json(image=text))), None)
            assert (response["statusCode"], json.loads(response["body"])) == (200, {"digit": digit})


def test_a_body_that_came_in_chunks_is_read(subtests: pytest.Subtests) -> None:
    for kind, name in itertools.product(
        KINDS, ["Transfer-Encoding", "transfer-encoding", "TRANSFER-ENCODING"]
    ):
        with subtests.test(kind=kind, name=name):
            response = handler(
                kind(Request(headers={"Content-Type": "image/png", name: "chunked"}, body=FIVE)),
                None,
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


def test_what_is_no_http_request_is_told_so(
    capsys: pytest.CaptureFixture[str], subtests: pytest.Subtests
) -> None:
    for name, event in BAD_EVENTS.items():
        with subtests.test(name):
            response = handler(event, None)
            assert response["statusCode"] == 400
            assert response["headers"] == {
                "Content-Type": "application/problem+json",
                **SECURITY_HEADERS,
            }
            assert response["isBase64Encoded"] is False
            content = json.loads(response["body"])
            assert content["type"] == "/problems/invalid-request"
            assert content["detail"].startswith("The event is not an HTTP request.")
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
