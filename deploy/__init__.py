"""Builds the zip for AWS Lambda, and runs it on this machine as Lambda would."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"

PYTHON = "3.13"  # the runtime of serverless.yml
# Lambda's name of a processor, and the wheels that run there: Amazon Linux 2023 has glibc 2.34.
PLATFORMS = {"x86_64": "x86_64-manylinux_2_28", "arm64": "aarch64-manylinux_2_28"}
