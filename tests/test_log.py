import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from digitrec.web import log


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Where digitrec's log goes during the test."""
    logger = logging.getLogger("digitrec")
    before = logger.handlers, logger.propagate, logger.level
    stream = io.StringIO()
    log.configure("INFO", lambda: stream)
    yield stream
    logger.handlers, logger.propagate, logger.level = before


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_record_is_a_json_object_a_line(stream: io.StringIO) -> None:
    logging.getLogger("digitrec.web.app").info("a\n%s", "b", extra={"fields": {"status": 200}})
    [line] = lines(stream)
    assert datetime.fromisoformat(str(line.pop("timestamp"))).tzinfo == UTC
    assert line == {"level": "INFO", "message": "a\nb", "status": 200}


def test_a_failure_has_its_stack_trace_in_the_same_line(stream: io.StringIO) -> None:
    logging.getLogger("digitrec.web.app").error("failed", exc_info=RuntimeError("out of luck"))
    [line] = lines(stream)
    assert line["level"] == "ERROR"
    assert str(line["exception"]).endswith("RuntimeError: out of luck")


def test_what_is_below_the_level_is_left_out(stream: io.StringIO) -> None:
    log.configure("WARNING", lambda: stream)
    logging.getLogger("digitrec.web.app").info("request")
    logging.getLogger("digitrec.web.app").warning("trouble")
    assert [line["message"] for line in lines(stream)] == ["trouble"]


def test_configuring_twice_does_not_double_the_lines(stream: io.StringIO) -> None:
    log.configure("INFO", lambda: stream)
    logging.getLogger("digitrec").info("once")
    assert len(lines(stream)) == 1


def test_no_line_reaches_the_handlers_of_the_runtime(
    stream: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = io.StringIO()
    monkeypatch.setattr(logging.getLogger(), "handlers", [logging.StreamHandler(runtime)])
    logging.getLogger("digitrec").warning("once")
    assert (len(lines(stream)), runtime.getvalue()) == (1, "")


@pytest.mark.usefixtures("stream")
def test_the_development_server_keeps_its_address_and_loses_its_access_lines(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", logger="werkzeug")
    logging.getLogger("werkzeug").info(" * Running on http://127.0.0.1:5000")
    logging.getLogger("werkzeug").info(
        '192.0.2.7 - - [today] "%s" %s %s', "GET /?secret HTTP/1.1", 200, "-"
    )
    assert [record.message for record in caplog.records] == [" * Running on http://127.0.0.1:5000"]
