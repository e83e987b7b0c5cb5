"""The Serverless CLI, as `npm ci` installs it, away from any account."""

import fcntl
import os
import subprocess
import sys

from tests.server import ROOT

SLS = ROOT / "node_modules" / ".bin" / "sls"


def sls(*arguments: str, **environment: str) -> str:
    """Run sls in the project; return what it prints. Raises AssertionError with all it said."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with SLS.open() as one_at_a_time:  # each run empties .serverless
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        completed = subprocess.run(
            [str(SLS), *arguments],
            cwd=ROOT,
            env={
                **clean,
                "VIRTUAL_ENV": sys.prefix,  # `sls invoke local` starts the python in there
                "SLS_NOTIFICATIONS_MODE": "off",
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )
    if completed.returncode != 0:
        raise AssertionError(completed.stdout + completed.stderr)
    return completed.stdout


def parameters(given: dict[str, str]) -> list[str]:
    """Return the options that set parameters of serverless.yml."""
    return [part for name, value in given.items() for part in ("--param", f"{name}={value}")]
