"""waitress with one thread: requests are answered in turn, or refused after too long a wait.

waitress answers in threads, while another thread reads and writes the sockets. Python runs one of
them at a time, and they make each other wait: with hundreds of clients, that costs more than the
answers. With one thread that does both in turn, an answer costs the same however many clients there
are. `serve.py` starts more processes to use more processors.

Each connection has at most one request waiting, and connections are limited, so the queue is
limited, too. A request whose turn comes too late is answered with 503, which is cheap: more are
waiting than can be answered in time, and this saves those behind it.
"""

import socket
import time
from collections import deque
from contextlib import suppress
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import WSGITask

from digitrec.web.app import FULL

# Seconds of answering between two polls of the sockets. With hundreds of them, a poll takes up to a
# millisecond or two: waitress asks each whether it wants to read or write.
SLICE = 0.02
ACCEPTED = 16  # new connections per poll; waitress would take one
PIECE = 262_144  # bytes of a body that are read per poll; waitress would read 8192
LAST_LOOKS = 4  # polls that bring nothing, before it ends: one accepts, the next reads
LAST_LOOK = 0.01  # seconds


class _Channel(HTTPChannel):  # type: ignore[misc] # waitress has no types
    def recv(self, buffer_size: int) -> Any:
        """Read as much of a body as is missing.

        Other requests are answered between two polls, so a photograph in pieces of 8 kB would wait
        hundreds of times. Reads outside a body stay small: they might hold thousands of requests.
        """
        body = self.request and self.request.body_rcv
        return super().recv(max(buffer_size, min(getattr(body, "remain", 0), PIECE)))


class Server(TcpWSGIServer):  # type: ignore[misc] # waitress has no types
    """Serves a WSGI app that quickly answers 503 to a request with `FULL` in its environ.

    Parameters
    ----------
    app
        The app. Its answers must be whole when it returns, as Flask's are.
    listening
        The socket that connections come from.
    patience
        Seconds that a request may wait; one whose turn comes later is answered with 503.
    settings
        waitress's own, which it calls adjustments.
    """

    channel_class = _Channel

    def __init__(
        self, app: Any, listening: socket.socket, *, patience: float, **settings: Any
    ) -> None:
        self._queue: deque[tuple[float, Any]] = deque()
        self._patience = patience
        self._stopped = False
        super().__init__(
            app,
            map={},
            _sock=listening,
            dispatcher=self,  # of tasks: add_task, below
            adj=Adjustments(sockets=[listening], asyncore_use_poll=True, **settings),
            bind_socket=False,
            sockinfo=(listening.family, listening.type, listening.proto, listening.getsockname()),
        )

    def add_task(self, task: Any) -> None:
        """Queue a request; its channel calls this when the request is complete."""
        self._queue.append((time.monotonic() + self._patience, task))

    def handle_accept(self) -> None:
        """Take new connections."""
        for _ in range(ACCEPTED):
            before = len(self.active_channels)
            super().handle_accept()
            if len(self.active_channels) == before:  # nobody waits, or no more files may be opened
                return

    def accept(self) -> Any:
        """Return a new connection, or None: then clients wait in the system's queue."""
        with suppress(OSError):  # waitress would log a stack trace for each, at each poll
            return super().accept()
        return None

    def run(self) -> None:
        """Serve until `stop` is called, then answer the requests already sent or on their way."""
        while not self._stopped:
            patience = 0 if self._queue else self.adj.asyncore_loop_timeout
            wasyncore.loop(patience, use_poll=True, map=self._map, count=1)
            until = time.monotonic() + SLICE
            while self._queue and time.monotonic() < until:
                self._answer_next()
        self._finish()
        wasyncore.close_all(self._map)

    def stop(self) -> None:
        """End `run`; may be called from a signal handler, or another thread."""
        self._stopped = True
        self.pull_trigger()

    def _finish(self) -> None:
        # Closing a socket with unread data resets it, and its client can't tell whether the request
        # was received.
        until = time.monotonic() + self._patience
        quiet = 0
        while True:
            while self._queue:
                self._answer_next()
            if quiet == LAST_LOOKS or time.monotonic() >= until:
                break
            wasyncore.loop(LAST_LOOK, use_poll=True, map=self._map, count=1)
            channels = self.active_channels.values()
            on_the_way = any(channel.request or channel.total_outbufs_len for channel in channels)
            quiet = 0 if self._queue or on_the_way else quiet + 1

    def _answer_next(self) -> None:
        too_late, channel = self._queue.popleft()
        channel.task_class = WSGITask if time.monotonic() < too_late else _Refusal
        if self._stopped or len(channel.requests) > 1:
            # The client has pipelined requests, or the server is ending. The client will ask again,
            # and one that doesn't read can't make answers pile up here.
            channel.requests[0].headers["CONNECTION"] = "close"
        channel.service()


class _Refusal(WSGITask):  # type: ignore[misc] # waitress has no types
    def get_environment(self) -> dict[str, Any]:
        return {**super().get_environment(), FULL: True}
