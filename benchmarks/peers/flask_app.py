"""The Flask app that every peer serves its network with."""

from collections.abc import Callable
from typing import Any

import numpy as np
import serverless_wsgi
from flask import Flask, Response, jsonify, request
from numpy.typing import NDArray

Frames = NDArray[np.float32]


def create(
    frame: Callable[[str], Frames], probabilities: Callable[[Frames], Frames]
) -> Callable[[Any, Any], Any]:
    """Return the Lambda handler of an app that answers `POST /predict` with digits.

    Parameters
    ----------
    frame
        A picture in base64 to the (28, 28) frame that the network reads.
    probabilities
        (n, 28, 28) frames to (n, 10) probabilities.
    """
    app = Flask(__name__)

    @app.post("/predict")
    def predict() -> Response:
        content = request.get_json()
        texts = content["images"] if "images" in content else [content["image"]]
        frames = np.stack([frame(text) for text in texts])
        answers = [{"digit": int(row.argmax())} for row in probabilities(frames)]
        return jsonify({"predictions": answers} if "images" in content else answers[0])

    def handler(event: Any, context: Any) -> Any:
        return serverless_wsgi.handle_request(app, event, context)

    return handler
