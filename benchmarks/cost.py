"""Measured milliseconds to dollars: what a million predictions cost on AWS Lambda."""

import math

# https://aws.amazon.com/lambda/pricing/, us-east-1, on demand, first tier, November 2026. Without
# the free tier. Traffic out and logs are charged beside it.
PER_MILLION_REQUESTS = 0.20  # USD
PER_GB_SECOND = {"x86_64": 0.0000166667, "arm64": 0.0000133334}  # USD

MEMORY = (512, 1024, 1769)  # MB: those that are compared
WHOLE_PROCESSOR = 1769  # MB: the documentation's figure for one vCPU; less memory is less of it
MAX_ZIP = 262_144_000  # bytes unzipped: a larger function must be a container image


def per_million(milliseconds: float, memory: int, architecture: str) -> float:
    """Return USD for a million requests.

    Parameters
    ----------
    milliseconds
        Of one request, measured on a whole processor. With less memory a request is assumed to
        take as much longer as its share of the processor is smaller, on arm64 as long as on x86_64.
    memory
        MB of the function.
    architecture
        A key of `PER_GB_SECOND`.
    """
    seconds = billed(milliseconds, memory) / 1000
    return PER_MILLION_REQUESTS + 1e6 * seconds * memory / 1024 * PER_GB_SECOND[architecture]


def billed(milliseconds: float, memory: int) -> int:
    """Return the milliseconds charged for a request: each begun one counts.

    Parameters
    ----------
    milliseconds, memory
        As for `per_million`.
    """
    share = min(1, memory / WHOLE_PROCESSOR)
    return math.ceil(milliseconds / share)
