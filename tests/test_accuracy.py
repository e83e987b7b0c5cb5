"""The figures that MODEL_CARD.md states: measured here again, and how they are measured."""

from pathlib import Path

import numpy as np
import pytest

from digitrec import Recognizer
from digitrec.settings import ROOT
from tests.strokes import encode, picture

pytest.importorskip("torch", reason="no PyTorch; to get it: make install-training")

from training import answers, card, evaluate, mistakes, nonsense
from training.answers import Answers
from training.corruptions import CORRUPTIONS
from training.evaluate import Evaluation, Figure
from training.mistakes import Mistake

pytestmark = pytest.mark.needs_torch


# Percent, and errors in 10,000: processors round differently, and a digit on the edge falls over.
TOLERANCE = 0.3
ERRORS = 2

MODEL = ROOT / "trained_model.pkl"


@pytest.fixture(scope="module")
def measured() -> dict[str, float]:
    """Every figure of the model that is shipped, by its name."""
    evaluation = evaluate.evaluate(MODEL)
    return {figure.name: figure.value for figure in evaluation.figures}


@pytest.mark.needs_mnist
@pytest.mark.needs_drawings
@pytest.mark.needs_usps
def test_the_model_card_states_what_is_measured(measured: dict[str, float]) -> None:
    stated = card.read(ROOT / "MODEL_CARD.md")
    assert measured.keys() == stated.keys()
    wrong = {
        name: (value, stated[name])
        for name, value in measured.items()
        if abs(value - stated[name]) > (ERRORS if "errors" in name else TOLERANCE)
    }
    assert wrong == {}


@pytest.mark.needs_mnist
def test_at_least_99_4_percent_of_mnist_s_test_digits_are_read(measured: dict[str, float]) -> None:
    assert measured["MNIST test, errors in 10,000"] <= 60


@pytest.mark.needs_mnist
@pytest.mark.needs_drawings
def test_at_least_94_percent_of_strangers_digits_are_read(measured: dict[str, float]) -> None:
    assert measured["drawings, mean over writers"] >= 94


def test_the_model_card_tells_of_the_model_that_is_shipped(recognizer: Recognizer) -> None:
    assert f"`{recognizer.sha256}`" in (ROOT / "MODEL_CARD.md").read_text(encoding="utf-8")


def test_each_writer_counts_the_same_however_many_digits_are_his() -> None:
    right = np.array([True, True, True, False, False])
    assert evaluate.by_writer(right, ["a", "a", "a", "b", "a"]) == (0.375, 0.0, "b")


def test_a_picture_that_is_refused_is_an_error() -> None:
    given = answers.predict(MODEL, [answers.png(np.zeros((28, 28), np.uint8))])
    assert given.digits.tolist() == [-1]
    assert given.confidences.tolist() == [0.0]


def test_an_answer_s_confidence_is_its_digit_s_probability() -> None:
    given = answers.predict(MODEL, [encode(picture(digit)) for digit in (3, 7)])
    assert given.digits.tolist() == [3, 7]
    assert given.confidences.tolist() == [
        given.probabilities[0, 3],
        given.probabilities[1, 7],
    ]


@pytest.mark.parametrize(
    ("figure", "holds"),
    [
        (Figure("errors", 35, 35, most=True), True),
        (Figure("errors", 36, 35, most=True), False),
        (Figure("share", 99, 99), True),
        (Figure("share", 98.9, 99), False),
        (Figure("only reported", 3), True),
    ],
)
def test_a_figure_holds_within_its_bound(figure: Figure, holds: bool) -> None:
    assert figure.holds is holds


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_corruption_gives_another_frame_of_the_same_kind(name: str) -> None:
    frame = np.zeros((28, 28), np.float32)
    frame[4:24, 10:13] = 1
    random = np.random.default_rng(0)
    corrupted = CORRUPTIONS[name](frame.copy(), random)
    assert corrupted.shape == (28, 28)
    assert corrupted.min() >= 0
    assert corrupted.max() <= 1
    assert np.abs(corrupted - frame).max() > 0.1


def test_strange_pictures_are_as_many_as_they_should_be_and_always_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(evaluate, "NONSENSE", 10)
    pictures = evaluate.strange()
    assert len(pictures) == 10
    assert pictures == evaluate.strange()
    assert nonsense.kinds(held_out=True)


def small_evaluation() -> Evaluation:
    probabilities = np.full((4, 10), 0.02)
    probabilities[np.arange(4), [0, 1, 1, 3]] = 0.82
    given = Answers(probabilities.argmax(axis=1), probabilities)
    wrong = [Mistake(picture(6), 6, 5, 0.9), Mistake(picture(1), 1, -1, 0.0)]
    figures = [Figure("errors", 1, 0, most=True, unit=""), Figure("share", 75.0, 70)]
    return Evaluation(figures, given, np.array([0, 1, 2, 3], np.uint8), wrong, "5" * 64)


def test_the_table_says_what_was_measured_and_what_is_missed() -> None:
    rows = card.table(small_evaluation()).splitlines()[2:]
    assert rows == [
        "| errors | 1 | at most 0 **(missed)** |",
        "| share | 75.00 % | at least 70 % |",
    ]


def test_the_figures_are_written_between_their_marks_and_nowhere_else(tmp_path: Path) -> None:
    page = tmp_path / "card.md"
    page.write_text(f"before\n{card.START}\nold\n{card.END}\nafter\n")
    for _ in range(2):
        card.write(small_evaluation(), page, tmp_path)
    text = page.read_text()
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "old" not in text
    assert text.count("| share | 75.00 %") == 1
    assert card.read(page) == {"errors": 1, "share": 75}
    for name in ("confusion.svg", "reliability.svg", "mistakes.svg"):
        assert (tmp_path / name).read_text().startswith("<?xml")
    assert "6, read as 5" in (tmp_path / "mistakes.svg").read_text()


def test_mistakes_are_the_digits_that_are_read_as_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mistakes, "DRAWN", 30)
    monkeypatch.setattr(mistakes, "draw", lambda *_: picture(7))
    share, wrong = mistakes.find(MODEL, 0)
    assert 0 < share < 1
    assert len(wrong) == round(30 * (1 - share))
    assert {mistake.answer for mistake in wrong} == {7}
    assert 7 not in {mistake.digit for mistake in wrong}
