import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from digitrec import create_app
from digitrec.settings import Settings
from digitrec.web.log import JsonFormatter
from tests.stub import StubRecognizer


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def logger(stream: io.StringIO) -> logging.Logger:
    """A logger whose records are formatted to the stream."""
    logger = logging.Logger("digitrec.web.app")  # noqa: LOG001 # unknown to the rest of the process
    logger.addHandler(logging.StreamHandler(stream))
    logger.handlers[0].setFormatter(JsonFormatter())
    return logger


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_record_is_a_json_object_a_line(logger: logging.Logger, stream: io.StringIO) -> None:
    logger.info("a\n%s", "b", extra={"fields": {"status": 200}})
    [line] = lines(stream)
    assert datetime.fromisoformat(str(line.pop("timestamp"))).tzinfo == UTC
    assert line == {"level": "INFO", "message": "a\nb", "status": 200}


def test_a_failure_has_its_stack_trace_in_the_same_line(
    logger: logging.Logger, stream: io.StringIO
) -> None:
    logger.error("failed", exc_info=RuntimeError("out of luck"))
    [line] = lines(stream)
    assert line["level"] == "ERROR"
    assert str(line["exception"]).endswith("RuntimeError: out of luck")


@pytest.fixture
def runtime() -> Iterator[io.StringIO]:
    """Where the root logger writes that a server or the Lambda runtime has set up."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("[%(process)d] [%(threadName)s] %(module)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


def test_a_line_is_written_once_however_many_apps_and_handlers_there_are(
    capsys: pytest.CaptureFixture[str], runtime: io.StringIO
) -> None:
    _, second = (create_app(Settings(), StubRecognizer()) for _ in range(2))
    second.test_client().get("/healthz")
    assert capsys.readouterr().err.count("\n") == 1
    assert runtime.getvalue() == ""


def test_a_log_that_cannot_be_written_costs_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(Settings(), StubRecognizer())
    full = io.StringIO()
    full.close()
    monkeypatch.setattr("sys.stderr", full)
    monkeypatch.setattr(logging, "raiseExceptions", False)
    assert app.test_client().get("/healthz").status_code == 200


def test_the_server_s_own_log_stays_as_it_was(runtime: io.StringIO) -> None:
    create_app(Settings(), StubRecognizer())
    logging.getLogger("gunicorn.error").error("Booting worker")
    assert "None" not in runtime.getvalue()
    assert runtime.getvalue().endswith("test_log\n")
