"""A payload to the content of its response: the digits, and what else was requested."""

import base64
from collections.abc import Sequence
from typing import Any

from digitrec.decode import encode
from digitrec.errors import DigitrecError, value_of
from digitrec.recognizer import Digit, Reading, Recognizer
from digitrec.web import problem
from digitrec.web.payload import Payload

EXPLAINED = 4  # decimals of a pixel's contribution to the difference of two logits


def content(
    payload: Payload, results: Sequence[Reading | DigitrecError], recognizer: Recognizer
) -> dict[str, Any]:
    """Return the content of `/predict`'s response, ready for JSON.

    In a list, a picture that can't be read has its problem in its place. For a single picture, the
    error is raised: InvalidImage, NoDigit, TooLarge or UnsupportedType.

    Parameters
    ----------
    payload
        What was asked for.
    results
        What `recognizer` read of each of its pictures.
    recognizer
        Explains the digits, if that is asked for.
    """
    if payload.many:
        return {"predictions": [_entry(r, payload.include, recognizer) for r in results]}
    return _fields(value_of(results[0]), payload.include, recognizer)


def _entry(
    result: Reading | DigitrecError, include: frozenset[str], recognizer: Recognizer
) -> dict[str, Any]:
    if isinstance(result, DigitrecError):
        return {"error": problem.of(result)}
    return _fields(result, include, recognizer)


def _fields(reading: Reading, include: frozenset[str], recognizer: Recognizer) -> dict[str, Any]:
    fields = _about(reading.prominent, include, recognizer)
    if "text" in include:
        fields["text"] = reading.text
    if "digits" in include:
        about = include | {"confidence", "box"}
        fields["digits"] = [_about(digit, about, recognizer) for digit in reading.digits]
    return fields


def _about(digit: Digit, include: frozenset[str], recognizer: Recognizer) -> dict[str, Any]:
    """Return the fields about one digit."""
    fields: dict[str, Any] = {"digit": digit.digit}
    if "confidence" in include:
        fields["confidence"] = digit.confidence
    if "probabilities" in include:
        fields["probabilities"] = digit.probabilities
    if "frame" in include:
        png = base64.b64encode(encode(digit.frame)).decode()
        fields["frame"] = f"data:image/png;base64,{png}"
    if "explanation" in include:
        [explanation] = recognizer.explain([digit]).astype(float)
        # Adding 0 turns -0.0 into 0.0.
        fields["explanation"] = (explanation.round(EXPLAINED) + 0).tolist()
    if "box" in include:  # set internally: no request can name it
        fields["box"] = digit.box._asdict()
    return fields
