"""digitrec itself, as it is deployed; and the parts of it that are timed apart."""

import base64
import json
from collections.abc import Callable
from typing import Any

from digitrec.classify.normalize import normalize
from digitrec.decode import decode
from handler import app, handler

__all__ = ["app", "handler", "parts"]


def parts(event: dict[str, Any]) -> dict[str, Callable[[], Any]]:
    """Return calls that do less than answer a request for one picture; of more, none."""
    from benchmarks import floor, steps

    body = json.loads(event["body"])
    if "image" not in body:
        return {}
    text = body["image"]
    image = base64.b64decode(text)
    picture = decode(image).picture
    network = steps.network()
    return {
        "floor": lambda: floor.floor(text, network),
        "full decode": lambda: floor.decode(image),
        "decode": lambda: decode(image),
        "after decoding": lambda: network.probabilities(normalize(steps.inks(picture))),
        "steps": lambda: steps.measure(image, 20),
    }
