"""Containerfile: built on a base made from Debian's packages, so that nothing is pulled."""

import base64
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests import strokes
from tests.load.server import wait
from tests.server import ROOT, free_port

BASE, IMAGE = "localhost/digitrec-base", "localhost/digitrec"
PACKAGES = "ca-certificates,nginx-light,python3,python3-venv"
SOON = 60  # seconds
FIVE = strokes.encode(strokes.picture(5))
TEXT = base64.b64encode(FIVE).decode()
JSON = "application/json"
REQUESTS: list[tuple[str, str, dict[str, str], bytes]] = [
    ("GET", "/", {}, b""),
    ("GET", "/", {"Accept-Encoding": "gzip"}, b""),
    ("GET", "/static/page.js", {}, b""),
    ("HEAD", "/healthz", {}, b""),
    ("GET", "/openapi.json", {}, b""),
    ("GET", "/no", {}, b""),
    ("DELETE", "/predict", {}, b""),
    ("POST", "/predict", {"Content-Type": "image/png"}, FIVE),
    ("POST", "/predict?include=text,digits", {"Content-Type": "image/png"}, FIVE),
    ("POST", "/predict", {"Content-Type": JSON}, json.dumps({"images": [TEXT, "A"]}).encode()),
    ("POST", "/predict", {"Content-Type": "text/plain"}, FIVE),
    ("POST", "/predict", {"Content-Type": "image/png"}, FIVE[:100]),
    ("OPTIONS", "/predict", {"Origin": "x", "Access-Control-Request-Method": "POST"}, b""),
]
OWN = {"connection", "date", "server"}  # headers that nginx adds

pytestmark = pytest.mark.needs_buildah


class Builder:
    """buildah with a store of its own."""

    def __init__(self, directory: Path) -> None:
        self._command = ["buildah", "--root", f"{directory}/store", "--runroot", f"{directory}/run"]
        # Neither kernel modules nor namespaces are needed.
        self._environment = {**os.environ, "STORAGE_DRIVER": "vfs", "BUILDAH_ISOLATION": "chroot"}

    def __call__(self, *arguments: str) -> None:
        """Run buildah; skip the test if it can't, with what it says."""
        completed = subprocess.run(
            [*self._command, *arguments],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if completed.returncode:
            pytest.skip(f"buildah {arguments[0]} fails here: {completed.stderr[-500:]}")

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([*self._command, *arguments], env=self._environment)


@pytest.fixture(scope="module")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builder]:
    """buildah, with the image built and a container made of it."""
    directory = tmp_path_factory.mktemp("containers")
    base = ROOT / "build" / "base.tar"
    if not base.exists():
        base.parent.mkdir(exist_ok=True)
        made = directory / "base.tar"
        command = ["mmdebstrap", "--quiet", "--variant=apt", f"--include={PACKAGES}", "bookworm"]
        completed = subprocess.run(
            [*command, str(made)], capture_output=True, text=True, check=False
        )
        if completed.returncode:
            pytest.skip(f"mmdebstrap fails here: {completed.stderr[-500:]}")
        shutil.move(made, base)
    build = Builder(directory)
    build("from", "--name", "base", "scratch")
    build("add", "--quiet", "base", str(base), "/")
    build("commit", "--quiet", "base", BASE)
    # This machine's certificates and package sources, as a registry's image would have its own.
    shared = [f"--volume={place}:{place}:ro" for place in ("/etc/ssl/certs", "/etc/apt")]
    build(
        "build", "--format", "docker", "--build-arg", f"BASE={BASE}", *shared, "--tag", IMAGE, "."
    )
    build("from", "--name", "made", IMAGE)
    yield build
    shutil.rmtree(directory, ignore_errors=True)


def answer(
    port: int, method: str, path: str, headers: dict[str, str], body: bytes
) -> tuple[int, dict[str, str], bytes]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=SOON)) as connection:
        connection.request(method, path, body or None, headers)
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return response.status, {n: v for n, v in found.items() if n not in OWN}, response.read()


def test_the_container_answers_as_the_app_does_and_stops_when_told(
    builder: Builder, client: FlaskClient
) -> None:
    port = free_port()
    listen = f"s/listen 8080 /listen 127.0.0.1:{port} /"
    builder("run", "--user", "root", "made", "--", "sed", "-i", listen, "/etc/nginx/nginx.conf")
    tmpfs = "--mount=type=tmpfs,destination=/run,tmpfs-mode=1777"
    with builder.start("run", tmpfs, "made", "--", "./container.sh") as running:
        try:
            wait(f"http://127.0.0.1:{port}/healthz", running, SOON)
            for method, path, headers, body in REQUESTS:
                response = client.open(path, method=method, headers=headers, data=body)
                assert answer(port, method, path, headers, body) == (
                    response.status_code,
                    {name.lower(): value for name, value in response.headers},
                    response.data,
                ), (method, path)
        finally:
            for script in _scripts(running.pid):
                os.kill(script, signal.SIGTERM)
        assert running.wait(SOON) == 0


def test_the_container_runs_as_nobody_who_can_change_it(builder: Builder) -> None:
    code = "import os; assert os.getuid() and not any(map(lambda d: os.access(d, os.W_OK), "
    code += "['/', '/etc/nginx', '/opt/digitrec', '/opt/digitrec/digitrec', '/usr/bin']))"
    builder("run", "made", "--", "venv/bin/python", "-c", code)


def _scripts(process: int) -> list[int]:
    """Return the processes under `process` that run container.sh itself."""
    children = Path(f"/proc/{process}/task").glob("*/children")
    below = [int(child) for path in children for child in path.read_text().split()]
    name = b"/bin/bash\0./container.sh\0"
    ours = [p for p in below if Path(f"/proc/{p}/cmdline").read_bytes() == name]
    return ours or [script for child in below for script in _scripts(child)]
