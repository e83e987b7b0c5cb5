"""recognizer.py: every step in a row, on pictures that the tests draw."""

import gc
import hashlib
import itertools
import pickle
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from digitrec import Recognizer
from digitrec import recognizer as module
from digitrec.classify.network import Network
from digitrec.errors import (
    DigitrecError,
    InvalidImage,
    InvalidModel,
    NoDigit,
    UnsupportedType,
    value_of,
)
from digitrec.models import weights
from digitrec.recognizer import Reading
from digitrec.segment.network import Network as Segmenter
from digitrec.settings import Settings
from tests.strokes import encode, picture, row
from training import mnist

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
    assert list(recognizer.read_many([])) == []
    [error] = recognizer.read_many([b"no picture"])
    assert isinstance(error, UnsupportedType)
    assert passes == [[], []]


def test_one_pass_answers_as_single_passes_do(recognizer: Recognizer) -> None:
    images = [encode(picture(digit)) for digit in range(10)]
    together = list(recognizer.read_many(images))
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
    list(recognizer.read_many(images))
    assert len(passes) == 1
    passes.clear()
    noise = np.random.default_rng(0).normal(0, 6, (280, 280))
    noisy = np.clip(np.asarray(picture(5).convert("L")) * 0.8 + 25 + noise, 0, 255)
    list(recognizer.read_many([*images, encode(Image.fromarray(noisy.astype(np.uint8)))] * 3))
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
        errors = list(recognizer.read_many([image]))
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
    with pytest.raises(InvalidModel, match=r"model\.pkl is not a pickled model"):
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


def test_many_pictures_are_read_a_batch_at_a_time(recognizer: Recognizer) -> None:
    taken: list[int] = []

    def endless() -> Iterator[bytes]:
        for i in itertools.count():
            taken.append(i)
            yield encode(picture(i % 10))

    readings = recognizer.read_many(endless())
    assert taken == []
    texts = [value_of(reading).text for reading in itertools.islice(readings, 20)]
    assert texts == [str(i % 10) for i in range(20)]
    assert len(taken) == 2 * module.BATCH


def certain(recognizer: Recognizer) -> list[tuple[str, list[tuple[float, ...]]]]:
    """Return the exact readings of a few pictures."""
    readings = map(recognizer.read, [picture(5), row("42"), picture(7, width=9)])
    return [(r.text, [d.probabilities for d in r.digits]) for r in readings]


def test_a_pickled_recognizer_reads_the_same(recognizer: Recognizer) -> None:
    copy = pickle.loads(pickle.dumps(recognizer))
    assert certain(copy) == certain(recognizer)
    assert (copy.sha256, copy.layers) == (recognizer.sha256, recognizer.layers)


def test_threads_that_share_a_recognizer_read_the_same(recognizer: Recognizer) -> None:
    expected = certain(recognizer)
    with ThreadPoolExecutor(8) as threads:
        for found in threads.map(certain, [recognizer] * 16):
            assert found == expected


@pytest.mark.skipif("fork" not in get_all_start_methods(), reason="this system has no fork")
def test_a_forked_process_reads_the_same(recognizer: Recognizer) -> None:
    with ProcessPoolExecutor(1, get_context("fork")) as process:
        assert process.submit(certain, recognizer).result() == certain(recognizer)


MNIST_LIKE = np.stack([np.asarray(picture(d).convert("L").resize((28, 28))) for d in range(10)])
INK = 255 - MNIST_LIKE


@pytest.mark.parametrize(
    "frames",
    [INK, INK.reshape(10, 784), INK / 255, INK.astype(np.int64), (INK > 90), INK.tolist()],
    ids=["uint8", "rows", "floats", "integers", "booleans", "lists"],
)
def test_arrays_like_mnist_are_predicted_as_in_scikit_learn(
    recognizer: Recognizer, frames: Any
) -> None:
    probabilities = recognizer.predict_proba(frames)
    assert probabilities.shape == (10, 10)
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(10), abs=1e-5)
    assert recognizer.predict(frames).tolist() == list(range(10))


def test_rows_are_predicted_alike_in_any_number(
    recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = recognizer.predict_proba(INK)
    monkeypatch.setattr(module, "ROWS", 3)
    assert recognizer.predict_proba(INK) == pytest.approx(together, abs=1e-5)
    assert recognizer.predict(np.empty((0, 784))).shape == (0,)


@pytest.mark.parametrize(
    ("frames", "kind", "problem"),
    [
        (INK[0], InvalidImage, r"shape \(28, 28\)"),
        (INK[:, :27], InvalidImage, r"shape \(10, 27, 28\)"),
        (np.full((1, 784), np.nan), InvalidImage, "NaN"),
        (np.full((1, 784), 256), InvalidImage, r"outside 0\.\.255"),
        (np.full((1, 784), -1), InvalidImage, r"outside 0\.\.255"),
        ([["a"]], ValueError, "convert"),
    ],
)
def test_arrays_unlike_mnist_are_refused(
    recognizer: Recognizer, frames: Any, kind: type[Exception], problem: str
) -> None:
    with pytest.raises(kind, match=problem):
        recognizer.predict(frames)


@pytest.mark.needs_mnist
def test_arrays_of_mnist_are_read_as_well_as_its_pictures(recognizer: Recognizer) -> None:
    test = mnist.load("t10k")
    assert (recognizer.predict(test.images) != test.labels).sum() <= 35
