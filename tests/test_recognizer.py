"""recognizer.py: every step in a row, on pictures that the tests draw."""

import gc
import hashlib
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from digitrec import Recognizer
from digitrec import recognizer as module
from digitrec.classify.network import Network
from digitrec.errors import DigitrecError, InvalidImage, InvalidModel, NoDigit, UnsupportedType
from digitrec.models import weights
from digitrec.recognizer import Reading
from digitrec.segment.network import Network as Segmenter
from digitrec.settings import Settings
from tests.strokes import encode, picture

NOTHING = encode(picture(5, ink="white"))


def counted(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> list[int]:
    """Return a list that gets an entry for each call of a function from now on."""
    calls: list[int] = []
    function = getattr(owner, name)

    def count(*args: Any) -> Any:
        calls.append(1)
        return function(*args)

    monkeypatch.setattr(owner, name, count)
    return calls


def test_a_digit_is_the_most_probable_one(recognizer: Recognizer) -> None:
    found = recognizer.recognize(encode(picture(5)))
    assert found.digit == 5
    assert found.confidence == found.probabilities[5] == max(found.probabilities)
    assert len(found.probabilities) == 10
    assert sum(found.probabilities) == pytest.approx(1)


def test_a_digit_holds_the_frame_that_the_classifier_saw(recognizer: Recognizer) -> None:
    frame = recognizer.recognize(encode(picture(5))).frame
    assert frame.shape == (28, 28)
    assert frame.dtype == np.float32
    assert (frame.min(), frame.max()) == (0, pytest.approx(1, abs=0.05))


def test_many_pictures_are_answered_in_order_with_errors_in_their_places(
    recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = UnsupportedType("It was one already.")
    images: list[bytes | DigitrecError] = [
        *(encode(picture(3)), b"no picture", encode(picture(8)), encode(picture(1))[:100]),
        *(NOTHING, given, encode(picture(2))),
    ]
    for batch in (1, 2, 3, len(images), 100):
        monkeypatch.setattr(module, "BATCH", batch)
        three, unsupported, eight, invalid, nothing, same, two = recognizer.read_many(images)
        assert isinstance(three, Reading)
        assert isinstance(eight, Reading)
        assert isinstance(two, Reading)
        assert (three.text, eight.text, two.text) == ("3", "8", "2")
        assert isinstance(unsupported, UnsupportedType)
        assert isinstance(invalid, InvalidImage)
        assert isinstance(nothing, NoDigit)
        assert same is given


def test_no_readable_picture_is_no_network_pass(
    recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes = [
        counted(monkeypatch, Network, "probabilities"),
        counted(monkeypatch, Segmenter, "votes"),
    ]
    assert recognizer.read_many([]) == []
    [error] = recognizer.read_many([b"no picture"])
    assert isinstance(error, UnsupportedType)
    assert passes == [[], []]


def test_one_pass_answers_as_single_passes_do(recognizer: Recognizer) -> None:
    images = [encode(picture(digit)) for digit in range(10)]
    together = recognizer.read_many(images)
    for image, reading in zip(images, together, strict=True):
        assert isinstance(reading, Reading)
        alone = recognizer.recognize(image)
        assert reading.prominent.probabilities == pytest.approx(alone.probabilities, abs=1e-5)


def test_a_digit_alone_is_found_without_the_segmentation_network(
    recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = counted(monkeypatch, Segmenter, "votes")
    for digit in range(10):
        assert recognizer.read(encode(picture(digit))).text == str(digit)
    assert looks == []


def test_what_the_quick_look_is_not_sure_of_is_looked_at_by_the_network(
    recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = counted(monkeypatch, Segmenter, "votes")
    monkeypatch.setattr(module, "SURE", 1.1)
    found = recognizer.recognize(encode(picture(5)))
    assert looks
    assert found.digit == 5
    assert found.confidence < found.probabilities[5]  # it may be no digit at all


def test_the_classifier_is_asked_twice_at_most_whatever_the_pictures_need(
    recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes = counted(monkeypatch, Network, "probabilities")
    images = [encode(picture(digit)) for digit in (1, 2, 3)]
    recognizer.read_many(images)
    assert len(passes) == 1
    passes.clear()
    noise = np.random.default_rng(0).normal(0, 6, (280, 280))
    noisy = np.clip(np.asarray(picture(5).convert("L")) * 0.8 + 25 + noise, 0, 255)
    recognizer.read_many([*images, encode(Image.fromarray(noisy.astype(np.uint8)))] * 3)
    assert len(passes) == 2


def test_an_empty_picture_raises_no_digit(recognizer: Recognizer) -> None:
    with pytest.raises(NoDigit, match="No digit was found"):
        recognizer.recognize(NOTHING)
    with pytest.raises(NoDigit, match="No digit was found"):
        recognizer.read(NOTHING)


@pytest.mark.parametrize("image", [b"no picture", encode(picture(5, ink="white"))])
def test_an_error_does_not_hold_the_picture(recognizer: Recognizer, image: bytes) -> None:
    gc.disable()
    try:
        before = sys.getrefcount(image)
        errors = recognizer.read_many([image])
        with pytest.raises(DigitrecError):
            recognizer.recognize(image)
        assert sys.getrefcount(image) == before
    finally:
        gc.enable()
    assert len(errors) == 1


def test_a_recognizer_tells_its_models_hashes_and_layers(recognizer: Recognizer) -> None:
    for sha256, path in (
        (recognizer.sha256, Settings.model_path),
        (recognizer.segmenter_sha256, module.SEGMENTER),
    ):
        assert sha256 == hashlib.sha256(Path(path).read_bytes()).hexdigest()
    assert recognizer.layers[0] == 784
    assert recognizer.layers[-1] == 10


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.pkl").write_bytes(b"not a pickle")
    with pytest.raises(InvalidModel, match=r"model\.pkl is no pickled model"):
        Recognizer.load(tmp_path / "model.pkl")


def test_an_explanation_compares_a_digit_with_the_second_most_probable_one(
    recognizer: Recognizer,
) -> None:
    digit = recognizer.recognize(encode(picture(5)))
    [explanation] = recognizer.explain([digit])
    runner_up = max(set(range(10)) - {5}, key=lambda other: digit.probabilities[other])
    # Where the units that are on stay on, what the pixels add up to is what a change of all ink
    # by a part of it does to the logits.
    step = 1e-3
    network, _ = weights.read(Settings.model_path)
    changed = network.probabilities(
        np.array([digit.frame * (1 + sign * step) for sign in (1, -1)], np.float32)
    )
    logits = np.log(changed[:, 5] / changed[:, runner_up])
    assert explanation.sum() == pytest.approx((logits[0] - logits[1]) / (2 * step), rel=0.02)
    assert np.all(explanation[digit.frame == 0] == 0)
