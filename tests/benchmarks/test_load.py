"""The clients that load a server count what it answers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks import load


class Answering(BaseHTTPRequestHandler):
    """Answers with 200 to a body of "good", with 500 to any other."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200 if body == b"good" else 500)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


class Closing(Answering):
    """Closes each connection after its answer."""

    def do_POST(self) -> None:
        super().do_POST()
        self.close_connection = True

    def send_response(self, code: int, message: str | None = None) -> None:
        super().send_response(code, message)
        self.send_header("Connection", "close")


@contextmanager
def serving(kind: type[Answering]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("kind", [Answering, Closing])
def test_answers_are_counted_and_timed(kind: type[Answering]) -> None:
    with serving(kind) as address:
        seen = load.run(address, b"good", clients=3, seconds=0.5)
    assert seen.clients == 3
    assert seen.per_second > 0
    assert seen.errors == 0
    assert 0 < seen.p50 <= seen.p99 <= seen.slowest


def test_an_answer_of_another_status_is_an_error_and_not_counted() -> None:
    with serving(Answering) as address, pytest.raises(RuntimeError, match="answered nothing"):
        load.run(address, b"bad", clients=1, seconds=0.2)


def test_the_99th_percentile_is_what_99_of_100_take_at_most() -> None:
    ordered = [float(n) for n in range(1, 101)]
    assert load.percentile(ordered, 99) == 99
    assert load.percentile(ordered, 50) == 50
    assert load.percentile([7.0], 99) == 7
