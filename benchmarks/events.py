"""The requests that are timed, by name, as the events that Lambda makes of them."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from benchmarks import pictures
from tests.lambda_events import Event, Request, function_url

CANVAS, SMALL, PHOTOGRAPH = "280x280 canvas PNG", "28x28 PNG", "12-megapixel JPEG"
NUMBERS: dict[str, Callable[[], bytes]] = {
    "six digits on a canvas": pictures.number,
    "a photograph of six digits": pictures.number_photograph,
}
# Canvases as Chrome writes them.
CHROME = ON_WHITE, ON_NOTHING, IN_BLUE = (
    "black on white, from Chrome",
    "black on nothing, from Chrome",
    "blue on white, from Chrome",
)
CANVASES: dict[str, Callable[[], bytes]] = {
    CANVAS: pictures.canvas,
    ON_WHITE: pictures.chrome,
    ON_NOTHING: partial(pictures.chrome, paper=pictures.NOTHING),
    IN_BLUE: partial(pictures.chrome, ink="blue"),
}
BATCHES = (1, 10, 100)  # pictures in a request
SIDES = (140, 280, 560, 1120, 2240)  # px of a canvas


def batch(count: int) -> str:
    """Return the name of the request with so many canvases."""
    return f"{count} canvas{'es' if count > 1 else ''} in a list"


def small_batch(count: int) -> str:
    """Return the name of the request with so many digits of 28x28."""
    return f"{count} of 28x28 in a list"


def side(px: int) -> str:
    """Return the name of the request with a canvas of that width."""
    return f"canvas of {px} px"


def write(directory: Path) -> dict[str, Path]:
    """Write the event of each request to a file, and return the files by the requests' names."""
    digits = [digit % 10 for digit in range(max(BATCHES))]
    canvases = [pictures.canvas(digit=digit) for digit in digits[:10]]
    smalls = [pictures.small(digit=digit) for digit in digits[:10]]
    bodies = {
        **{name: one(make()) for name, make in CANVASES.items()},
        SMALL: one(pictures.small()),
        PHOTOGRAPH: one(pictures.photograph()),
        **{name: one(make()) for name, make in NUMBERS.items()},
        **{side(px): one(pictures.canvas(px)) for px in SIDES},
        **{batch(n): many([canvases[d] for d in digits[:n]]) for n in BATCHES},
        **{small_batch(n): many([smalls[d] for d in digits[:n]]) for n in BATCHES},
    }
    files = {}
    for number, (name, body) in enumerate(bodies.items()):
        files[name] = directory / f"{number}.json"
        files[name].write_text(json.dumps(event(body)))
    return files


def event(body: bytes) -> Event:
    """Return the event of a function URL to which a JSON body was posted."""
    return function_url(Request(headers={"Content-Type": "application/json"}, body=body))


def one(image: bytes) -> bytes:
    """Return the body that asks for one picture's digit."""
    return json.dumps({"image": pictures.data(image)}).encode()


def many(images: Sequence[bytes]) -> bytes:
    """Return the body that asks for the digits of several pictures."""
    return json.dumps({"images": [pictures.data(image) for image in images]}).encode()
