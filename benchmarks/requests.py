"""The requests that are timed, by name: the name is also that of the figure."""

import json
from collections.abc import Callable

from benchmarks import pictures
from tests.lambda_events import Event, Request, function_url

CANVAS, CHROME, SMALL = "280x280 canvas, ms", "canvas from Chrome, ms", "28x28, ms"
PHOTOGRAPH, HUNDRED = "12-megapixel JPEG, ms", "100 canvases, ms"
NEAR, FAR = "1120x1120 canvas, ms", "2240x2240 canvas, ms"  # larger than what decoding hands on

REQUESTS: dict[str, Callable[[], Event]] = {
    CANVAS: lambda: one(pictures.canvas()),
    CHROME: lambda: one(pictures.chrome()),
    SMALL: lambda: one(pictures.small()),
    HUNDRED: lambda: _post({"images": [pictures.data(pictures.canvas())] * 100}),
    PHOTOGRAPH: lambda: one(pictures.photograph()),
    NEAR: lambda: one(pictures.canvas(1120)),
    FAR: lambda: one(pictures.canvas(2240)),
}


def one(image: bytes) -> Event:
    """Return the event of a function URL to which one picture was posted as JSON."""
    return _post({"image": pictures.data(image)})


def _post(content: dict[str, object]) -> Event:
    body = json.dumps(content).encode()
    return function_url(Request(headers={"Content-Type": "application/json"}, body=body))
