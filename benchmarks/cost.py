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
    share = min(1, memory / WHOLE_PROCESSOR)
    billed = math.ceil(milliseconds / share) / 1000  # seconds: each begun millisecond is charged
    return PER_MILLION_REQUESTS + 1e6 * billed * memory / 1024 * PER_GB_SECOND[architecture]
