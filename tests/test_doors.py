"""One behaviour, three doors: Flask, handler(), and the built zip behind a function URL."""

import http.client
import json
from collections.abc import Iterator

import pytest

import handler as module
from deploy import runtime
from tests.lambda_events import Request
from tests.requests import (
    MORE,
    REQUESTS,
    TABLE,
    Answer,
    by_connection,
    by_flask,
    comparable,
    event,
    plain,
)


@pytest.fixture(scope="module")
def connection(emulated: tuple[str, runtime.Function]) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection(emulated[0].removeprefix("http://"))
    yield connection
    connection.close()


def by_handler(request: Request) -> Answer:
    return plain(module.handler(json.loads(json.dumps(event(request))), None))


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
            assert comparable(by_connection(request_, connection)) == comparable(answer)
            assert answer[0] < 500
