import base64
import io

import numpy as np
import pytest
from PIL import Image

from digitrec import answer
from digitrec.errors import DigitrecError, InvalidRequest
from digitrec.payload import Payload
from tests.stub import BLANK, BROKEN, FIVE, GIF, HUGE, RESULTS, SEVEN, StubRecognizer


def test_one_picture_is_answered_with_its_digit_alone() -> None:
    assert answer.content(Payload((SEVEN,)), StubRecognizer()) == {"digit": 7}


def test_confidence_and_probabilities_are_added_when_asked_for() -> None:
    asked = Payload((FIVE,), include=frozenset({"probabilities", "confidence"}))
    assert answer.content(asked, StubRecognizer()) == {
        "digit": 5,
        "confidence": 0.91,
        "probabilities": (0.01, 0.01, 0.01, 0.01, 0.01, 0.91, 0.01, 0.01, 0.01, 0.01),
    }


def test_the_frame_is_the_picture_that_the_network_saw() -> None:
    content = answer.content(Payload((FIVE,), include=frozenset({"frame"})), StubRecognizer())
    head, _, text = content["frame"].partition(",")
    assert head == "data:image/png;base64"
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(text))))
    ink = np.zeros((28, 28))
    ink[4:24, 14] = 255
    np.testing.assert_array_equal(pixels, ink)


@pytest.mark.parametrize("image", [BROKEN, HUGE, BLANK, GIF])
def test_the_error_of_a_single_picture_is_raised(image: bytes) -> None:
    error = RESULTS[image]
    assert isinstance(error, DigitrecError)
    with pytest.raises(type(error), match=str(error)):
        answer.content(Payload((image,)), StubRecognizer())


def test_many_pictures_are_answered_in_order_from_one_pass() -> None:
    recognizer = StubRecognizer()
    asked = Payload(
        (SEVEN, InvalidRequest("Not base64."), BLANK, FIVE), many=True, include=frozenset()
    )
    assert answer.content(asked, recognizer) == {
        "predictions": [
            {"digit": 7},
            {
                "error": {
                    "type": "/problems/invalid-request",
                    "title": "Invalid request",
                    "status": 400,
                    "detail": "Not base64.",
                }
            },
            {
                "error": {
                    "type": "/problems/no-ink",
                    "title": "No ink",
                    "status": 422,
                    "detail": "Nothing is drawn on the picture.",
                }
            },
            {"digit": 5},
        ]
    }
    assert recognizer.passes == 1


def test_a_list_of_one_is_answered_as_a_list() -> None:
    asked = Payload((SEVEN,), many=True)
    assert answer.content(asked, StubRecognizer()) == {"predictions": [{"digit": 7}]}


def test_each_of_many_pictures_gets_what_was_asked_for() -> None:
    asked = Payload((SEVEN, FIVE), many=True, include=frozenset({"confidence"}))
    assert answer.content(asked, StubRecognizer()) == {
        "predictions": [{"digit": 7, "confidence": 0.91}, {"digit": 5, "confidence": 0.91}]
    }
