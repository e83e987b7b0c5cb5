"""The fixtures that most tests use, and what to do about things that a machine lacks."""

import fcntl
import http.server
import os
import platform
import shutil
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient

from deploy import bytecode, emulate, runtime
from digitrec import Recognizer, create_app
from digitrec.settings import Settings
from tests import aws
from tests.browser import CHROMIUM, FIREFOX, find
from tests.load.server import NGINX
from tests.server import ROOT, serve


class Need(NamedTuple):
    """What the tests with one marker need, and the command that brings it."""

    thing: str
    present: object
    command: str


def _file(variable: str, name: str = "", default: Path | None = None) -> bool:
    place = os.environ.get(variable) or default
    return place is not None and Path(place, name).is_file()


NEEDS = {
    "needs_chromium": Need("Chromium", find(CHROMIUM), "apt-get install chromium-headless-shell"),
    "needs_firefox": Need("Firefox", find(FIREFOX), "apt-get install firefox-esr"),
    "needs_curl": Need("curl", shutil.which("curl"), "apt-get install curl"),
    "needs_mnist": Need(
        "MNIST",
        _file("MNIST_DIR", "t10k-images-idx3-ubyte.gz", ROOT / "build" / "mnist"),
        "make mnist",
    ),
    "needs_qmnist": Need(
        "QMNIST's labels",
        _file("MNIST_DIR", "qmnist-test-labels-idx2-int.gz", ROOT / "build" / "mnist"),
        "put qmnist-*-labels-idx2-int.gz beside MNIST's files",
    ),
    "needs_drawings": Need(
        "drawings by many writers",
        _file("DRAWINGS_DIR", "index.csv"),
        "make test DRAWINGS_DIR=<directory with index.csv>",
    ),
    "needs_numbers": Need(
        "pictures of numbers",
        _file("NUMBERS_DIR", "index.csv"),
        "make test NUMBERS_DIR=<directory with index.csv>",
    ),
    "needs_cases": Need(
        "pictures once read wrongly",
        _file("CASES_DIR", "index.csv"),
        "make test CASES_DIR=<directory with index.csv>",
    ),
    "needs_usps": Need(
        "USPS digits", _file("USPS_FILE"), "make test USPS_FILE=<path of usps_test.npz>"
    ),
    "needs_torch": Need("PyTorch", find_spec("torch"), "make install-training"),
    "needs_lambda": Need(
        "Linux with Python 3.13, which the function runs on",
        sys.platform == "linux" and bytecode.find_python(),
        bytecode.INSTALL,
    ),
    "needs_valgrind": Need("valgrind", shutil.which("valgrind"), "apt-get install valgrind"),
    "needs_nginx": Need("nginx", NGINX, "apt-get install nginx-light"),
    "needs_buildah": Need(
        "buildah and mmdebstrap",
        shutil.which("buildah") and shutil.which("mmdebstrap"),
        "apt-get install buildah mmdebstrap",
    ),
    "needs_javascript": Need("Node", shutil.which("node"), "apt-get install nodejs"),
    "needs_node": Need(
        "Serverless CLI", (ROOT / "node_modules" / ".bin" / "sls").is_file(), "npm ci"
    ),
}
# The files that take longest start first, the longest before the others, so that no process is left
# with one of them at the end. Most of them wait for a program; the accuracy takes all processors.
LONGEST = (
    *("accuracy", "containerfile", "keeping", "core", "number", "live", "drawing", "access"),
    *("trouble", "sight", "hosting", "serverless", "deploy", "wheel", "artifact", "emulate"),
    *("pictures", "load", "cold", "instructions", "kinds", "inbox", "s3", "adapt", "training"),
)
REQUIRE_ALL = os.environ.get("REQUIRE_ALL", "0") not in {"", "0"}


def pytest_configure(config: pytest.Config) -> None:
    # The tests hold the defaults; what the developer's shell sets must not change them.
    for field in fields(Settings):
        os.environ.pop(field.name.upper(), None)
    config.option.loadscopereorder = False  # pytest-xdist keeps the order that is made below


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    # Two for each processor: half of the time, the tests wait for a browser or a server.
    return 2 * (os.cpu_count() or 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_turn)
    for item in items:
        for marker, need in NEEDS.items():
            if item.get_closest_marker(marker) and not need.present:
                item.add_marker(pytest.mark.skip(f"no {need.thing}; to get it: {need.command}"))


def _turn(item: pytest.Item) -> int:
    name = item.path.stem.removeprefix("test_")
    return LONGEST.index(name) if name in LONGEST else len(LONGEST)


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"REQUIRE_ALL is set, and this was skipped: {_reason(report)}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield  # a module can skip itself while it is imported
    _refuse_skip(report)
    return report


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", []))
    for reason, count in sorted(skipped.items()):
        terminalreporter.line(f"Skipped {count}: {reason}")


def _reason(report: Any) -> str:
    _, _, message = report.longrepr
    return str(message).removeprefix("Skipped: ")


@pytest.fixture(scope="session")
def recognizer() -> Recognizer:
    """The recogniser with the model that is delivered."""
    return Recognizer.load(Settings.model_path)


@pytest.fixture(scope="session")
def app() -> Flask:
    """The app with its default settings."""
    return create_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of the app under `flask run`."""
    with serve() as address:
        yield address


@pytest.fixture(scope="session")
def artifact() -> Path:
    """The zip for this machine's processor, built as a bare `sls deploy` builds it."""
    architecture = "arm64" if platform.machine() == "aarch64" else "x86_64"
    with (ROOT / "Makefile").open() as one_at_a_time:  # of the processes that run the tests
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        subprocess.run(["make", "artifact", f"ARCH={architecture}"], cwd=ROOT, check=True)
    return ROOT / "build" / f"digitrec-{architecture}.zip"


@pytest.fixture(scope="session")
def emulated(artifact: Path) -> Iterator[tuple[str, runtime.Function]]:
    """The address of the zip under AWS's runtime client, and the function itself."""
    with emulate.serve(artifact) as served:
        yield served


@pytest.fixture(scope="session")
def aws_server() -> Iterator[dict[str, str]]:
    with aws.serve() as environment:
        yield environment


@pytest.fixture
def cloud(aws_server: dict[str, str]) -> dict[str, str]:
    """The environment that leads to a fresh account on a server that answers as AWS does."""
    aws.reset(aws_server)
    return aws_server


@pytest.fixture
def bucket(cloud: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An account with an empty bucket, to which the environment leads."""
    for name, value in cloud.items():
        monkeypatch.setenv(name, value)
    aws.client("s3", cloud).create_bucket(Bucket=aws.BUCKET)
    return cloud


@pytest.fixture
def busy() -> Iterator[str]:
    """The address of an S3 that asks for less haste."""

    class Busy(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(503)
            self.end_headers()
            self.wfile.write(b"<Error><Code>SlowDown</Code><Message>wait</Message></Error>")

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Busy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
