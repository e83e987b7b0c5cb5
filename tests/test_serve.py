"""serve.py: the app under a production server, as those start it who host it themselves."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

import overload
import serve as production
from digitrec import create_app
from tests import strokes
from tests.hostile import strategies
from tests.load.server import Server, serve
from tests.server import ROOT

FIVE = strokes.encode(strokes.picture(5))
MANY = 300  # clients
SOON = 60  # seconds, in which what should happen has happened on a busy machine


@pytest.fixture(scope="module")
def served() -> Iterator[Server]:
    with serve() as server:
        yield server


def answer(server: Server, method: str, path: str) -> tuple[int, list[tuple[str, str]], bytes]:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    connection.request(method, path)
    response = connection.getresponse()
    found = response.status, response.getheaders(), response.read()
    connection.close()
    return found


def until_answered(server: Server) -> None:
    deadline = time.monotonic() + SOON
    while time.monotonic() < deadline:
        try:
            if server.post(FIVE, "image/png") == (200, b'{"digit":5}\n'):
                return
        except OSError:  # the process that had the connection was killed
            time.sleep(0.01)
    raise AssertionError


def until_ended(processes: list[int]) -> None:
    deadline = time.monotonic() + SOON
    while any(Path(f"/proc/{process}").exists() for process in processes):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def counted(server: Server, *names: str) -> int:
    """Return the sum of what the system has counted of the processes that answer."""
    places = {"minflt": 7, "utime": 11, "stime": 12}  # proc(5), behind the process's name
    total = 0
    for process in server.answering():
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        total += sum(int(fields[places[name]]) for name in names)
    return total


def test_a_picture_is_answered(served: Server) -> None:
    assert served.post(FIVE, "image/png") == (200, b'{"digit":5}\n')


def test_a_header_stands_once_and_the_server_is_not_named(served: Server) -> None:
    for method, path in (("GET", "/"), ("GET", "/healthz"), ("GET", "/no"), ("PUT", "/predict")):
        _, headers, _ = answer(served, method, path)
        names = [name.lower() for name, _ in headers]
        assert len(names) == len(set(names))
        assert "server" not in names


def test_many_at_once_are_answered_or_sent_away(served: Server) -> None:
    together = threading.Barrier(MANY)
    answers: list[tuple[int, bytes]] = []

    def ask() -> None:
        together.wait()
        answers.append(served.post(FIVE, "image/png"))

    threads = [threading.Thread(target=ask) for _ in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == MANY
    assert {status for status, _ in answers} <= {200, 503}
    assert answers.count((200, b'{"digit":5}\n')) > production.PROCESSES
    assert served.post(FIVE, "image/png") == (200, b'{"digit":5}\n')


def test_an_answer_takes_no_more_of_the_processors_when_many_ask(served: Server) -> None:
    def cost(clients: int) -> float:
        before = counted(served, "utime", "stime")
        with ThreadPoolExecutor(clients) as pool:
            answers = pool.map(lambda _: served.post(FIVE, "image/png"), range(2 * MANY))
            right = list(answers).count((200, b'{"digit":5}\n'))
        return (counted(served, "utime", "stime") - before) / right

    few = cost(4)
    assert cost(MANY) < 1.5 * few


def test_a_warm_request_asks_the_system_for_no_memory(served: Server) -> None:
    for _ in range(20 * production.PROCESSES):
        served.post(FIVE, "image/png")
    before = counted(served, "minflt")
    requests = 100
    for _ in range(requests):
        assert served.post(FIVE, "image/png") == (200, b'{"digit":5}\n')
    assert counted(served, "minflt") - before < 50 * requests  # 4 kB each; a canvas has 300 kB


def test_what_the_start_read_stays_shared() -> None:
    def shared(server: Server) -> int:
        maps = (Path(f"/proc/{process}/smaps_rollup") for process in server.answering())
        return sum(int(re.findall(r"Shared_Dirty: +(\d+)", map_.read_text())[0]) for map_ in maps)

    many = json.dumps({"image": [[]] * 200_000}).encode()  # they start collections
    with serve() as server:
        for _ in range(20 * production.PROCESSES):
            server.post(FIVE, "image/png")
        warm = shared(server)
        for _ in range(20 * production.PROCESSES):
            assert server.post(many, "application/json")[0] == HTTPStatus.BAD_REQUEST
        assert shared(server) > 0.85 * warm


def test_slow_clients_hold_nobody_up(served: Server) -> None:
    address = urlsplit(served.url)
    head = b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\n"
    slow = []
    for _ in range(MANY):
        client = socket.create_connection((address.hostname, address.port))
        client.sendall(head + f"Content-Length: {len(FIVE)}\r\n\r\n".encode() + FIVE[:-1])
        slow.append(client)
    assert served.post(FIVE, "image/png") == (200, b'{"digit":5}\n')
    slow[0].sendall(FIVE[-1:])
    assert slow[0].recv(100).startswith(b"HTTP/1.1 200 OK")
    for client in slow:
        client.close()


def test_a_connection_on_which_nothing_comes_is_closed_after_half_a_minute() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = overload.Server(None, listening, patience=1, **production.SERVER)
        with socket.create_connection(listening.getsockname()):
            server.handle_accept()
            [channel] = server.active_channels.values()
            now = time.time()
            server.maintenance(now + 29)
            assert not channel.will_close
            server.maintenance(now + 31)
            assert channel.will_close
        server.stop()
        server.run()  # which closes what is open


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n",
        b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /predict HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n",
        b"POST /predict HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: x\r\n\r\n",
        b"\r\n\r\n\r\n\0\0\0\0\r\n\r\n",
    ],
    ids=["header", "path", "length", "negative", "chunks", "encoding", "nonsense"],
)
def test_what_is_no_http_is_refused_and_the_next_answered(served: Server, sent: bytes) -> None:
    address = urlsplit(served.url)
    with socket.create_connection((address.hostname, address.port), timeout=60) as client:
        client.sendall(sent)
        status = client.recv(12)
    assert status == b"" or status[9:10] in {b"4", b"5"}
    assert answer(served, "GET", "/healthz")[0] == 200


def test_an_answer_is_the_same_as_without_a_server(served: Server) -> None:
    client = create_app().test_client()
    for seed in strategies.SEEDS:
        alone = client.post("/predict", data=seed, content_type="image/png")
        assert served.post(seed, "image/png") == (alone.status_code, alone.data)


def test_a_process_that_dies_is_replaced(served: Server) -> None:
    before = served.answering()
    assert len(before) == production.PROCESSES
    for process in before:  # as a hole in a decoder might do
        os.kill(process, signal.SIGKILL)
    until_ended(before)
    until_answered(served)
    deadline = time.monotonic() + SOON
    while len(served.answering()) < production.PROCESSES:
        assert time.monotonic() < deadline


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_all_processes_end_with_the_first(sent: signal.Signals) -> None:
    with serve() as server:
        processes = server.answering()
        os.kill(server.process, sent)
        until_ended(processes)
        with pytest.raises(OSError, match="refused"):
            server.post(FIVE, "image/png")


@pytest.mark.parametrize("sent", ["SIGTERM", "SIGINT"])
def test_it_stops_when_it_is_told_so_while_it_starts_a_process(sent: str) -> None:
    code = (
        "import os, signal, serve\n"
        f"tell = lambda: os.kill(os.getpid(), signal.{sent})\n"
        "os.register_at_fork(after_in_parent=tell)\n"
        "serve.main(['--port', '0'])"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=SOON)


@pytest.mark.parametrize(
    ("soft", "hard", "connections"),
    [(256, 4096, 900), (256, 1024, 462), (1024, 1024, 462), (2000, 4096, 900), (100, 100, 4)],
)
def test_a_process_takes_no_more_connections_than_it_may_open_files_for(
    soft: int, hard: int, connections: int
) -> None:
    code = (
        "import resource, serve\n"
        f"resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))\n"
        "print(serve._connections(), resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    )
    told = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True)
    found, files = map(int, told.split())
    assert found == connections
    assert files >= min(hard, 2 * connections + 100)


def stopped(*options: str, **environment: str) -> tuple[int, str]:
    """Return the exit status of a start that fails, and what it says."""
    completed = subprocess.run(
        [sys.executable, "serve.py", *options],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=SOON,
    )
    return completed.returncode, completed.stderr


def test_it_says_where_it_answers() -> None:
    command = [sys.executable, "serve.py", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        [url] = re.findall(
            r"^digitrec answers on (http://127\.0\.0\.1:\d+) ", process.stdout.readline()
        )
        server = Server(url, process.pid)
        until_answered(server)
        process.terminate()


def test_a_second_server_is_not_started_on_the_same_port(served: Server) -> None:
    port = str(urlsplit(served.url).port)
    status, said = stopped("--port", port)
    assert status == 1
    assert said.startswith(f"digitrec: 127.0.0.1, port {port}, cannot be used: Address already in")


def test_a_host_that_is_not_this_one_is_named() -> None:
    status, said = stopped("--port", "0", "--host", "256.0.0.1")
    assert status == 1
    assert said.startswith("digitrec: 256.0.0.1, port 0, cannot be used: ")


@pytest.mark.parametrize("port", ["65536", "80000", "-1", "http"])
def test_what_is_no_port_is_refused(port: str) -> None:
    status, said = stopped(f"--port={port}")
    assert status == 2
    assert said.endswith(f"error: argument --port: '{port}' is not between 0 and 65535\n")


def test_the_last_port_is_one() -> None:
    assert production._port("65535") == 65_535  # noqa: SLF001 # another may listen there


def test_the_c_library_is_told_to_give_memory_back_before_anything_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: dict[int, int] = {}
    library = SimpleNamespace(mallopt=told.__setitem__)
    monkeypatch.setattr(production, "ctypes", SimpleNamespace(CDLL=lambda _: library))
    monkeypatch.setenv("MODEL_PATH", "none.pkl")
    with pytest.raises(SystemExit, match="MODEL_PATH"):
        production.main(["--port", "0"])
    # M_MMAP_THRESHOLD, M_TRIM_THRESHOLD and M_ARENA_MAX, as glibc's malloc.h has them
    assert told == {-3: production.LARGE, -1: production.KEPT, -8: production.ARENAS}


def test_a_wrong_setting_stops_the_start_with_a_sentence() -> None:
    status, said = stopped("--port", "0", MODEL_PATH="none.pkl")
    assert status == 1
    assert said.startswith("digitrec: MODEL_PATH is 'none.pkl'. It must be")
