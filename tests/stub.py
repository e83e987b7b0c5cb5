"""A recogniser that knows seven files by heart: tests of HTTP need no network."""

import gzip
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitrec.decode import Allowance
from digitrec.decode.sources import ImageSource
from digitrec.errors import DigitrecError, InvalidImage, NoDigit, TooLarge, UnsupportedType
from digitrec.recognizer import Box, Digit, Reading, Recognizer

Rows = list[list[int]]  # the digits of each line

FIVE = b"\x89PNG\r\n\x1a\n, then a five"
SEVEN = b"\xff\xd8\xff, then a seven"
LINES = b"\xff\xd8\xff, then a four and a two above a nine"
BROKEN = b"\x89PNG\r\n\x1a\n, then nonsense"
HUGE = b"\x89PNG\r\n\x1a\n, then too many pixels"
BLANK = b"RIFF....WEBP, then nothing"
GIF = b"GIF89a, then a three"
JSON = "application/json"

RESULTS: dict[bytes, Rows | DigitrecError] = {
    FIVE: [[5]],
    SEVEN: [[7]],
    LINES: [[4, 2], [9]],
    BROKEN: InvalidImage("The picture can't be decoded."),
    HUGE: TooLarge("The picture has too many pixels."),
    BLANK: NoDigit("No digit was found on the picture."),
    GIF: UnsupportedType("The picture is not a PNG, JPEG or WebP file."),
}


# Each with the status and the slug of its answer.
WRONG_REQUESTS: dict[str, tuple[int, str, dict[str, Any]]] = {
    "not JSON": (400, "invalid-request", {"data": b"{", "content_type": JSON}),
    "nested JSON": (
        400,
        "invalid-request",
        {"data": b"[" * 100_000, "content_type": JSON},
    ),
    "no image": (400, "invalid-request", {"json": {}}),
    "not base64": (400, "invalid-request", {"json": {"image": "*"}}),
    "broken image": (400, "invalid-image", {"data": BROKEN, "content_type": "image/png"}),
    "huge image": (413, "too-large", {"data": HUGE, "content_type": "image/png"}),
    "no body": (415, "unsupported-type", {}),
    "other content": (415, "unsupported-type", {"data": b"5", "content_type": "text/plain"}),
    "packed JSON": (
        415,
        "unsupported-type",
        {"data": gzip.compress(b"{}"), "content_type": JSON},
    ),
    "other image format": (415, "unsupported-type", {"data": GIF, "content_type": "image/png"}),
    "empty form": (400, "invalid-request", {"content_type": "multipart/form-data; boundary=x"}),
    "no digit": (422, "no-digit", {"data": BLANK, "content_type": "image/webp"}),
    "unknown path": (404, "not-found", {"path": "/predictions"}),
    "two slashes": (404, "not-found", {"path": "/static//page.js", "method": "GET"}),
    "unknown file": (404, "not-found", {"path": "/static/five.png", "method": "GET"}),
    "DELETE /predict": (405, "method-not-allowed", {"method": "DELETE"}),
    "GET /predict": (405, "method-not-allowed", {"method": "GET"}),
    "POST /": (405, "method-not-allowed", {"path": "/"}),
    "POST /healthz": (405, "method-not-allowed", {"path": "/healthz"}),
    "POST /openapi.json": (405, "method-not-allowed", {"path": "/openapi.json"}),
    "POST /static": (405, "method-not-allowed", {"path": "/static/styles.css"}),
    "unknown method": (405, "method-not-allowed", {"method": "BREW"}),
}


class StubRecognizer(Recognizer):
    """Answers from RESULTS, and counts the passes of the network that it doesn't have."""

    def __init__(self) -> None:
        self.sha256, self.segmenter_sha256 = "5" * 64, "6" * 64
        self.layers = (784, 20, 20, 10)
        self.passes = 0

    def read_many(
        self, images: Iterable[ImageSource | DigitrecError], allowance: Allowance | None = None
    ) -> Iterator[Reading | DigitrecError]:
        del allowance  # the pictures have no pixels
        self.passes += 1
        for image in images:
            if isinstance(image, DigitrecError):
                yield image
            else:
                assert isinstance(image, bytes)
                yield reading(RESULTS[image])

    def explain(self, digits: Sequence[Digit]) -> NDArray[np.float32]:
        return np.array([-d.frame * (d.digit + 0.12341) for d in digits])  # background is -0.0


def reading(result: Rows | DigitrecError) -> Reading | DigitrecError:
    """Return a confident reading of lines of digits, the later the smaller; an error as it is."""
    if isinstance(result, DigitrecError):
        return result
    lines = (
        tuple(
            _digit(digit, Box(12 + 40 * column, 8 + 50 * row, 30, 44 - column - row))
            for column, digit in enumerate(line)
        )
        for row, line in enumerate(result)
    )
    return Reading(tuple(lines), (100, 120))


def _digit(digit: int, box: Box) -> Digit:
    probabilities = tuple(0.91 if other == digit else 0.01 for other in range(10))
    frame = np.zeros((28, 28), np.float32)
    frame[4:24, 14] = 1
    return Digit(digit, 0.91, probabilities, frame, box)
