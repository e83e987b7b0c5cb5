import base64
import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from digitrec.errors import DigitrecError, InvalidRequest
from digitrec.web import answer
from digitrec.web.payload import Payload
from tests.stub import BLANK, BROKEN, FIVE, GIF, HUGE, LINES, RESULTS, SEVEN, StubRecognizer


def content(asked: Payload, recognizer: StubRecognizer) -> dict[str, Any]:
    return answer.content(asked, list(recognizer.read_many(asked.images)), recognizer)


def test_one_picture_is_answered_with_its_digit_alone() -> None:
    assert content(Payload((SEVEN,)), StubRecognizer()) == {"digit": 7}


def test_confidence_and_probabilities_are_added_when_asked_for() -> None:
    asked = Payload((FIVE,), include=frozenset({"probabilities", "confidence"}))
    assert content(asked, StubRecognizer()) == {
        "digit": 5,
        "confidence": 0.91,
        "probabilities": (0.01, 0.01, 0.01, 0.01, 0.01, 0.91, 0.01, 0.01, 0.01, 0.01),
    }


def test_the_frame_is_the_picture_that_the_network_saw() -> None:
    found = content(Payload((FIVE,), include=frozenset({"frame"})), StubRecognizer())
    head, _, text = found["frame"].partition(",")
    assert head == "data:image/png;base64"
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(text))))
    ink = np.zeros((28, 28))
    ink[4:24, 14] = 255
    np.testing.assert_array_equal(pixels, ink)


def test_each_digit_has_its_own_explanation_when_asked_for() -> None:
    include = frozenset({"explanation", "digits"})
    found = content(Payload((LINES,), include=include), StubRecognizer())
    four, two, nine = found["digits"]
    assert found["explanation"] == four["explanation"]
    for entry, digit in ((four, 4), (two, 2), (nine, 9)):
        rows = entry["explanation"]
        assert [len(row) for row in rows] == [28] * 28
        assert rows[10][14] == -(digit + 0.1234)  # rounded
        assert str(rows[0]) == str([0.0] * 28)  # none is -0.0


@pytest.mark.parametrize("image", [BROKEN, HUGE, BLANK, GIF])
def test_the_error_of_a_single_picture_is_raised(image: bytes) -> None:
    error = RESULTS[image]
    assert isinstance(error, DigitrecError)
    with pytest.raises(type(error), match=str(error)):
        content(Payload((image,)), StubRecognizer())


def test_many_pictures_are_answered_in_order_from_one_pass() -> None:
    recognizer = StubRecognizer()
    asked = Payload(
        (SEVEN, InvalidRequest("Not base64."), BLANK, FIVE), many=True, include=frozenset()
    )
    assert content(asked, recognizer) == {
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
                    "type": "/problems/no-digit",
                    "title": "No digit",
                    "status": 422,
                    "detail": "No digit was found on the picture.",
                }
            },
            {"digit": 5},
        ]
    }
    assert recognizer.passes == 1


def test_a_list_of_one_is_answered_as_a_list() -> None:
    asked = Payload((SEVEN,), many=True)
    assert content(asked, StubRecognizer()) == {"predictions": [{"digit": 7}]}


def test_each_of_many_pictures_gets_what_was_asked_for() -> None:
    asked = Payload((SEVEN, FIVE), many=True, include=frozenset({"confidence"}))
    assert content(asked, StubRecognizer()) == {
        "predictions": [{"digit": 7, "confidence": 0.91}, {"digit": 5, "confidence": 0.91}]
    }


def test_the_text_has_a_line_for_each_line_of_the_picture() -> None:
    asked = Payload((LINES,), include=frozenset({"text"}))
    assert content(asked, StubRecognizer()) == {"digit": 4, "text": "42\n9"}


BOXES = [
    {"left": 12, "top": 8, "width": 30, "height": 44},
    {"left": 52, "top": 8, "width": 30, "height": 43},
    {"left": 12, "top": 58, "width": 30, "height": 43},
]


def test_digits_are_all_of_them_each_with_its_confidence_and_box() -> None:
    asked = Payload((LINES,), include=frozenset({"digits"}))
    assert content(asked, StubRecognizer()) == {
        "digit": 4,
        "digits": [
            {"digit": digit, "confidence": 0.91, "box": box}
            for digit, box in zip((4, 2, 9), BOXES, strict=True)
        ],
    }


def test_each_of_the_digits_has_what_else_was_asked_for() -> None:
    include = frozenset({"digits", "frame", "probabilities"})
    found = content(Payload((LINES,), include=include), StubRecognizer())
    assert list(found) == ["digit", "probabilities", "frame", "digits"]
    for fields, digit in zip(found["digits"], (4, 2, 9), strict=True):
        assert list(fields) == ["digit", "confidence", "probabilities", "frame", "box"]
        assert fields["digit"] == np.argmax(fields["probabilities"]) == digit
        assert fields["frame"].startswith("data:image/png;base64,")


def test_each_of_many_pictures_has_its_text_and_digits() -> None:
    asked = Payload((LINES, BLANK, SEVEN), many=True, include=frozenset({"text", "digits"}))
    lines, blank, seven = content(asked, StubRecognizer())["predictions"]
    assert (lines["text"], [digit["box"] for digit in lines["digits"]]) == ("42\n9", BOXES)
    assert blank["error"]["type"] == "/problems/no-digit"
    assert (seven["text"], [digit["digit"] for digit in seven["digits"]]) == ("7", [7])
