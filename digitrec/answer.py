"""A payload to the content of its answer: the digits, and what else was asked for."""

import base64
from typing import Any

from digitrec import problem
from digitrec.errors import DigitrecError, value_of
from digitrec.image import MAX_PIXELS_IN_ALL, Allowance, encode
from digitrec.payload import Payload
from digitrec.recognizer import Prediction, Recognizer


def content(payload: Payload, recognizer: Recognizer) -> dict[str, Any]:
    """Return what `/predict` answers, ready for JSON.

    Of several pictures, one that can't be read has its problem in its place. Of a single one, the
    error is raised: InvalidImage, NoInk, TooLarge or UnsupportedType.
    """
    results = recognizer.recognize_many(payload.images, Allowance(MAX_PIXELS_IN_ALL))
    if payload.many:
        return {"predictions": [_entry(result, payload.include) for result in results]}
    return _fields(value_of(results.pop()), payload.include)


def _entry(result: Prediction | DigitrecError, include: frozenset[str]) -> dict[str, Any]:
    if isinstance(result, DigitrecError):
        return {"error": problem.of(result)}
    return _fields(result, include)


def _fields(prediction: Prediction, include: frozenset[str]) -> dict[str, Any]:
    fields: dict[str, Any] = {"digit": prediction.digit}
    if "confidence" in include:
        fields["confidence"] = prediction.confidence
    if "probabilities" in include:
        fields["probabilities"] = prediction.probabilities
    if "frame" in include:
        png = base64.b64encode(encode(prediction.frame)).decode()
        fields["frame"] = f"data:image/png;base64,{png}"
    return fields
