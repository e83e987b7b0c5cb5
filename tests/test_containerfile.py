"""The container images: built on a base made from Debian's packages, so that nothing is pulled."""

import json
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from deploy import loopback, runtime
from tests.load.clients import REQUEST, RIGHT, SOON, Clients, until, whole
from tests.load.server import wait
from tests.requests import TABLE, Answer, by_connection, by_flask, comparable, event, plain
from tests.server import ROOT, free_port

BASE = "localhost/digitrec-base"
FILES = {"hosting": "Containerfile", "lambda": "deploy/Containerfile.lambda"}
PACKAGES = "ca-certificates,nginx-light,python3,python3-venv"
# How the command lines of the images' first processes begin
FIRST = (b"/bin/bash\0./container.sh", b"/opt/venv/bin/python\0")
OWN = {"connection", "date", "server"}  # headers that nginx adds
# What nginx answers itself, and why.
BY_NGINX = {
    "lower-case method": (400, "such a request is not HTTP"),
    "text too large": (413, "the body is over the app's limit: it is not passed on"),
}

pytestmark = pytest.mark.needs_buildah


class Builder:
    """buildah with a store of its own."""

    def __init__(self, directory: Path) -> None:
        self._command = ["buildah", "--root", f"{directory}/store", "--runroot", f"{directory}/run"]
        self._environment = {**os.environ, "BUILDAH_ISOLATION": "chroot"}  # needs no namespaces

    def __call__(self, *arguments: str) -> str:
        """Run buildah and return what it says; skip the test if it can't."""
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
        return completed.stdout

    def make(self, name: str) -> None:
        """Build an image, and make a container of it, both with this name."""
        # This machine's certificates and package sources, as a registry's image would have its own.
        shared = [f"--volume={place}:{place}:ro" for place in ("/etc/ssl/certs", "/etc/apt")]
        options = ["--format", "docker", "--build-arg", f"BASE={BASE}", "--file", FILES[name]]
        self("build", *options, *shared, "--tag", f"localhost/{name}", ".")
        self("from", "--name", name, f"localhost/{name}")

    @contextmanager
    def running(self, name: str, *options: str) -> Iterator["subprocess.Popen[bytes]"]:
        """Run what the image says; tell it to stop, and wait until it has."""
        config = json.loads(self("inspect", name))["OCIv1"]["config"]
        command = [*config.get("Entrypoint", []), *config["Cmd"]]
        with subprocess.Popen(
            [*self._command, "run", *options, name, "--", *command], env=self._environment
        ) as process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    stop(process.pid)
                process.wait(SOON)


@pytest.fixture(scope="module")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builder]:
    """buildah, with the images built and a container made of each."""
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
    with ThreadPoolExecutor() as pool:
        list(pool.map(build.make, FILES))
    yield build
    build("rm", "--all")
    shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def hosted(builder: Builder) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """Yield the hosting container's process, and the port at which it answers."""
    port = free_port()
    listen = f"s/listen [^ ]* default/listen 127.0.0.1:{port} default/"
    builder("run", "--user", "root", "hosting", "--", "sed", "-i", listen, "/etc/nginx/nginx.conf")
    tmpfs = "--mount=type=tmpfs,destination=/run,tmpfs-mode=1777"
    with builder.running("hosting", tmpfs) as process:
        wait(f"http://127.0.0.1:{port}/healthz", process, SOON)
        yield process, port
    assert process.returncode == 0


def test_the_hosting_container_answers_as_the_app_does(
    builder: Builder, subtests: pytest.Subtests
) -> None:
    with hosted(builder) as (_, port), closing(HTTPConnection("127.0.0.1", port)) as connection:
        for name, request in TABLE.items():
            with subtests.test(name):
                answer = without_proxy(by_connection(request, connection))
                if name in BY_NGINX:
                    status, headers, body = answer
                    assert (status, json.loads(body)["status"]) == 2 * (BY_NGINX[name][0],)
                    assert ("content-type", "application/problem+json") in headers
                else:
                    assert answer == without_proxy(by_flask(request))


def test_no_request_is_lost_when_the_hosting_container_is_stopped(builder: Builder) -> None:
    with hosted(builder) as (process, port):
        clients = Clients(("127.0.0.1", port), 8, leave=True)
        until(lambda: clients.counts["right"] > 50)
        with socket.create_connection(("127.0.0.1", port)) as slow:
            slow.sendall(REQUEST[:-1])
            stop(process.pid)
            assert clients.stay()["lost"] == 0
            until(lambda: refuses(port))
            slow.sendall(REQUEST[-1:])
            assert whole(slow).endswith(RIGHT)
        process.wait(SOON)


def test_the_lambda_container_answers_as_the_app_does(
    builder: Builder, subtests: pytest.Subtests
) -> None:
    function = runtime.Function()
    with (
        loopback.serve(function.runtime_api) as address,
        builder.running("lambda", f"--env=AWS_LAMBDA_RUNTIME_API={address}") as function.process,
    ):
        function.wait_until_ready()
        for name, request in TABLE.items():
            with subtests.test(name):
                answer = plain(json.loads(function.invoke(json.dumps(event(request)).encode())))
                assert comparable(answer) == comparable(by_flask(request))


def test_the_container_runs_as_nobody_who_can_change_it(builder: Builder) -> None:
    code = "import os; assert os.getuid() and not any(map(lambda d: os.access(d, os.W_OK), "
    code += "['/', '/etc/nginx', '/opt/digitrec', '/opt/digitrec/digitrec', '/usr/bin']))"
    builder("run", "hosting", "--", "venv/bin/python", "-c", code)


def without_proxy(answer: Answer) -> Answer:
    """Return an answer with its headers' names in lower case, and without the proxy's own."""
    status, headers, body = comparable(answer)
    lower = ((name.lower(), value) for name, value in headers)
    return status, sorted((name, value) for name, value in lower if name not in OWN), body


def refuses(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return True
    return False


def stop(process: int) -> None:
    """Tell the first process of the container under `process`, which is buildah's, to stop."""
    for first in _first(process):
        os.kill(first, signal.SIGTERM)


def _first(process: int) -> list[int]:
    children = Path(f"/proc/{process}/task").glob("*/children")
    below = [int(child) for path in children for child in path.read_text().split()]
    ours = [p for p in below if Path(f"/proc/{p}/cmdline").read_bytes().startswith(FIRST)]
    return ours or [first for child in below for first in _first(child)]
