"""An HTTP server on this machine that hands each request to a function."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Request:
    """An HTTP request; `target` is its path and query as they were sent."""

    method: str
    target: str
    headers: Headers
    body: bytes
    client: str = "127.0.0.1"


@dataclass(frozen=True)
class Response:
    """An HTTP response; it is sent with no other headers but, if it is missing, Content-Length."""

    status: int
    headers: Headers
    body: bytes


@contextmanager
def serve(answer: Callable[[Request], Response], port: int = 0) -> Iterator[str]:
    """Answer requests, each in a thread; yield the server's host and port.

    Parameters
    ----------
    answer
        Returns the response to a request.
    port
        The port on 127.0.0.1; 0 picks a free one.
    """

    class Connection(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Without these, each answer waits 40 ms for the acknowledgement of its first packet.
        wbufsize = -1
        disable_nagle_algorithm = True

        def __getattr__(self, name: str) -> Any:
            # http.server looks for one method per HTTP method: all are answered here.
            if name.startswith("do_"):
                return self._answer
            raise AttributeError(name)

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            target = self.requestline.split()[1]  # self.path has lost a second leading slash
            response = answer(
                Request(self.command, target, self.headers.items(), body, self.client_address[0])
            )
            self.send_response_only(response.status)
            for name, value in response.headers:
                self.send_header(name, value)
            if not any(name.lower() == "content-length" for name, _ in response.headers):
                self.send_header("Content-Length", str(len(response.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(response.body)

        def log_message(self, *_: object) -> None:
            """Say nothing: the function's own log is on the same screen."""

    with ThreadingHTTPServer(("127.0.0.1", port), Connection) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
