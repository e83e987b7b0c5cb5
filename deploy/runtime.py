"""The zip under AWS's own runtime client, as on Lambda: one process, one invocation at a time."""

import queue
import subprocess
import sys
import tempfile
import threading
import time
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy import BUILD, PYTHON, ROOT, bytecode
from deploy.loopback import Request, Response, serve

HANDLER = "handler.handler"
CLIENT = BUILD / "runtime"  # the libraries of Lambda's own Python: runtime client and boto3
TIMEOUT = 30  # seconds, as in serverless.yml
ARN = "arn:aws:lambda:us-east-1:123456789012:function:digitrec"


class FunctionError(Exception):
    """The function failed; the text is the error document that it sent, or how it ended."""


class Function:
    """A running function.

    Attributes
    ----------
    process
        The process that runs the handler.
    """

    process: subprocess.Popen[bytes]

    def __init__(self) -> None:
        self._turn = threading.Lock()  # Lambda would start a second process; here the call waits
        self._events: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._ready, self._answered = threading.Event(), threading.Event()
        self._answer, self._failed = b"", False
        self._init_error = ""

    def invoke(self, event: bytes) -> bytes:
        """Return the handler's answer to an event, both JSON. Raises FunctionError."""
        with self._turn:
            self._answered.clear()
            self._events.put(event)
            self._wait(self._answered)
            if self._failed:
                raise FunctionError(self._answer.decode())
            return self._answer

    def wait_until_ready(self) -> None:
        """Return when the handler is imported. Raises FunctionError when that fails."""
        self._wait(self._ready)

    def stop(self) -> None:
        """End the process."""
        self.process.terminate()
        self.process.wait()
        self._events.put(b"")  # frees the thread that waits for an event

    def runtime_api(self, request: Request) -> Response:
        """Return what Lambda would answer to the runtime client (API version 2018-06-01)."""
        if request.method == "GET":  # invocation/next
            self._ready.set()
            headers = [
                ("Content-Type", "application/json"),
                ("Lambda-Runtime-Aws-Request-Id", str(uuid.uuid4())),
                ("Lambda-Runtime-Invoked-Function-Arn", ARN),
            ]
            event = self._events.get()
            deadline = str(int((time.time() + TIMEOUT) * 1000))
            return Response(200, [*headers, ("Lambda-Runtime-Deadline-Ms", deadline)], event)
        if request.target.endswith("/init/error"):
            self._init_error = request.body.decode()
        else:  # invocation/<id>/response or invocation/<id>/error
            self._answer, self._failed = request.body, request.target.endswith("/error")
            self._answered.set()
        return Response(202, [], b"")

    def _wait(self, happened: threading.Event) -> None:
        while not happened.wait(0.05):
            if (status := self.process.poll()) is not None:
                raise FunctionError(self._init_error or f"the process ended with status {status}")


@contextmanager
def run(artifact: Path, environment: Mapping[str, str]) -> Iterator[Function]:
    """Run a zip's handler; yield the function, stop it afterwards.

    Parameters
    ----------
    artifact
        The zip.
    environment
        The variables that serverless.yml would set. This process's own are not passed on.
    """
    python = bytecode.find_python()
    if python is None:
        raise FunctionError(bytecode.MISSING)
    _install_client()
    function = Function()
    with tempfile.TemporaryDirectory() as directory, serve(function.runtime_api) as address:
        task = Path(directory, "task")
        unpack(artifact, task)
        function.process = subprocess.Popen(
            # -S: no site-packages. Imports come from the zip or from Lambda's runtime.
            [python, "-S", "-m", "awslambdaric", HANDLER],
            cwd=task,
            env={**_lambda_variables(address, task), **environment},
        )
        try:
            yield function
        finally:
            function.stop()


def unpack(artifact: Path, directory: Path) -> None:
    """Unzip into a directory that nobody can write to afterwards, as on Lambda."""
    with zipfile.ZipFile(artifact) as archive:
        archive.extractall(directory)
    for path in [*directory.rglob("*"), directory]:
        path.chmod(0o555 if path.is_dir() else 0o444)


def _lambda_variables(address: str, task: Path) -> dict[str, str]:
    return {
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{PYTHON}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769",
        "AWS_LAMBDA_FUNCTION_NAME": "digitrec",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_LAMBDA_RUNTIME_API": address,
        "LAMBDA_TASK_ROOT": str(task),
        "LANG": "en_US.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "PYTHONPATH": str(CLIENT),
        "TZ": ":UTC",
        "_HANDLER": HANDLER,
    }


def _install_client() -> None:
    """Install the libraries of Lambda's own Python; uv does nothing where they are installed."""
    subprocess.run(
        [
            *(sys.executable, "-m", "uv", "pip", "install", "--quiet", "--target", CLIENT),
            *("--python-version", PYTHON, "--only-binary", ":all:"),
            # uv checks the hashes that are listed there, too
            *("--constraint", ROOT / "requirements-dev.txt", "awslambdaric", "boto3"),
        ],
        check=True,
    )
