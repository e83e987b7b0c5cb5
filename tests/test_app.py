import importlib
import logging
import os
import socket
import subprocess
import sys

import pytest
from werkzeug.serving import make_server

from digitrec.settings import ROOT


def start(*command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_flask_finds_the_app() -> None:
    completed = start("-m", "flask", "routes")
    assert completed.returncode == 0
    assert "/predict" in completed.stdout


@pytest.mark.parametrize("command", [("app.py",), ("-m", "flask", "run", "--port", "0")])
@pytest.mark.parametrize(
    ("variable", "value"), [("MAX_IMAGES", "many"), ("MODEL_SHA256", "0" * 64)]
)
def test_a_wrong_setting_stops_the_start_with_one_sentence(
    command: tuple[str, ...], variable: str, value: str
) -> None:
    completed = start(*command, **{variable: value})
    assert completed.returncode == 1
    [sentence] = completed.stderr.splitlines()
    assert sentence.startswith("digitrec: ")
    assert value in sentence


def test_the_development_server_logs_no_address(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "werkzeug")
    server = make_server("127.0.0.1", 0, importlib.import_module("app").app)
    for request in (b"GET /healthz HTTP/1.0\r\n\r\n", b"nonsense\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(request)
            server.handle_request()
    server.server_close()
    logging.getLogger("werkzeug").info(" * Running on http://localhost")
    assert caplog.messages == [" * Running on http://localhost"]
