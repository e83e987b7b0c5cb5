"""Clients that ask all the time, and count what they are answered."""

import json
import re
import socket
import threading
import time
from collections.abc import Callable

from tests import strokes

SOON = 60  # seconds, in which what should happen has happened on a busy machine
FIVE = strokes.encode(strokes.picture(5))
RIGHT = b'{"digit":5}\n'
POST = b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\n"
REQUEST = POST + b"Content-Length: %d\r\n\r\n" % len(FIVE) + FIVE


def until(happened: Callable[[], object]) -> None:
    """Return when something has happened; fail if it does not."""
    deadline = time.monotonic() + SOON
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def whole(client: socket.socket) -> bytes:
    """Return one answer, or what comes of it before the connection is closed."""
    answer = b""
    while True:
        head, end, body = answer.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
        if end and length and len(body) >= int(length[1]):
            return answer
        chunk = client.recv(65_536)
        if not chunk:
            return answer
        answer += chunk


def statuses(answers: bytes) -> list[int]:
    """Return the status of each answer."""
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+) ", answers)]


def is_problem(answer: bytes, status: int) -> bool:
    """Return whether an answer is a problem of this status."""
    head, _, body = answer.partition(b"\r\n\r\n")
    return (
        statuses(head) == [status]
        and b"\r\nContent-Type: application/problem+json\r\n" in head
        and json.loads(body)["status"] == status
    )


class Clients:
    """Ask all the time, on a connection each, and count the answers; what is lost is a failure.

    With `leave`, a client leaves when it is told that its connection closes. Without, it asks on.
    """

    def __init__(self, host: tuple[str, int], number: int, *, leave: bool = False) -> None:
        self._host = host
        self._leave = leave
        self._stopped = threading.Event()
        self.counts: dict[str, int] = {"right": 0, "503": 0, "lost": 0}
        self._pool = [threading.Thread(target=self._ask) for _ in range(number)]
        for thread in self._pool:
            thread.start()

    def _ask(self) -> None:
        client: socket.socket | None = None
        while not self._stopped.is_set():
            client = client or socket.create_connection(self._host, timeout=SOON)
            try:
                client.sendall(REQUEST)
                answer = whole(client)
            except OSError:
                answer = b""
            refused = is_problem(answer, 503) and b"Retry-After: 1" in answer
            kind = "right" if answer.endswith(RIGHT) else "503" if refused else "lost"
            self.counts[kind] += 1
            if kind == "lost" or b"Connection: close" in answer:
                client.close()
                client = None
                if self._leave:
                    return
        if client:
            client.close()

    def stay(self) -> dict[str, int]:
        """Wait until all have left, and return the counts."""
        for thread in self._pool:
            thread.join(SOON)
        return self.counts

    def stop(self) -> dict[str, int]:
        """Let nobody ask again, and return the counts."""
        self._stopped.set()
        return self.stay()
