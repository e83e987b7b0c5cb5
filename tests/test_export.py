"""training/export.py: ONNX files that answer as our own networks do."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from digitrec.adapt import drawn
from digitrec.models import weights
from digitrec.recognizer import SEGMENTER
from digitrec.settings import Settings
from tests.strokes import picture
from training import export

PICTURES = 1_000
TOLERANCE = 1e-5  # of the largest value of an output: float32 sums, taken in another order


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where both files are."""
    directory = tmp_path_factory.mktemp("onnx") / "new"
    export.save(directory)
    return directory


def session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def greys() -> Iterator[NDArray[np.float32]]:
    """Yield pictures of all sizes, of weak and strong contrast, as the segmenter sees them."""
    random = np.random.default_rng(0)
    for i in range(PICTURES):
        width, height = (int(16 * n) for n in random.integers(2, 7, 2))
        box = (width * 0.3, height * 0.2, width * 0.7, height * 0.8)
        paper = int(random.integers(128, 256))
        ink = paper - int(random.integers(4, 129))
        drawing = picture(
            i % 10, size=(width, height), box=box, mode="L", width=4, ink=ink, paper=paper
        )
        yield np.asarray(drawing, np.float32)


def test_the_classifier_s_file_answers_as_the_network(folder: Path) -> None:
    network, _ = weights.read(Settings.model_path)
    frames = drawn()[:PICTURES]
    [found] = session(folder / "classifier.onnx").run(None, {"frames": frames.reshape(-1, 784)})
    assert len(found) == PICTURES
    assert np.abs(found - network.probabilities(frames)).max() <= TOLERANCE


def test_the_segmenter_s_file_answers_as_the_network(folder: Path) -> None:
    network, _ = weights.read_segmenter(SEGMENTER)
    runs = session(folder / "segmenter.onnx")
    for grey in greys():
        found = runs.run(None, {"grey": grey[None, None]})
        for votes, expected in zip(found, network.votes(grey), strict=True):
            limit = TOLERANCE * max(1, float(np.abs(expected).max()))
            assert np.abs(votes[0, 0] - expected).max() <= limit


@pytest.mark.needs_torch
def test_the_command_writes_both_files(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="no PyTorch; to get it: make install-training")
    from training.__main__ import main

    assert main(["export", "--onnx", "--directory", str(tmp_path)]) == 0
    for name in ("classifier.onnx", "segmenter.onnx"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()
