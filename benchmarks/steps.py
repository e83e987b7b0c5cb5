"""python -m benchmarks.steps: where the time of a warm request goes, step by step.

Each step is timed by itself, on what the step before it made, in the processor's time. Flask's
share is what a WSGI call takes beyond base64 and the recogniser, serverless-wsgi's what `handler()`
takes beyond that call.
"""

import io
import logging
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks import events, pictures
from benchmarks.floor import floor
from benchmarks.turns import Times, in_turn
from digitrec.classify.network import Network
from digitrec.classify.normalize import normalize
from digitrec.decode import decode
from digitrec.segment import find_digit, find_digits
from digitrec.web import data_url
from handler import app, handler, recognizer
from tests.lambda_events import Event

STEPS = ("base64", "decode", "segment", "normalise", "network", "Flask", "serverless-wsgi")
"""In the order of a request."""

BATCH = 100  # pictures in one request
LARGE = 1_000_000  # bytes: such a picture is timed fewer times


def network() -> Network:
    """Return the network of the model in use."""
    return recognizer._classifier  # noqa: SLF001 # the steps are timed apart, and it is one


def inks(picture: Image.Image) -> list[NDArray[np.uint8]]:
    """Return the ink of each digit on a picture, by the quick look or else by the full one."""
    alone = find_digit(picture)
    if alone is not None:
        return [alone.ink]
    lines = find_digits(picture, recognizer._segmenter)  # noqa: SLF001
    return [region.ink for line in lines for region in line]


def event(*images: bytes) -> Event:
    """Return a function URL's event of a POST /predict: one picture, or several in one request."""
    return events.event(events.one(*images) if len(images) == 1 else events.many(images))


def calls(image: bytes) -> dict[str, Callable[[], object]]:
    """Return what is timed: the floor, `handler`, `wsgi` (Flask alone), `recognize`, each step."""
    text = pictures.data(image)
    posted = event(image)
    body = posted["body"].encode()
    picture = decode(image).picture
    found = inks(picture)
    frames = normalize(found)
    return {
        "floor": lambda: floor(text, network()),
        "handler": lambda: handler(posted, None),
        "wsgi": lambda: _wsgi(body),
        "recognize": lambda: recognizer.recognize(image),
        "base64": lambda: data_url.decode(text),
        "decode": lambda: decode(image),
        "segment": lambda: inks(picture),
        "normalise": lambda: normalize(found),
        "network": lambda: network().probabilities(frames),
    }


def measure(image: bytes, rounds: int = 200) -> dict[str, Times]:
    """Return the times of `calls` in milliseconds, and of "Flask" and "serverless-wsgi"."""
    took = in_turn(calls(image), rounds)
    inner = [took["recognize"], took["base64"]]
    flask = (max(0.0, whole - sum(t)) for whole, *t in zip(took["wsgi"], *inner, strict=True))
    lambda_ = (max(0.0, a - b) for a, b in zip(took["handler"], took["wsgi"], strict=True))
    return took | {"Flask": Times(*flask), "serverless-wsgi": Times(*lambda_)}


def batch(image: bytes, rounds: int = 10) -> float:
    """Return what a picture takes among `BATCH` in one request, over what it takes alone."""
    one, many = event(image), event(*[image] * BATCH)
    took = in_turn({"one": lambda: handler(one, None), "many": lambda: handler(many, None)}, rounds)
    return took["many"].quickest / BATCH / took["one"].quickest


def _wsgi(body: bytes) -> None:
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/predict",
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    status: list[str] = []
    answer = b"".join(app.wsgi_app(environ, lambda line, _: status.append(line)))  # type: ignore[arg-type]
    assert status == ["200 OK"], answer  # noqa: S101


def main() -> None:
    """Print each step's time for a canvas, a 28x28 picture and a photograph, and the ratios."""
    logging.disable(logging.INFO)  # a line a call would fill the terminal
    images = {
        events.CANVAS: pictures.canvas(),
        events.SMALL: pictures.small(),
        events.PHOTOGRAPH: pictures.photograph(),
    }
    took = {
        name: measure(image, 10 if len(image) > LARGE else 300) for name, image in images.items()
    }
    print(f"{'ms, the quickest':20}" + "".join(f"{name:>22}" for name in took))
    for step in (*STEPS, "recognize", "wsgi", "handler", "floor"):
        print(f"{step:20}" + "".join(f"{t[step].quickest:22.3f}" for t in took.values()))
    ratios = (t["handler"].quickest / t["floor"].quickest for t in took.values())
    print(f"{'handler to floor':20}" + "".join(f"{ratio:22.2f}" for ratio in ratios))
    for name in (events.CANVAS, events.SMALL):
        ratio = batch(images[name])
        print(f"{name}: {BATCH} in one request take {ratio:.2f} times as long each as alone")


if __name__ == "__main__":
    main()
