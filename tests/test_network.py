"""network.py: the forward pass against the definition, one number at a time."""

import itertools
import math

import numpy as np
import pytest
from numpy.typing import NDArray

from digitrec.classify.network import Network, softmax


def small_network() -> Network:
    random = np.random.default_rng(0)
    sizes = (784, 7, 5, 10)
    weights = [
        random.normal(0, 0.3, shape).astype(np.float32) for shape in itertools.pairwise(sizes)
    ]
    return Network(weights, [random.normal(0, 0.3, n).astype(np.float32) for n in sizes[1:]])


def by_hand(network: Network, frame: NDArray[np.float32]) -> list[float]:
    """Return the probabilities by the textbook's sums, in double precision."""
    x = [float(v) for v in frame.ravel()]
    for layer, (w, b) in enumerate(zip(network.weights, network.biases, strict=True)):
        y = [sum(x[i] * float(w[i, j]) for i in range(len(x))) + float(b[j]) for j in range(len(b))]
        x = y if layer == 2 else [max(v, 0.0) for v in y]
    total = sum(math.exp(v) for v in x)
    return [math.exp(v) / total for v in x]


def test_the_forward_pass_equals_the_textbook_s_sums() -> None:
    network = small_network()
    frames = np.random.default_rng(1).random((3, 28, 28), np.float32)
    expected = [by_hand(network, frame) for frame in frames]
    np.testing.assert_allclose(network.probabilities(frames), expected, rtol=1e-4, atol=1e-7)


def test_a_frame_s_answer_does_not_depend_on_its_batch() -> None:
    network = small_network()
    frames = np.random.default_rng(2).random((9, 28, 28), np.float32)
    together = network.probabilities(frames)
    alone = np.concatenate([network.probabilities(frame[None]) for frame in frames])
    np.testing.assert_allclose(together, alone, rtol=1e-5)


@pytest.mark.parametrize("pictures", [1, 3])
@pytest.mark.parametrize("ink", [0.0, 0.1, 0.9])
def test_what_pictures_leave_blank_changes_nothing(ink: float, pictures: int) -> None:
    network = small_network()
    random = np.random.default_rng(4)
    shape = (pictures, 28, 28)
    frames = np.where(random.random(shape) < ink, random.random(shape), 0).astype(np.float32)
    expected = [by_hand(network, frame) for frame in frames]
    np.testing.assert_allclose(network.probabilities(frames), expected, rtol=1e-4, atol=1e-7)


def test_an_explanation_is_ink_times_the_numerical_derivative() -> None:
    network = small_network()
    exact = Network(
        [w.astype(np.float64) for w in network.weights],
        [b.astype(np.float64) for b in network.biases],
    )
    frames = np.random.default_rng(6).random((3, 28, 28), np.float32)
    digits, others = np.array([3, 0, 9]), np.array([5, 1, 2])
    explanations = network.explanations(frames, digits, others)
    step = 1e-6
    pixels = (step * np.eye(784)).reshape(784, 28, 28)
    for frame, digit, other, explanation in zip(frames, digits, others, explanations, strict=True):
        above, below = (
            np.log(exact.probabilities(frame + sign * pixels))[:, [digit, other]]
            for sign in (1, -1)
        )
        slopes = ((above - below) @ [1, -1] / (2 * step)).reshape(28, 28)
        np.testing.assert_allclose(explanation, frame * slopes, atol=1e-4)


def test_the_answer_is_float32_and_sums_to_one() -> None:
    rows = small_network().probabilities(np.ones((4, 28, 28), np.float32))
    assert rows.shape == (4, 10)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(rows.sum(axis=1), 1, rtol=1e-6)


@pytest.mark.parametrize("size", [1e4, -1e4])
def test_softmax_of_huge_logits_neither_overflows_nor_divides_by_zero(size: float) -> None:
    logits = np.array([[size, 0, size]], np.float32)
    expected = [[0.5, 0, 0.5]] if size > 0 else [[0, 1, 0]]
    np.testing.assert_allclose(softmax(logits), expected)


def test_the_layers_are_listed_from_the_pixels_to_the_digits() -> None:
    assert small_network().layers == (784, 7, 5, 10)
