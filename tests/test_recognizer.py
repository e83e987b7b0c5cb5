"""recognizer.py: every step in a row, on pictures that the tests draw."""

import gc
import sys
from pathlib import Path

import numpy as np
import pytest

from digitrec import Recognizer
from digitrec.errors import DigitrecError, InvalidImage, InvalidModel, NoInk, UnsupportedType
from digitrec.recognizer import Prediction
from tests.strokes import encode, picture


def test_a_prediction_names_the_most_probable_digit(recognizer: Recognizer) -> None:
    prediction = recognizer.recognize(encode(picture(5)))
    assert prediction.digit == 5
    assert prediction.confidence == prediction.probabilities[5] == max(prediction.probabilities)
    assert len(prediction.probabilities) == 10
    assert sum(prediction.probabilities) == pytest.approx(1)


def test_a_prediction_holds_the_frame_that_the_network_saw(recognizer: Recognizer) -> None:
    frame = recognizer.recognize(encode(picture(5))).frame
    assert frame.shape == (28, 28)
    assert frame.dtype == np.float32
    assert (frame.min(), frame.max()) == (0, pytest.approx(1, abs=0.05))


def test_many_pictures_are_answered_in_order_with_errors_in_their_places(
    recognizer: Recognizer,
) -> None:
    images = [encode(picture(3)), b"no picture", encode(picture(8)), encode(picture(1))[:100]]
    three, unsupported, eight, invalid = recognizer.recognize_many(images)
    assert isinstance(three, Prediction)
    assert isinstance(eight, Prediction)
    assert (three.digit, eight.digit) == (3, 8)
    assert isinstance(unsupported, UnsupportedType)
    assert isinstance(invalid, InvalidImage)


def test_no_readable_picture_is_no_network_pass(recognizer: Recognizer) -> None:
    assert recognizer.recognize_many([]) == []
    [error] = recognizer.recognize_many([b"no picture"])
    assert isinstance(error, UnsupportedType)


def test_one_pass_answers_as_single_passes_do(recognizer: Recognizer) -> None:
    images = [encode(picture(digit)) for digit in range(10)]
    together = recognizer.recognize_many(images)
    for image, prediction in zip(images, together, strict=True):
        assert isinstance(prediction, Prediction)
        alone = recognizer.recognize(image)
        assert prediction.probabilities == pytest.approx(alone.probabilities, abs=1e-5)


def test_an_empty_picture_raises_no_ink(recognizer: Recognizer) -> None:
    with pytest.raises(NoInk, match="Nothing is drawn"):
        recognizer.recognize(encode(picture(5, ink="white")))


@pytest.mark.parametrize("image", [b"no picture", encode(picture(5, ink="white"))])
def test_an_error_does_not_hold_the_picture(recognizer: Recognizer, image: bytes) -> None:
    gc.disable()
    try:
        before = sys.getrefcount(image)
        errors = recognizer.recognize_many([image])
        with pytest.raises(DigitrecError):
            recognizer.recognize(image)
        assert sys.getrefcount(image) == before
    finally:
        gc.enable()
    assert len(errors) == 1


def test_a_recognizer_tells_its_model_s_hash_and_layers(recognizer: Recognizer) -> None:
    assert len(recognizer.sha256) == 64
    assert recognizer.layers[0] == 784
    assert recognizer.layers[-1] == 10


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.pkl").write_bytes(b"not a pickle")
    with pytest.raises(InvalidModel, match=r"model\.pkl is no pickled model"):
        Recognizer.load(tmp_path / "model.pkl")
