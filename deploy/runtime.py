"""The zip under AWS's own runtime client, as on Lambda: one process, one invocation at a time."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy import BUILD, PYTHON, ROOT, bytecode
from deploy.runtime_api import Invocation, RuntimeApi

PINS = ROOT / "requirements-dev.txt"
HANDLER = "handler.handler"


class FunctionError(Exception):
    """The function failed; the text is the error document that it sent, or how it ended."""


class Function:
    """A running function.

    Attributes
    ----------
    process
        The process that runs the handler.
    """

    def __init__(self, api: RuntimeApi, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self._api = api
        self._turn = threading.Lock()  # Lambda would start a second process; here the call waits

    def invoke(self, event: bytes) -> bytes:
        """Return the handler's answer to an event, both JSON. Raises FunctionError."""
        invocation = Invocation(event)
        with self._turn:
            self._api.invocations.put(invocation)
            while not invocation.done.wait(0.1):
                if self.process.poll() is not None:
                    raise FunctionError(self._end())
        if invocation.failed:
            raise FunctionError(invocation.answer.decode())
        return invocation.answer

    def wait_until_ready(self) -> None:
        """Return when the handler is imported. Raises FunctionError when that fails."""
        while not self._api.ready.wait(0.05):
            if self.process.poll() is not None:
                raise FunctionError(self._end())

    def _end(self) -> str:
        return self._api.init_error or f"the process ended with status {self.process.returncode}"


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
    client = _install_client()
    with tempfile.TemporaryDirectory() as directory, RuntimeApi() as api:
        task = Path(directory, "task")
        unpack(artifact, task)
        process = subprocess.Popen(
            # -S: no site-packages. Imports come from the zip or from Lambda's runtime.
            [python, "-S", "-m", "awslambdaric", HANDLER],
            cwd=task,
            env={**_lambda_variables(api.address, client, task), **environment},
        )
        try:
            yield Function(api, process)
        finally:
            process.terminate()
            process.wait()


def unpack(artifact: Path, directory: Path) -> None:
    """Unzip into a directory that nobody can write to afterwards, as on Lambda."""
    with zipfile.ZipFile(artifact) as archive:
        archive.extractall(directory)
    for path in [*directory.rglob("*"), directory]:
        path.chmod(0o555 if path.is_dir() else 0o444)


def _lambda_variables(address: str, client: Path, task: Path) -> dict[str, str]:
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
        "PYTHONPATH": str(client),
        "TZ": ":UTC",
        "_HANDLER": HANDLER,
    }


def _install_client() -> Path:
    """Return a directory with the libraries of Lambda's own Python: runtime client and boto3."""
    version = hashlib.sha256(PINS.read_bytes()).hexdigest()[:12]
    directory = BUILD / f"runtime-{version}"
    if not directory.exists():
        partial = Path(f"{directory}.{os.getpid()}.part")
        subprocess.run(
            [
                *(sys.executable, "-m", "uv", "pip", "install", "--quiet", "--target", partial),
                *("--python-version", PYTHON, "--only-binary", ":all:"),
                *("--constraint", PINS, "awslambdaric", "boto3"),  # uv checks its hashes, too
            ],
            check=True,
        )
        shutil.rmtree(directory, ignore_errors=True)
        partial.rename(directory)
    return directory
