"""The accuracy that the README promises, through POST /predict. The floors only ever rise."""

import os
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient

from training import evaluate

MNIST_ERRORS = 60  # in 10,000, at most
DRAWINGS_MEAN = 0.94  # over writers, at least


@pytest.mark.needs_mnist
def test_mnist_s_test_digits_are_read(client: FlaskClient) -> None:
    errors = evaluate.mnist_errors(client)
    assert errors <= MNIST_ERRORS


@pytest.mark.needs_drawings
def test_strangers_digits_are_read(client: FlaskClient) -> None:
    writers = evaluate.drawings(client, Path(os.environ["DRAWINGS_DIR"]))
    assert writers.mean >= DRAWINGS_MEAN


def test_each_writer_counts_the_same_however_many_digits_are_his() -> None:
    right = np.array([True, True, True, False, False])
    assert evaluate.by_writer(right, ["a", "a", "a", "b", "a"]) == (0.375, 0.0, "b")


def test_a_picture_that_is_refused_is_an_error(client: FlaskClient) -> None:
    answers = evaluate.predict(client, [evaluate.png(np.zeros((28, 28), np.uint8))])
    assert answers.digits.tolist() == [-1]
    assert answers.probabilities.tolist() == [[0.0] * 10]
