"""`digitrec serve`: what it tells granian, and what it does beside it."""

import atexit
import ctypes
import gc
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import granian.server
import pytest

import digitrec
from digitrec.__main__ import main
from digitrec.command import serve
from digitrec.errors import InvalidModel
from digitrec.settings import Settings
from digitrec.web import metrics
from digitrec.web.app import PATIENCE, QUEUED, create_app
from tests.server import free_port
from tests.stub import StubRecognizer

SOON = 60  # seconds, in which what should happen has happened on a busy machine
ANSWER = [b"answer"]


class Granian:
    """Stands for granian's server: notes its settings; the first one fails, the next is stopped."""

    made: ClassVar[list["Granian"]] = []

    def __init__(self, _: str, **settings: Any) -> None:
        self.settings = settings
        self.interrupt_signal = False
        self.app: Any = None
        self.made.append(self)

    def serve(self, *, target_loader: Any, wrap_loader: bool) -> None:
        assert not wrap_loader
        self.app = target_loader()
        self.interrupt_signal = len(self.made) == 2
        if not self.interrupt_signal:
            raise BlockingIOError("no process can be made")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Granian]]:
    """The servers that were made; nothing of this process is changed."""
    monkeypatch.setattr(Granian, "made", [])
    monkeypatch.setattr(granian.server, "Server", Granian)
    monkeypatch.setattr(digitrec, "create_app", lambda _: lambda *_: ANSWER, raising=False)
    monkeypatch.setattr(multiprocessing, "set_start_method", lambda *_, **__: None)
    monkeypatch.setattr(threading, "Thread", lambda **_: SimpleNamespace(start=lambda: None))
    monkeypatch.setattr(serve, "_give_memory_back", lambda: None)
    monkeypatch.setattr(serve, "AGAIN", 0)
    yield Granian.made
    gc.unfreeze()


def run(*arguments: str) -> int:
    return main(["serve", *arguments])


def test_a_server_that_fails_is_started_again_without_its_workers(
    made: list[Granian], monkeypatch: pytest.MonkeyPatch
) -> None:
    killed: list[int] = []
    worker = SimpleNamespace(kill=lambda: killed.append(1))
    monkeypatch.setattr(multiprocessing, "active_children", lambda: [worker])
    assert run("--port", str(free_port()), "--workers", "3") == 0
    assert [server.app({"wsgi.input": BytesIO()}, None) for server in made] == 2 * [ANSWER]
    assert {server.settings["workers"] for server in made} == {3}
    assert len(killed) == 1


@pytest.mark.parametrize(
    ("host", "address", "shown"),
    [("localhost", "127.0.0.1", "http://127.0.0.1:"), ("::1", "::1", "http://[::1]:")],
)
def test_it_says_where_it_answers(
    made: list[Granian], capsys: pytest.CaptureFixture[str], host: str, address: str, shown: str
) -> None:
    assert run("--host", host, "--port", "0") == 0
    port = made[0].settings["port"]
    assert made[0].settings["address"] == address
    assert capsys.readouterr().out.startswith(f"digitrec answers on {shown}{port} ")


def test_a_body_that_the_app_does_not_read_is_read_up_to_the_limit(made: list[Granian]) -> None:
    assert run("--port", "0") == 0
    within, beyond = BytesIO(bytes(5_900_000)), BytesIO(bytes(20_000_000))
    for body in (within, beyond):
        assert made[0].app({"wsgi.input": body}, None) == ANSWER
    assert within.tell() == 5_900_000
    assert 6_000_000 <= beyond.tell() < 6_100_000


def test_a_worker_behind_a_socket_takes_few_requests_from_the_queue(
    made: list[Granian], tmp_path: Path
) -> None:
    assert run("--host", f"unix:{tmp_path}/app.sock") == 0
    assert made[0].settings["uds"] == tmp_path / "app.sock"
    assert made[0].settings["backpressure"] == serve.REQUESTS
    assert made[0].settings["blocking_threads"] == 1


@pytest.mark.parametrize(("host", "queued"), [("localhost", None), ("unix:app.sock", "1.5")])
def test_only_a_proxy_says_how_long_a_request_has_waited(
    made: list[Granian],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    host: str,
    queued: str | None,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("--host", host, "--port", "0") == 0
    environ = {"wsgi.input": BytesIO(), "HTTP_X_DIGITREC_QUEUED": "1.5"}
    made[0].app(environ, None)
    assert environ[QUEUED] == queued


def test_workers_count_in_one_folder_that_lasts_as_long_as_they_do(
    made: list[Granian], monkeypatch: pytest.MonkeyPatch
) -> None:
    ends: list[tuple[Any, ...]] = []
    monkeypatch.setattr(atexit, "register", lambda *call, **_: ends.append(call))
    monkeypatch.setenv("METRICS", "prometheus")
    monkeypatch.setenv(metrics.SHARED, "given")
    assert run("--port", "0") == 0
    assert os.environ[metrics.SHARED] == "given"
    made.clear()
    monkeypatch.delenv(metrics.SHARED)
    assert run("--port", "0") == 0
    assert Path(os.environ[metrics.SHARED]).is_dir()
    [(remove, folder)] = ends
    assert folder == os.environ[metrics.SHARED]
    remove(folder)
    monkeypatch.delenv(metrics.SHARED)


@pytest.mark.usefixtures("made")
def test_a_port_that_is_taken_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert run("--port", port) == 1
    assert capsys.readouterr().err.startswith(f"digitrec: 127.0.0.1, port {port}, cannot be used: ")


@pytest.mark.usefixtures("made")
def test_an_invalid_model_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: Settings) -> None:
        raise InvalidModel("MODEL_PATH is none.pkl.")

    monkeypatch.setattr(digitrec, "create_app", fail)
    assert run() == 1
    assert capsys.readouterr().err == "digitrec: MODEL_PATH is none.pkl.\n"


def test_a_missing_package_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "granian.server", None)
    assert run() == 1
    assert "pip install 'digitrec[serve]'" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--port=65536", "--port=-1", "--port=http", "--workers=0"])
def test_a_number_out_of_range_is_refused(option: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(option)
    assert stopped.value.code == 2


def test_the_c_library_is_told_to_give_memory_back(monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[int, int] = {}
    library = SimpleNamespace(mallopt=told.__setitem__)
    monkeypatch.setattr(ctypes, "CDLL", lambda _: library)
    serve._give_memory_back()  # noqa: SLF001 # its effect is that on a whole process
    # M_MMAP_THRESHOLD, M_TRIM_THRESHOLD and M_ARENA_MAX, as glibc's malloc.h has them
    assert told == {-3: serve.LARGE, -1: serve.KEPT, -8: serve.ARENAS}


def test_only_our_worker_is_killed_when_it_is_not_heard_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(serve, "BEAT", 0.01)
    monkeypatch.setattr(serve, "STUCK", 0.1)
    hearing, beats = os.pipe()
    watching = threading.Thread(target=serve._replace_stuck, args=(hearing,))  # noqa: SLF001
    watching.start()
    with subprocess.Popen(["sleep", "600"]) as worker:
        for process in (1, worker.pid):  # 1 is another's
            os.write(beats, process.to_bytes(4, sys.byteorder))
        assert worker.wait(SOON) == -signal.SIGKILL
    os.close(beats)
    watching.join(SOON)
    assert not watching.is_alive()
    os.close(hearing)


def test_a_worker_ends_with_the_first_process(monkeypatch: pytest.MonkeyPatch) -> None:
    parents = iter([7, 7, 1])
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(serve, "BEAT", 0)
    monkeypatch.setattr(os, "getppid", lambda: next(parents))
    monkeypatch.setattr(os, "kill", lambda *sent: told.append(sent))
    hearing, beats = os.pipe()
    serve._beat(beats, 7)  # noqa: SLF001
    assert os.read(hearing, 100) == 2 * os.getpid().to_bytes(4, sys.byteorder)
    assert told == [(os.getpid(), signal.SIGTERM)]
    os.close(hearing)
    os.close(beats)


@pytest.mark.parametrize("origins", [("*",), ("https://a.example.org",)])
@pytest.mark.parametrize("path", ["/predict", "/", "/no"])
def test_who_waited_too_long_is_told_when_to_come_again(
    origins: tuple[str, ...], path: str
) -> None:
    client = create_app(Settings(cors_origins=origins), StubRecognizer()).test_client()
    late = {QUEUED: str(time.time() - PATIENCE - 1)}
    response = client.post(
        path, environ_overrides=late, headers={"Origin": "https://a.example.org"}
    )
    assert (response.status_code, response.headers["Retry-After"]) == (503, "1")
    assert response.content_type == "application/problem+json"
    readable = response.headers.get("Access-Control-Expose-Headers")
    assert readable == ("Retry-After" if path == "/predict" else None)


@pytest.mark.parametrize("queued", ["", "nonsense", "nan", "inf", "9e99"])
def test_who_says_nothing_of_when_it_came_is_answered(queued: str) -> None:
    client = create_app(Settings(), StubRecognizer()).test_client()
    assert client.get("/healthz", environ_overrides={QUEUED: queued}).status_code == 200
