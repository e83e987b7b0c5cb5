"""overload.py: a bounded queue in front of an app, and what those are told who find it full."""

import json
import threading
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from digitrec.overload import FULL, Bounded
from digitrec.settings import Settings
from digitrec.web import create_app
from tests.stub import StubRecognizer

SOON = 20  # seconds, in which what should happen has happened on a busy machine
WORKING, WAITING = 2, 3


class Gate:
    """A WSGI app that is at work until the gate is opened, and says who is told to go away."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.arrived = threading.Semaphore(0)
        self.most = 0
        self._inside = 0
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if FULL in environ:
            start_response("503 Service Unavailable", [])
            return [b"full"]
        with self._lock:
            self._inside += 1
            self.most = max(self.most, self._inside)
        self.arrived.release()
        assert self.open.wait(SOON)
        with self._lock:
            self._inside -= 1
        start_response("200 OK", [])
        return [b"done"]


def ask(app: Bounded) -> int:
    return Client(app).get("/").status_code


def fill(app: Bounded, gate: Gate, pool: ThreadPoolExecutor) -> list[Future[int]]:
    """Ask as often as there is place, and wait until those who can work do."""
    asked = [pool.submit(ask, app) for _ in range(WORKING + WAITING)]
    for _ in range(WORKING):
        assert gate.arrived.acquire(timeout=SOON)
    while app._places._value:  # noqa: SLF001 # until the last of them waits
        threading.Event().wait(0.001)
    return asked


def test_who_finds_a_place_is_answered_in_turn_and_who_finds_none_at_once() -> None:
    gate = Gate()
    app = Bounded(gate, working=WORKING, waiting=WAITING, patience=SOON)
    with ThreadPoolExecutor(WORKING + WAITING) as pool:
        asked = fill(app, gate, pool)
        assert [ask(app) for _ in range(100)] == [503] * 100  # though the gate is shut
        gate.open.set()
        assert [future.result(SOON) for future in asked] == [200] * (WORKING + WAITING)
    assert gate.most == WORKING


def test_it_recovers_by_itself() -> None:
    gate = Gate()
    app = Bounded(gate, working=WORKING, waiting=WAITING, patience=SOON)
    with ThreadPoolExecutor(WORKING + WAITING) as pool:
        fill(app, gate, pool)
        assert ask(app) == 503
        gate.open.set()
    assert [ask(app) for _ in range(20)] == [200] * 20


def test_nobody_waits_for_ever() -> None:
    gate = Gate()
    app = Bounded(gate, working=WORKING, waiting=WAITING, patience=0.01)
    with ThreadPoolExecutor(WORKING + WAITING) as pool:
        asked = [pool.submit(ask, app) for _ in range(WORKING + WAITING)]
        for _ in range(WORKING):
            assert gate.arrived.acquire(timeout=SOON)
        while sum(future.done() for future in asked) < WAITING:
            threading.Event().wait(0.001)
        gate.open.set()
        assert sorted(f.result(SOON) for f in asked) == [200] * WORKING + [503] * WAITING


def test_a_failing_app_does_not_lose_places() -> None:
    def fail(*_: object) -> Iterable[bytes]:
        raise RuntimeError

    app = Bounded(fail, working=1, waiting=0, patience=SOON)
    for _ in range(3):
        with pytest.raises(RuntimeError):
            app({}, None)


@pytest.mark.parametrize("origins", [("*",), ("https://a.example.org",)])
@pytest.mark.parametrize("path", ["/predict", "/", "/healthz", "/no"])
def test_who_is_sent_away_is_told_when_to_come_again(origins: tuple[str, ...], path: str) -> None:
    app = create_app(Settings(cors_origins=origins), StubRecognizer())
    response: TestResponse = app.test_client().post(
        path, environ_overrides={FULL: True}, headers={"Origin": "https://a.example.org"}
    )
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "1"
    assert response.headers["Content-Type"] == "application/problem+json"
    content = json.loads(response.data)
    assert (content["type"], content["status"]) == ("/problems/service-unavailable", 503)
    assert "Retry-After" in content["detail"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert ("Access-Control-Allow-Origin" in response.headers) == (path == "/predict")
