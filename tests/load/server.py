"""The app as it is hosted: `digitrec serve`, with nginx in front of it or alone."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.server import ROOT, free_port

START = 60  # seconds
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")


class Server:
    """A running server: its address, its first processes, and what it has logged."""

    def __init__(self, url: str, directory: Path) -> None:
        self.url = url
        self.directory = directory
        self.first: list[subprocess.Popen[bytes]] = []

    @property
    def host(self) -> tuple[str, int]:
        """Return what a socket connects to."""
        return "127.0.0.1", int(self.url.rpartition(":")[2])

    def workers(self) -> list[int]:
        """Return the numbers of the app's processes that answer."""
        return _children(self.first[0].pid)

    def memory(self) -> int:
        """Return what all processes hold now, in bytes; shared memory counts once."""
        processes = [p for f in self.first for p in (f.pid, *_children(f.pid))]
        rollups = (Path(f"/proc/{process}/smaps_rollup") for process in processes)
        return 1024 * sum(int(re.findall(r"\nPss: +(\d+)", r.read_text())[0]) for r in rollups)

    def seconds(self) -> float:
        """Return the processor time that the app's workers have taken."""
        stats = (Path(f"/proc/{process}/stat").read_text() for process in self.workers())
        ticks = (sum(map(int, stat.rpartition(")")[2].split()[11:13])) for stat in stats)
        return sum(ticks) / os.sysconf("SC_CLK_TCK")

    def log(self) -> str:
        """Return all that the processes have logged."""
        return "".join(path.read_text() for path in sorted(self.directory.glob("*.log")))

    def post(self, body: bytes, content_type: str, seconds: float = 60) -> tuple[int, bytes]:
        """Return status and body of the answer of `/predict`."""
        request = urllib.request.Request(
            f"{self.url}/predict", body, {"Content-Type": content_type}
        )
        try:
            with urllib.request.urlopen(request, timeout=seconds) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()


@contextmanager
def serve(
    *options: str, proxy: bool = False, environment: dict[str, str] | None = None
) -> Iterator[Server]:
    """Yield a server that has answered; stop it afterwards.

    `options` are those of `digitrec serve`. With `proxy`, nginx is in front of it.
    """
    port = free_port()
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        directory.chmod(0o755)  # nginx's workers are another user
        server = Server(f"http://127.0.0.1:{port}", directory)
        place = ["--host", f"unix:{directory}/app.sock"] if proxy else ["--port", str(port)]
        app = [sys.executable, "-m", "digitrec", "serve", *place, *options]
        # nginx is stopped first, and passes nothing on any more.
        server.first.append(stack.enter_context(_started(app, directory, environment)))
        if proxy:
            assert NGINX is not None
            configuration = directory / "nginx.conf"
            configuration.write_text(configured(directory, port))
            command = [NGINX, "-c", str(configuration), "-g", "daemon off;"]
            server.first.append(stack.enter_context(_started(command, directory, environment)))
        try:
            wait(f"{server.url}/healthz", server.first[0], START)
        except RuntimeError as error:
            error.add_note(server.log())
            raise
        yield server


def configured(directory: Path, port: int) -> str:
    """Return deploy/nginx.conf with a port and a directory of one's own."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    for standard, ours in (
        ("listen 80 ", f"listen 127.0.0.1:{port} "),
        ("/run/digitrec/", f"{directory}/"),
        ("/run/", f"{directory}/"),
        ("/var/log/nginx/", f"{directory}/"),
    ):
        assert standard in text
        text = text.replace(standard, ours)
    return text


@contextmanager
def _started(
    command: list[str], directory: Path, environment: dict[str, str] | None
) -> Iterator[subprocess.Popen[bytes]]:
    name = "nginx" if "nginx" in command[0] else "app"
    with (directory / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "LOG_LEVEL": "WARNING", **(environment or {})},
            stdout=log,
            stderr=log,
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGQUIT if name == "nginx" else signal.SIGTERM)
            process.wait()


def _children(process: int) -> list[int]:
    children = Path(f"/proc/{process}/task/{process}/children")
    return [int(number) for number in children.read_text().split()]


def wait(url: str, process: subprocess.Popen[bytes], seconds: float) -> None:
    """Return when `url` answers; raise RuntimeError if it doesn't, or its process has ended."""
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nothing answers at {url}")
