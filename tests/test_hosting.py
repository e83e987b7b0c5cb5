"""deploy/nginx.conf in front of `digitrec serve`, as docs/hosting.md says to host it."""

import os
import re
import resource
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from digitrec.command.serve import BACKLOG
from digitrec.web.app import PATIENCE
from tests.load.clients import (
    FIVE,
    POST,
    REQUEST,
    RIGHT,
    SOON,
    Clients,
    is_problem,
    statuses,
    until,
    whole,
)
from tests.load.server import Server, serve

ANSWER = (200, RIGHT)
PATIENT = 10.0  # seconds, after which a connection has had an answer, or is closed
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
SECOND = b"GET /second HTTP/1.1\r\nHost: x\r\n\r\n"  # hidden in the body of another request

pytestmark = pytest.mark.needs_nginx


@pytest.fixture(scope="module")
def hosted() -> Iterator[Server]:
    with serve(
        "--workers", "2", proxy=True, environment={"LOG_LEVEL": "INFO", "METRICS": "prometheus"}
    ) as server:
        yield server


def received(
    server: Server, sent: bytes, *, half: bool = False, source: str = "127.0.0.1"
) -> bytes:
    """Return what comes for `sent` until the connection is closed or rests after an answer."""
    with socket.create_connection(server.host, PATIENT, (source, 0)) as client:
        got = b""
        try:
            client.sendall(sent)
            if half:
                client.shutdown(socket.SHUT_WR)
            while chunk := client.recv(65_536):
                got += chunk
                client.settimeout(0.5)
        except ConnectionError:
            pass
        except TimeoutError:
            assert got, "no answer, and not closed"
        return got


SLOW = {
    "headers": (200, b"POST /predict HTTP/1.1\r\nHo"),
    "bodies": (200, REQUEST[:-1]),
    "uploads": (20, POST + b"Content-Length: 4000000\r\n\r\n" + bytes(3_999_999)),
}


@pytest.mark.parametrize("kind", SLOW)
def test_slow_clients_hold_nobody_up(hosted: Server, kind: str) -> None:
    clients, sent = SLOW[kind]
    with ExitStack() as stack:
        for _ in range(clients):
            client = stack.enter_context(socket.create_connection(hosted.host))
            client.sendall(sent)
        before = hosted.seconds()
        assert [hosted.post(FIVE, "image/png") for _ in range(10)] == 10 * [ANSWER]
        assert hosted.seconds() - before < 1  # none of the slow requests has reached a worker


BROKEN = {
    "both lengths": POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": POST + b"Content-Length: 0\r\nContent-Length: 60\r\n\r\n",
    "list of lengths": POST + b"Content-Length: 0, 60\r\n\r\n",
    "signed length": POST + b"Content-Length: +0\r\n\r\n",
    "negative length": POST + b"Content-Length: -1\r\n\r\n",
    "space before colon": POST + b"Content-Length : 60\r\n\r\n",
    "4,301 digits": POST + b"Content-Length: " + 4301 * b"9" + b"\r\n\r\n",
    "two encodings": CHUNKED[:-2] + b"Transfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "unknown encoding": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunks in 1.0": CHUNKED.replace(b"1.1", b"1.0") + b"0\r\n\r\n",
    "no chunk": CHUNKED + b"nonsense\r\n",
    "negative chunk": CHUNKED + b"-1\r\n\r\n",
    "endless chunk": CHUNKED + b"ffffffffffffffff\r\n\r\n",
    "longer chunk": CHUNKED + b"1\r\nxx\r\n0\r\n\r\n",
    "large header": b"GET / HTTP/1.1\r\nHost: x\r\nX: " + 20_000 * b"a" + b"\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\nHost: x\r\n" + 10_000 * b"X: y\r\n" + b"\r\n",
    "long path": b"GET /" + 20_000 * b"a" + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "bracket": b"GET http://[/ HTTP/1.1\r\nHost: x\r\n\r\n",
    "bare CR": b"GET / HTTP/1.1\rHost: x\r\r",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "version 2": b"GET / HTTP/2.0\r\nHost: x\r\n\r\n",
    "tunnel": b"CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n",
    "trace": b"TRACE / HTTP/1.1\r\nHost: x\r\n\r\n",
    "lower case": b"get / HTTP/1.1\r\nHost: x\r\n\r\n",
    "NUL": b"GET /a\0b HTTP/1.1\r\nHost: x\r\n\r\n",
    "not ASCII": b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    "above the root": b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    "folded header": b"GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
}


def test_a_request_that_is_not_http_is_refused_with_a_problem(hosted: Server) -> None:
    for kind, sent in BROKEN.items():
        answer = received(hosted, sent + SECOND)
        [status] = statuses(answer)
        assert 400 <= status < 500 or status in {501, 505}, kind
        assert is_problem(answer, status), kind
    assert "/second" not in hosted.log()


ODD = {
    "bare LF": b"GET /healthz HTTP/1.1\nHost: x\n\n",
    "no body expected": b"GET /healthz HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n",
    "expected body": POST + b"Expect: 100-continue\r\nContent-Length: 9\r\n\r\n",
    "HTTP/0.9": b"GET /healthz\r\n",
    "two requests": b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" + REQUEST,
    "trailer": CHUNKED + b"%x\r\n%b\r\n0\r\nX: y\r\n\r\n" % (len(FIVE), FIVE),
}
UNFINISHED = {
    "nothing": b"",
    "half a header": b"GET /healthz HTTP/1.1\r\nHo",
    "half a body": REQUEST[:-1],
    "half a chunk": CHUNKED + b"5\r\nab",
}


def test_an_odd_request_is_answered(hosted: Server) -> None:
    for sent in ODD.values():
        assert received(hosted, sent)


def test_an_unfinished_request_is_closed(hosted: Server) -> None:
    with ThreadPoolExecutor(len(UNFINISHED)) as pool:
        assert set(pool.map(lambda sent: received(hosted, sent), UNFINISHED.values())) == {b""}


def test_whoever_sends_no_more_is_answered_or_closed(hosted: Server) -> None:
    for sent in (REQUEST, *ODD.values(), *UNFINISHED.values()):
        received(hosted, sent, half=True)
    assert hosted.post(FIVE, "image/png") == ANSWER


def test_a_body_over_the_limit_is_refused_before_it_is_sent(hosted: Server) -> None:
    assert is_problem(received(hosted, POST + b"Content-Length: 6000001\r\n\r\n"), 413)


def test_a_body_in_one_byte_chunks_costs_the_workers_nothing(hosted: Server) -> None:
    before = hosted.seconds()
    assert statuses(received(hosted, CHUNKED + 1_900_000 * b"1\r\nx\r\n" + b"0\r\n\r\n")) == [415]
    assert hosted.seconds() - before < 0.5


def test_no_log_holds_an_address(hosted: Server) -> None:
    hosted.post(b"no picture", "image/png")
    until(lambda: '"status": 415' in hosted.log())
    assert "127.0.0.1" not in hosted.log().partition("\n")[2]  # it says where it answers


def test_all_workers_count_together_and_only_this_machine_sees_it(hosted: Server) -> None:
    counted = rb'digitrec_requests_total\{route="/predict",status="200"\} (\d+)'
    request = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
    assert [hosted.post(FIVE, "image/png") for _ in range(10)] == 10 * [ANSWER]
    seen = [re.findall(counted, received(hosted, request))[0] for _ in range(4)]
    assert len(set(seen)) == 1
    assert float(seen[0]) >= 10
    assert is_problem(received(hosted, request, source="127.0.0.2"), 404)


def test_no_request_is_lost_when_the_app_is_stopped() -> None:
    with serve("--workers", "2", proxy=True) as server:
        clients = Clients(server.host, 8)
        until(lambda: clients.counts["right"] > 50)
        server.first[0].terminate()
        server.first[0].wait()
        refused = clients.counts["503"]
        until(lambda: clients.counts["503"] > refused + 10)
        assert clients.stop()["lost"] == 0


def test_a_worker_that_dies_is_replaced_and_the_other_answers_meanwhile(hosted: Server) -> None:
    killed, other = hosted.workers()
    os.kill(killed, signal.SIGKILL)
    until(lambda: len(hosted.workers()) == 2 and killed not in hosted.workers())
    assert other in hosted.workers()
    assert hosted.post(FIVE, "image/png") == ANSWER


def test_a_worker_that_is_stuck_is_replaced_and_the_other_answers_meanwhile(
    hosted: Server,
) -> None:
    stuck, other = hosted.workers()
    os.kill(stuck, signal.SIGSTOP)
    answers = []
    deadline = time.monotonic() + SOON
    while stuck in hosted.workers():
        assert time.monotonic() < deadline
        answers.append(hosted.post(FIVE, "image/png"))
        time.sleep(0.1)
    assert other in hosted.workers()
    # What the stuck worker had taken from the queue is lost with it.
    assert sum(answer != ANSWER for answer in answers) <= 4
    until(lambda: hosted.post(FIVE, "image/png") == ANSWER)


def test_a_full_disk_stops_no_upload(hosted: Server) -> None:
    place = hosted.directory / "nginx-body"
    place.chmod(0)
    os.chown(place, os.getuid(), os.getgid())  # nginx's workers are another user
    large = FIVE + bytes(4_400_000)  # what lies after the picture's end is ignored
    assert hosted.post(large, "image/png") == ANSWER


def test_beyond_the_queue_requests_get_503_and_the_server_recovers() -> None:
    addresses = [f"127.0.0.{1 + n // 400}" for n in range(BACKLOG + 100)]
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with serve("--workers", "1", proxy=True) as server, ExitStack() as stack:
        os.kill(server.workers()[0], signal.SIGSTOP)
        clients = []
        for address in addresses:
            client = socket.create_connection(server.host, SOON, (address, 0))
            clients.append(stack.enter_context(client))
            client.sendall(REQUEST)
        assert is_problem(whole(clients[-1]), 503)
        time.sleep(PATIENCE + 1)  # by then, nobody waits for an answer any more
        os.kill(server.workers()[0], signal.SIGCONT)
        until(lambda: server.post(FIVE, "image/png") == ANSWER)
        answers = [whole(client) for client in clients[:-1]]
    # On a machine so slow that the worker was replaced meanwhile, the new one has answered some.
    refused = [answer for answer in answers if statuses(answer) != [200]]
    assert all(is_problem(answer, 503) for answer in refused)
    assert all(b"\r\nretry-after: 1\r\n" in answer.lower() for answer in refused)
    assert len(refused) >= len(addresses) - BACKLOG - 1


def test_an_address_with_too_many_requests_gets_503(hosted: Server) -> None:
    def connected() -> socket.socket:
        return socket.create_connection(hosted.host, SOON, ("127.0.0.9", 0))

    def is_refused() -> bool:
        with connected() as client:
            client.sendall(REQUEST)
            return is_problem(whole(client), 503)

    with ExitStack() as stack:
        for _ in range(600):
            stack.enter_context(connected()).sendall(REQUEST[:-1])
        until(is_refused)
        assert hosted.post(FIVE, "image/png") == ANSWER
