"""overload.py: requests that wait in turn, and what those are told who have waited too long."""

import errno
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

import overload
from digitrec.settings import Settings
from digitrec.web.app import FULL, create_app
from tests.stub import StubRecognizer

SOON = 20  # seconds, in which what should happen has happened on a busy machine
PATIENCE = 2.0

Ask = Callable[[str], http.client.HTTPConnection]


class App:
    """A WSGI app that notes what was asked for, and whether it was to be refused."""

    def __init__(self, meanwhile: Callable[[str], None] = lambda _: None) -> None:
        self.answered: list[tuple[str, int]] = []
        self._meanwhile = meanwhile

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        status = 503 if FULL in environ else 200
        self.answered.append((environ["PATH_INFO"], status))
        self._meanwhile(environ["PATH_INFO"])
        start_response(f"{status} Said", [("Content-Length", "0")])
        return []


class Clock:
    """Stands for the module `time`: its seconds pass when they are told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(overload, "time", clock)
    return clock


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture
def ask(listening: socket.socket) -> Iterator[Ask]:
    """Send a request, and don't wait for the answer."""
    _, port = listening.getsockname()
    with ExitStack() as opened:

        def send(path: str) -> http.client.HTTPConnection:
            client = http.client.HTTPConnection("127.0.0.1", port, timeout=SOON)
            opened.callback(client.close)
            client.request("GET", path)
            return client

        yield send


@contextmanager
def running(server: overload.Server) -> Iterator[None]:
    # A daemon: one that does not stop fails its test, and pytest ends all the same.
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.stop()
        thread.join(SOON)
    assert not thread.is_alive()


def status(client: http.client.HTTPConnection) -> int:
    with client.getresponse() as response:
        return response.status


def test_who_comes_later_is_answered_later_and_waits_from_when_it_came(
    listening: socket.socket, ask: Ask, clock: Clock
) -> None:
    late: list[http.client.HTTPConnection] = []

    def come_meanwhile(path: str) -> None:
        clock.now += 2 * overload.SLICE  # it looks for others before it answers the next
        if path == "/1":
            late.append(ask("/5"))
        if path == "/4":
            clock.now += PATIENCE

    app = App(come_meanwhile)
    server = overload.Server(app, listening, patience=PATIENCE)
    first = [ask(path) for path in ("/1", "/2", "/3", "/4")]
    with running(server):
        assert [status(client) for client in first] == [200, 200, 200, 200]
        assert [status(client) for client in late] == [503]
    assert [path for path, _ in app.answered] == ["/1", "/2", "/3", "/4", "/5"]


def test_who_waited_too_long_is_refused_and_the_next_answered(
    listening: socket.socket, ask: Ask, clock: Clock
) -> None:
    def take_long(path: str) -> None:
        clock.now += {"/quick": PATIENCE - 0.5, "/long": 1}.get(path, 0)

    app = App(take_long)
    server = overload.Server(app, listening, patience=PATIENCE)
    first = [ask(path) for path in ("/quick", "/long", "/late", "/later")]
    with running(server):
        assert [status(client) for client in first] == [200, 200, 503, 503]
        assert [status(ask("/new")) for _ in range(3)] == [200, 200, 200]


def test_it_takes_all_who_come_at_once(listening: socket.socket, ask: Ask) -> None:
    server = overload.Server(App(), listening, patience=PATIENCE)
    clients = [ask("/") for _ in range(overload.ACCEPTED)]
    server.handle_accept()
    assert len(server.active_channels) == len(clients)
    with running(server):
        assert {status(client) for client in clients} == {200}


def test_it_asks_once_a_look_and_quietly_when_no_file_may_be_opened(
    listening: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[int] = []

    class Full:
        def accept(self) -> None:
            asked.append(1)
            raise OSError(errno.EMFILE, "Too many open files")

    server = overload.Server(App(), listening, patience=PATIENCE)
    server.socket = Full()
    server.handle_accept()
    server.socket = listening
    server.close()
    assert (len(asked), caplog.text) == (1, "")


@pytest.mark.parametrize(("missing", "read"), [(50_000, 50_000), (1, 8192)])
def test_a_large_body_is_taken_in_few_looks_and_little_else_with_it(
    listening: socket.socket, missing: int, read: int
) -> None:
    server = overload.Server(App(), listening, patience=PATIENCE)
    with socket.create_connection(listening.getsockname(), timeout=SOON) as client:
        client.sendall(b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % missing)
        server.handle_accept()
        [channel] = server.active_channels.values()
        channel.handle_read()
        client.sendall(60_000 * b"\n")
        channel.handle_read()
        left = len(channel.socket.recv(60_000))
        channel.close()
        server.close()
    assert left == 60_000 - read


def test_who_asks_on_without_waiting_for_answers_gets_one(listening: socket.socket) -> None:
    app = App()
    with (
        running(overload.Server(app, listening, patience=PATIENCE)),
        socket.create_connection(listening.getsockname(), timeout=SOON) as client,
    ):
        client.sendall(b"GET /first HTTP/1.1\r\n\r\n" + 100 * b"GET /more HTTP/1.1\r\n\r\n")
        answer = b"".join(iter(lambda: client.recv(1000), b""))  # until it closes the connection
    assert app.answered == [("/first", 200)]
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"\r\nConnection: close\r\n" in answer


def test_who_waits_for_answers_keeps_the_connection(listening: socket.socket, ask: Ask) -> None:
    with running(overload.Server(App(), listening, patience=PATIENCE)):
        client = ask("/1")
        address = client.sock.getsockname()
        for path in ("/2", "/3"):
            assert status(client) == 200
            client.request("GET", path)
        assert client.sock.getsockname() == address


def test_a_failing_app_is_answered_for(
    listening: socket.socket, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(path: str) -> None:
        if path == "/fail":
            raise RuntimeError

    with running(overload.Server(App(fail), listening, patience=PATIENCE)):
        assert status(ask("/fail")) == 500
        assert status(ask("/")) == 200
    assert "Exception while serving /fail" in caplog.text


def test_who_waits_when_it_is_stopped_is_still_answered(
    listening: socket.socket, ask: Ask, clock: Clock
) -> None:
    def stop(path: str) -> None:
        clock.now += 2 * overload.SLICE  # so that this look was the last
        if path == "/stop":
            server.stop()

    server = overload.Server(App(stop), listening, patience=PATIENCE)
    clients = [ask(path) for path in ("/stop", "/1", "/2")]
    server.run()
    assert [status(client) for client in clients] == [200, 200, 200]


def test_who_has_sent_when_it_is_stopped_is_still_answered_and_sent_away(
    listening: socket.socket, ask: Ask, clock: Clock
) -> None:
    waiting: list[http.client.HTTPConnection] = []

    def stop(path: str) -> None:
        clock.now += 2 * overload.SLICE  # so that this look was the last
        if path == "/stop":
            waiting.append(ask("/new"))
            kept.request("GET", "/kept")
            uploading.send(b"end")
            server.stop()

    server = overload.Server(App(stop), listening, patience=PATIENCE)
    thread = threading.Thread(target=server.run)
    thread.start()
    kept, uploading = ask("/"), ask("/")
    assert [status(kept), status(uploading)] == [200, 200]
    uploading.putrequest("POST", "/upload")
    uploading.putheader("Content-Length", "8")
    uploading.endheaders(b"begin")
    assert status(ask("/stop")) == 200
    for client in (*waiting, kept, uploading):
        with client.getresponse() as response:
            assert (response.status, response.headers["Connection"]) == (200, "close")
    thread.join(SOON)
    assert not thread.is_alive()


def test_it_stops_though_someone_sends_no_end(listening: socket.socket) -> None:
    server = overload.Server(App(), listening, patience=0.1)
    with socket.create_connection(listening.getsockname(), timeout=SOON) as client:
        with running(server):
            client.sendall(b"GET / HTTP/1.1\r\n")
            time.sleep(0.1)
        assert client.recv(1) == b""


def test_it_stops_at_once_when_nobody_asks(listening: socket.socket, ask: Ask) -> None:
    hour = 3600  # seconds
    server = overload.Server(App(), listening, patience=PATIENCE, asyncore_loop_timeout=hour)
    with running(server):
        assert status(ask("/")) == 200
        time.sleep(0.2)  # until it surely waits for the next


@pytest.mark.parametrize("origins", [("*",), ("https://a.example.org",)])
@pytest.mark.parametrize("path", ["/predict", "/", "/healthz", "/no"])
def test_who_is_sent_away_is_told_when_to_come_again(origins: tuple[str, ...], path: str) -> None:
    app = create_app(Settings(cors_origins=origins), StubRecognizer())
    response = app.test_client().post(
        path, environ_overrides={FULL: True}, headers={"Origin": "https://a.example.org"}
    )
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "1"
    readable = response.headers.get("Access-Control-Expose-Headers")
    assert readable == ("Retry-After" if path == "/predict" else None)
    assert response.headers["Content-Type"] == "application/problem+json"
    content = json.loads(response.data)
    assert (content["type"], content["status"]) == ("/problems/service-unavailable", 503)
    assert "Retry-After" in content["detail"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert ("Access-Control-Allow-Origin" in response.headers) == (path == "/predict")
