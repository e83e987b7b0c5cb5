import pytest
from werkzeug.exceptions import BadRequest, HTTPException, MethodNotAllowed, NotFound

from digitrec.errors import (
    DigitrecError,
    InvalidLabels,
    InvalidModel,
    InvalidSettings,
    NoDigit,
    Refused,
    Unavailable,
)
from digitrec.web import problem


def test_an_error_of_ours_becomes_its_type_title_status_and_detail() -> None:
    assert problem.of(NoDigit("Draw something.")) == {
        "type": "/problems/no-digit",
        "title": "No digit",
        "status": 422,
        "detail": "Draw something.",
    }


def test_every_error_that_a_request_can_cause_has_a_status() -> None:
    at_start = {InvalidModel, InvalidSettings}
    in_the_command = {InvalidLabels}
    in_s3 = {Refused, Unavailable}  # which no HTTP request reads
    assert (
        set(problem.STATUS)
        == set(DigitrecError.__subclasses__()) - at_start - in_the_command - in_s3
    )


@pytest.mark.parametrize(
    ("error", "kind", "title"),
    [
        (BadRequest(), "/problems/bad-request", "Bad Request"),
        (NotFound(), "/problems/not-found", "Not Found"),
        (MethodNotAllowed(["GET"]), "/problems/method-not-allowed", "Method Not Allowed"),
        (HTTPException(), "/problems/internal-server-error", "Internal Server Error"),
    ],
)
def test_an_http_error_is_named_by_its_status(error: HTTPException, kind: str, title: str) -> None:
    content = problem.of(error)
    assert (content["type"], content["title"]) == (kind, title)
    assert content["detail"].endswith(".")
