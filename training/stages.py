"""From MNIST to the files of both models in named stages, each resumed where it was stopped."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from digitrec.models import weights
from training import bank, mnist, patchwork, pools, scenes, segmenter, student, teachers
from training.handwriting import Writers
from training.redraw import Shape

Model = TypeVar("Model", bound=nn.Module)
Arrays = TypeVar("Arrays", pools.Pool, scenes.Bank, bank.Copy)

HELD_OUT = 5_000  # MNIST's last training digits, by other writers: all choices are made on them
SPECIALISTS = (1, 2)  # seeds of the teachers of MNIST; the first then learns everything
GENERALIST, STUDENT = 3, 5  # seeds
REDRAWN = 2  # times that each digit is drawn again
# Frames made by program:
STYLED, NONSENSE, PATCHWORK, FIGURES = 80_000, 48_000, 120_000, 60_000
# Scenes: their size, px, how many, and their seed.
SCENES = (((128, 128), 150_000, 1), ((64, 256), 75_000, 2), ((192, 192), 45_000, 3))
FIRST = segmenter.Round(shares=(0.5, 0.27, 0.23), steps=60_000, peak=4e-3, seed=21)
# The second round: mostly single digits.
SINGLES = ((128, 128), 90_000, 4)
SECOND = segmenter.Round(shares=(0.5, 0.15, 0.2, 0.15), steps=15_000, peak=1.5e-3, seed=22)


def run(directory: Path, output: Path) -> None:
    """Run every stage that is not done yet and write the model file.

    Parameters
    ----------
    directory
        Where each stage leaves its file; a stage whose file is there is not run again.
    output
        The model file.
    """
    (directory / "bank").mkdir(parents=True, exist_ok=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

    def pool(name: str, make: Callable[..., pools.Pool], *of: object, **seed: int) -> pools.Pool:
        return _arrays(directory / f"{name}.npz", pools.Pool, partial(make, *of, **seed))

    def teacher(name: str, of: Sequence[bank.Part], seed: int, **options: Any) -> teachers.Teacher:
        train = partial(teachers.train_teacher, of, seed, device, **options)
        return _model(directory / f"{name}.pt", teachers.Teacher(), train).to(device)

    taught, held_out = split()
    plain = pool("plain", pools.plain, taught)
    redrawn = pool("redrawn", pools.redrawn, taught, REDRAWN, seed=13)
    styled = pool("styled", pools.styled, STYLED, seed=11)
    nonsense = pool("nonsense", pools.not_digits, NONSENSE, seed=12)
    pieces = pool("patchwork", patchwork.make, [plain, nonsense], PATCHWORK, seed=14)
    figures = pool("figures", pools.figures, FIGURES, seed=15)
    parts = bank.parts(mnist=plain, redrawn=redrawn, styled=styled, nonsense=nonsense)
    every = [*parts, *bank.unlabelled(patchwork=pieces, figures=figures)]
    specialists = [teacher(f"teacher{seed}", parts[:1], seed) for seed in SPECIALISTS]
    generalist = teacher("generalist", parts, GENERALIST, start=specialists[0])

    def copy(number: int) -> bank.Copy:
        make = partial(bank.make_copy, number, every, specialists, generalist, device)
        return _arrays(directory / "bank" / f"{number}.npz", bank.Copy, make)

    copies = [copy(number) for number in tqdm(range(bank.COPIES), "bank")]
    learn = partial(student.train_student, copies, STUDENT, device)
    pupil = _model(directory / "student.pt", student.Student(), learn)
    chosen = pools.plain(held_out)
    frames = torch.from_numpy(pools.aligned(chosen.frames).reshape(-1, 784))
    with torch.inference_mode():
        logits = pupil(frames).numpy()
    weights.write(student.to_network(pupil, student.temperature(logits, chosen.labels)), output)
    errors = int((logits.argmax(1) != chosen.labels).sum())
    print(f"{output}: {errors} errors on {len(chosen.labels):,} held-out digits")


def run_segmenter(directory: Path, output: Path) -> None:
    """Draw the scenes, train the segmentation network on them and write its file.

    Files in `directory` that exist are not made again, and training resumes at its last checkpoint.
    """
    directory.mkdir(parents=True, exist_ok=True)
    digits, _ = split()
    writers = Writers(digits, mnist.writers("train"))

    def drawn(name: str, size: Shape, count: int, seed: int) -> scenes.Bank:
        path = directory / f"{name}{size[0]}x{size[1]}.npz"
        make = partial(scenes.bank, size, count, writers, seed, singles=name == "singles")
        return _arrays(path, scenes.Bank, make)

    banks = [drawn("scenes", *of) for of in SCENES]
    trained = segmenter.train(banks, FIRST, directory / "segmenter.pt")
    banks = [drawn("singles", *SINGLES), *banks]
    trained = segmenter.train(banks, SECOND, directory / "segmenter2.pt", trained)
    weights.write(segmenter.packed(segmenter.to_network(trained)), output)


def split() -> tuple[mnist.Digits, mnist.Digits]:
    """Return MNIST's training digits in two parts: to learn from, and to choose by."""
    images, labels = mnist.load("train")
    taught = mnist.Digits(images[:-HELD_OUT], labels[:-HELD_OUT])
    return taught, mnist.Digits(images[-HELD_OUT:], labels[-HELD_OUT:])


def _file(path: Path, write: Callable[[BinaryIO], object]) -> Path:
    """Return the path of a file, which `write` writes if it is not there."""
    if not path.exists():
        unfinished = path.with_suffix(".part")  # not taken for a whole file
        with unfinished.open("wb") as file:
            write(file)
        unfinished.replace(path)
    return path


def _arrays(path: Path, kind: type[Arrays], make: Callable[[], Arrays]) -> Arrays:
    """Return the arrays in a file, which `make` makes if it is not there."""
    with np.load(_file(path, lambda file: np.savez(file, **make()._asdict()))) as arrays:
        return kind(**arrays)


def _model(path: Path, model: Model, train: Callable[[], Model]) -> Model:
    """Return `model` with the weights in a file, which `train` makes if it is not there."""
    _file(path, lambda file: torch.save(train().state_dict(), file))
    model.load_state_dict(torch.load(path, map_location="cpu"))
    return model.eval()
