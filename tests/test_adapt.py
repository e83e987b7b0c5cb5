"""adapt.py and `digitrec adapt`: what a writer gains, and what is not lost."""

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import digitrec.adapt
from digitrec import Recognizer
from digitrec.__main__ import main
from digitrec.adapt import FOLDS, LEVELS, MOST_LOST, PENALTIES, _loss, adapt, drawn
from digitrec.classify.network import Network
from digitrec.errors import DigitrecError
from digitrec.models import weights
from digitrec.settings import Settings
from tests.strokes import STROKES, Stroke, encode, with_lines

GIVEN = 20  # digits of the writer that it is fitted to

# A 1 whose flag is as long as its stem, with a foot; a 7 that is crossed near its end.
ODD: dict[int, list[Stroke]] = {
    1: [[(0, 0.9), (0.5, 0.02), (0.6, 0.98)], [(0, 0.98), (1, 0.98)]],
    7: [[(0.1, 0.05), (0.85, 0.05), (0.4, 0.97)], [(0, 0.92), (0.8, 0.85)]],
}


def written(digit: int, random: np.random.Generator) -> Image.Image:
    """Draw a digit as a writer with odd 1s and 7s, and an unsteady hand."""
    slant, width = random.normal(0, 0.08), round(random.uniform(10, 16))
    lines = []
    for stroke in ODD.get(digit, STROKES[digit]):
        points = np.array(stroke) + random.normal(0, 0.03, (len(stroke), 2))
        points[:, 0] += slant * (0.5 - points[:, 1])
        lines.append([(80 + 120 * x, 50 + 180 * y) for x, y in points])
    return with_lines(Image.new("L", (280, 280), 255), *lines, width=width, ink="black")


@pytest.fixture(scope="module")
def digits() -> list[tuple[int, Image.Image]]:
    """120 labelled digits of the odd writer, from 0 to 9 in turn."""
    random = np.random.default_rng(0)
    return [(i % 10, written(i % 10, random)) for i in range(120)]


@pytest.fixture
def folder(digits: list[tuple[int, Image.Image]], tmp_path: Path) -> Path:
    """The digits that are given, with their labels in their names."""
    directory = tmp_path / "digits"
    directory.mkdir()
    for i, (label, drawing) in enumerate(digits[:GIVEN]):
        (directory / f"{label}_{i:02}.png").write_bytes(encode(drawing))
    return directory


def misread(recognizer: Recognizer, pictures: Sequence[object], labels: Sequence[int]) -> int:
    """Return how many pictures of a digit are misread."""
    readings = recognizer.read_many(pictures)  # type: ignore[arg-type]
    return sum(
        isinstance(reading, DigitrecError) or reading.prominent.digit != label
        for reading, label in zip(readings, labels, strict=True)
    )


def test_a_writer_s_errors_at_least_halve(
    digits: list[tuple[int, Image.Image]],
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    recognizer: Recognizer,
) -> None:
    model = folder / "model.pkl"
    assert main(["adapt", str(folder), "-o", str(model)]) == 0
    out, err = capsys.readouterr()
    assert out.startswith(f"Cross-validated on {GIVEN} digits: ")
    assert err == ""
    labels, pictures = zip(*digits[GIVEN:], strict=True)
    before = misread(recognizer, pictures, labels)
    assert before >= 10
    assert misread(Recognizer.load(model), pictures, labels) <= before / 2


def test_the_same_digits_give_the_same_file(folder: Path) -> None:
    files = [folder / "one.pkl", folder / "two.pkl"]
    for file in files:
        main(["adapt", str(folder), "-o", str(file)])
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_model_that_misreads_other_writers_is_not_written(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in folder.iterdir():  # whoever calls every 2 a 3 and every 3 a 2
        if path.name[0] in "23":
            path.rename(path.with_name(f"{5 - int(path.name[0])}_wrong_{path.name}"))
    model = folder / "model.pkl"
    assert main(["adapt", str(folder), "-o", str(model)]) == 1
    assert not model.exists()
    assert "is not written" in capsys.readouterr().err


@pytest.fixture(scope="module")
def network() -> Network:
    return weights.read(Settings.model_path)[0]


def test_a_weaker_fit_that_keeps_other_writers_is_preferred(
    monkeypatch: pytest.MonkeyPatch, network: Network
) -> None:
    errors = iter([0, 1, 0, 0])  # of the network given, then of the fits, the best one first
    monkeypatch.setattr(digitrec.adapt, "_drawn_errors", lambda _: np.array([next(errors)]))
    monkeypatch.setattr(digitrec.adapt, "STEPS", 5)
    frames, labels = drawn()[:10], np.arange(10) // 2  # wrong labels, which any fit reads better
    adapted = adapt(network, frames, labels)
    assert adapted.lost == 0
    assert adapted.penalty == PENALTIES[-2]


def test_without_a_better_fit_the_network_stays(
    monkeypatch: pytest.MonkeyPatch, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(digitrec.adapt, "STEPS", 0)
    model = folder / "model.pkl"
    assert main(["adapt", str(folder), "-o", str(model)]) == 0
    assert "the model stays the same" in capsys.readouterr().out
    assert model.read_bytes() == Path(Settings.model_path).read_bytes()


def test_the_gradients_are_those_of_the_loss() -> None:
    random = np.random.default_rng(0)
    shapes = ((6, 8), (8,), (8, 10), (10,))
    start: list[Any] = [random.normal(size=shape) for shape in shapes]  # float64, for the steps
    given = [part + random.normal(size=part.shape) for part in start]
    inputs: Any = random.normal(size=(5, 6))
    labels = random.integers(10, size=5)
    _, gradients = _loss(given, start, inputs, labels, 0.1)
    for part, gradient in zip(given, gradients, strict=True):
        place = (0,) * part.ndim
        losses = []
        for step in (1e-5, -2e-5):
            part[place] += step
            losses.append(_loss(given, start, inputs, labels, 0.1)[0])
        part[place] += 1e-5
        assert gradient[place] == pytest.approx((losses[0] - losses[1]) / 2e-5, rel=1e-4)


def test_a_picture_without_a_digit_is_named_and_left_out(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digitrec.adapt, "STEPS", 0)
    (folder / "3_blank.png").write_bytes(encode(Image.new("L", (50, 50), 255)))
    assert main(["adapt", str(folder), "-o", str(folder / "model.pkl")]) == 0
    out, err = capsys.readouterr()
    assert out.startswith(f"Cross-validated on {GIVEN} digits")
    assert err.startswith(f"{folder / '3_blank.png'} is skipped. No digit")


def test_few_digits_are_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in sorted(folder.iterdir())[4:]:
        path.unlink()
    with pytest.raises(SystemExit, match="2"):
        main(["adapt", str(folder), "-o", str(folder / "model.pkl")])
    assert "Only 4 labelled digits" in capsys.readouterr().err


def test_a_file_that_can_t_be_written_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digitrec.adapt, "STEPS", 0)
    model = folder / "missing" / "model.pkl"
    assert main(["adapt", str(folder), "-o", str(model)]) == 1
    assert f"{model} can't be written: No such file" in capsys.readouterr().err


@pytest.mark.needs_torch
def test_the_drawn_digits_are_those_of_the_training_code(recognizer: Recognizer) -> None:
    pytest.importorskip("torch", reason="no PyTorch; to get it: make install-training")
    from training.drawn import frames

    # within a level: processors round differently
    assert np.abs(frames(recognizer, 30) / np.float32(LEVELS) - drawn()[:30]).max() <= 1.5 / LEVELS


@pytest.mark.needs_drawings
def test_no_writer_of_the_drawings_loses(recognizer: Recognizer, network: Network) -> None:
    directory = Path(os.environ["DRAWINGS_DIR"])
    with (directory / "index.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    frames = np.array([recognizer.recognize(directory / row["file"]).frame for row in rows])
    labels = np.array([int(row["label"]) for row in rows])
    shares = []
    for writer in sorted({row["writer"] for row in rows}):
        own = [i for i, row in enumerate(rows) if row["writer"] == writer]
        # Two of each digit, then the others; of a writer with few digits, a half.
        own.sort(key=lambda i: sum(labels[j] == labels[i] for j in own if j < i))
        given, rest = np.split(own, [min(GIVEN, len(own) // 2)])
        if len(given) < FOLDS:
            continue
        adapted = adapt(network, frames[given], labels[given])
        assert adapted.lost <= MOST_LOST
        before, after = (
            int((n.probabilities(frames[rest]).argmax(axis=1) != labels[rest]).sum())
            for n in (network, adapted.network)
        )
        assert after <= before + 1, writer
        shares.append((before / len(rest), after / len(rest)))
    mean_before, mean_after = np.mean(shares, axis=0)
    assert mean_after <= mean_before
