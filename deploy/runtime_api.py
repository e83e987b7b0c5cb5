"""The HTTP interface between Lambda and a runtime, on loopback (version 2018-06-01)."""

import queue
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

PREFIX = "/2018-06-01/runtime/"
TIMEOUT = 30  # seconds, as in serverless.yml
ARN = "arn:aws:lambda:us-east-1:123456789012:function:digitrec"


class Invocation:
    """An event on its way to the handler, and the handler's answer on its way back."""

    def __init__(self, event: bytes) -> None:
        self.event = event
        self.request_id = str(uuid.uuid4())
        self.answer = b""
        self.failed = False
        self.done = threading.Event()


class RuntimeApi:
    """A server that hands out invocations, and takes answers and errors.

    Attributes
    ----------
    address
        Host and port, as in AWS_LAMBDA_RUNTIME_API.
    invocations
        The invocations waiting for the runtime.
    ready
        Set when the runtime asks for work, so its start succeeded.
    init_error
        The error document of a failed start, otherwise "".
    """

    def __init__(self) -> None:
        self.invocations: queue.SimpleQueue[Invocation | None] = queue.SimpleQueue()
        self.ready = threading.Event()
        self.init_error = ""
        self._running: dict[str, Invocation] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._connection)
        self.address = f"127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.invocations.put(None)  # frees the thread that waits for work
        self._server.shutdown()
        self._server.server_close()

    def next(self) -> Invocation | None:
        """Wait for an invocation and return it; None when the server stops."""
        self.ready.set()
        invocation = self.invocations.get()
        if invocation is not None:
            self._running[invocation.request_id] = invocation
        return invocation

    def take(self, path: str, body: bytes) -> None:
        """Take what the runtime posts: an answer, an error, or the error of its start."""
        if path == "init/error":
            self.init_error = body.decode()
            return
        request_id, kind = path.removeprefix("invocation/").split("/")
        invocation = self._running.pop(request_id)
        invocation.answer = body
        invocation.failed = kind == "error"
        invocation.done.set()

    def _connection(self, *arguments: object) -> "_Connection":
        return _Connection(self, *arguments)


class Connection(BaseHTTPRequestHandler):
    """A connection that stays open, answers at once and logs nothing."""

    protocol_version = "HTTP/1.1"
    # Without these, each answer waits 40 ms for the acknowledgement of its first packet.
    wbufsize = -1
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None:
        """Say nothing: the function's own log is on the same screen."""


class _Connection(Connection):
    def __init__(self, api: RuntimeApi, *arguments: object) -> None:
        self.api = api
        super().__init__(*arguments)  # type: ignore[arg-type] # as socketserver gives them

    def do_GET(self) -> None:
        invocation = self.api.next()
        if invocation is None:
            self.close_connection = True
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(invocation.event)))
        self.send_header("Lambda-Runtime-Aws-Request-Id", invocation.request_id)
        self.send_header("Lambda-Runtime-Deadline-Ms", str(int((time.time() + TIMEOUT) * 1000)))
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", ARN)
        self.end_headers()
        self.wfile.write(invocation.event)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.api.take(self.path.removeprefix(PREFIX), body)
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()
