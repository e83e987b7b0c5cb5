"""The figures that MODEL_CARD.md states: measured here again, and how they are measured."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digitrec import Recognizer
from digitrec.decode import decode
from digitrec.settings import ROOT
from tests.strokes import encode, picture

pytest.importorskip("torch", reason="no PyTorch; to get it: make install-training")

from training import answers, card, cluttered, evaluate, testsets
from training.answers import Result
from training.evaluate import Evaluation, Figure
from training.testsets import Labelled

pytestmark = pytest.mark.needs_torch


# Percent, and errors in 10,000: processors round differently, and a digit on the edge falls over.
TOLERANCE = 0.3
ERRORS = 2
FEW = 1.0  # percent: of 200 to 500 pictures

MODEL = ROOT / "trained_model.pkl"


def tolerance(name: str) -> float:
    """Return by how much a figure may differ from what is stated."""
    if "errors" in name:
        return ERRORS
    return FEW if any(word in name for word in ("clutter", "exact", "positives")) else TOLERANCE


def stated(page: Path) -> dict[str, float]:
    """Return the values that a model card states, by the figures' names."""
    table = page.read_text(encoding="utf-8").split(card.START)[1].split(card.END)[0]
    cells = [
        [cell.strip() for cell in row.split("|")[1:3]] for row in table.splitlines() if "|" in row
    ]
    return {name: float(value.split()[0]) for name, value in cells[2:]}


@pytest.fixture(scope="module")
def measured() -> dict[str, float]:
    """Every figure of the model that is shipped, by its name."""
    evaluation = evaluate.evaluate(MODEL)
    return {figure.name: figure.value for figure in evaluation.figures}


@pytest.mark.needs_mnist
@pytest.mark.needs_qmnist
@pytest.mark.needs_drawings
@pytest.mark.needs_usps
@pytest.mark.needs_numbers
@pytest.mark.needs_cases
def test_the_model_card_states_what_is_measured(measured: dict[str, float]) -> None:
    on_card = stated(ROOT / "MODEL_CARD.md")
    assert measured.keys() == on_card.keys()
    wrong = {
        name: (value, on_card[name])
        for name, value in measured.items()
        if "look" not in name  # times are a machine's own
        and abs(value - on_card[name]) > tolerance(name)
    }
    assert wrong == {}


@pytest.mark.needs_mnist
@pytest.mark.needs_qmnist
def test_at_least_99_4_percent_of_mnist_s_test_digits_are_read(measured: dict[str, float]) -> None:
    assert measured["MNIST test, errors in 10,000"] <= 60


@pytest.mark.needs_mnist
@pytest.mark.needs_qmnist
@pytest.mark.needs_drawings
def test_at_least_94_percent_of_strangers_digits_are_read(measured: dict[str, float]) -> None:
    assert measured["drawings, mean over writers"] >= 94


def test_the_model_card_tells_of_the_models_that_are_shipped(recognizer: Recognizer) -> None:
    text = (ROOT / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert f"`{recognizer.sha256}`" in text
    assert f"`{recognizer.segmenter_sha256}`" in text


def result(digits: list[int], labels: str, groups: str = "") -> Result:
    """Return answers of a confidence of 0.82, and 0 where no digit was found."""
    found = np.array(digits)
    labelled = Labelled([encode(picture(int(n))) for n in labels], [*labels], [*groups])
    return Result(labelled, found, np.where(found < 0, 0, 0.82), found.astype(str))


def test_each_writer_counts_the_same_however_many_digits_are_his() -> None:
    mean, worst, _ = evaluate.drawings(result([0, 1, 2, 3, 4], "01200", "aaaba"))
    assert (mean.value, worst.value) == (37.5, 0)


def test_a_picture_without_a_digit_has_an_answer() -> None:
    given = answers.predict(MODEL, Labelled([encode(Image.new("L", (28, 28)))]))
    assert given.digits.tolist() == [-1]
    assert given.confidences.tolist() == [0.0]


def test_an_answer_has_its_text_and_confidence() -> None:
    given = answers.predict(MODEL, Labelled([encode(picture(digit)) for digit in (3, 7)]))
    assert given.digits.tolist() == [3, 7]
    assert given.texts.tolist() == ["3", "7"]
    assert (given.confidences > 0.9).all()


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


@pytest.mark.parametrize(
    "make", [testsets.styled, testsets.strange, testsets.empty, testsets.words]
)
def test_a_set_is_as_large_as_it_should_be_and_always_the_same(
    make: Callable[[], Labelled], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(testsets, "DRAWN", 10)
    monkeypatch.setattr(testsets, "NONSENSE", 10)
    monkeypatch.setattr(testsets, "EMPTY", 10)
    of = make()
    assert len(set(of.pictures)) == 10
    assert of == make()


@pytest.mark.parametrize("kind", cluttered.KINDS)
def test_every_kind_of_clutter_changes_the_picture(kind: str) -> None:
    frame = np.zeros((28, 28), np.uint8)
    frame[4:24, 10:16] = 255
    drawn = {cluttered.picture(kind, frame, np.random.default_rng(seed)) for seed in range(3)}
    plain = {cluttered.picture("none", frame, np.random.default_rng(seed)) for seed in range(3)}
    assert len(drawn - plain) == 3


@pytest.mark.needs_mnist
@pytest.mark.needs_qmnist
@pytest.mark.parametrize("kind", testsets.VALUES)
def test_numbers_are_frames_side_by_side(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(testsets, "NUMBERS", 5)
    of = testsets.by_one_writer(kind)
    for image, reading in zip(of.pictures, of.readings, strict=True):
        size = decode(image).size
        assert size == (28 * len(reading) + 2 * testsets.PAD, 28 + 2 * testsets.PAD)


@pytest.mark.needs_mnist
def test_strings_have_one_to_five_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(testsets, "NUMBERS", 50)
    of = testsets.overlapping()
    assert {len(reading) for reading in of.readings} == {1, 2, 3, 4, 5}
    assert {decode(image).size[1] for image in of.pictures} == {testsets.HEIGHT}


def test_a_listed_reading_has_its_lines(tmp_path: Path) -> None:
    (tmp_path / "index.csv").write_text("file,reading,difficulty\na.png,12/3,hard\n")
    (tmp_path / "a.png").write_bytes(b"picture")
    assert testsets.listed(tmp_path, "reading", "difficulty") == ([b"picture"], ["12\n3"], ["hard"])


@pytest.mark.parametrize(
    ("pairs", "exact", "digits"),
    [
        ([("12", "12"), ("3\n4", "3\n4")], 1, 1),
        ([("12", "2"), ("34", "34")], 0.5, 0.75),
        ([("12", "")], 0, 0),
        ([("1\n2", "12")], 0, 1),
    ],
)
def test_readings_are_compared_whole_and_by_digits(
    pairs: list[tuple[str, str]], exact: float, digits: float
) -> None:
    assert evaluate.exact_share(pairs) == exact
    assert evaluate.digit_share(pairs) == digits


def small_evaluation() -> Evaluation:
    figures = [Figure("errors", 1, 0, most=True, unit=""), Figure("share", 75.0, 70)]
    styled = result([7, -1, 5], "716")
    return Evaluation(figures, result([0, 1, 1, 3], "0123"), styled, "5" * 64, "6" * 64)


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
    assert stated(page) == {"errors": 1, "share": 75}
    for name in ("confusion.svg", "reliability.svg", "mistakes.svg"):
        assert (tmp_path / name).read_text().startswith("<?xml")
    sheet = (tmp_path / "mistakes.svg").read_text()
    assert sheet.index("6, read as 5") < sheet.index("1, no digit found")
    assert "7, read as 7" not in sheet
