"""From MNIST to the files of both models in named stages, each resumed where it was stopped."""

import copy
import hashlib
import json
import platform
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import numpy as np
import torch
from torch import nn

from digitrec.models import weights
from training import bank, mixture, mnist, patchwork, pools, scenes, segmenter, student, teachers
from training.calibrate import temperature
from training.handwriting import Writers
from training.mixture import Part
from training.mnist import Digits
from training.pools import Pool
from training.scenes import Bank
from training.student import Student, to_network
from training.teachers import Teacher

Model = TypeVar("Model", bound=nn.Module)
Arrays = TypeVar("Arrays", Pool, Bank)

HELD_OUT = 5_000  # MNIST's last training digits, by other writers: all choices are made on them
SPECIALISTS = (1, 2)  # seeds of the teachers of MNIST; the first then learns everything
GENERALIST, STUDENT = 3, 5  # seeds
REDRAWN = 2  # times that each digit is drawn again
# Frames made by program:
STYLED, NONSENSE, PATCHWORK, FIGURES = 80_000, 48_000, 120_000, 60_000
# Scenes of each size, and the share of each size in the segmenter's training.
SCENES = {(128, 128): 150_000, (64, 256): 75_000, (192, 192): 45_000}
SCENE_SHARES = (0.5, 0.27, 0.23)
SCENE_SEEDS, SEGMENTER_SEED = (1, 2, 3), 21
SEGMENTER_STEPS = 60_000
# The second round: mostly single digits.
SINGLES_SIZE, SINGLES, SINGLES_SEED = (128, 128), 90_000, 4
SECOND_SHARES, SECOND_STEPS, SECOND_RATE = (0.5, 0.15, 0.2, 0.15), 15_000, 1.5e-3
SEEDS = {"styled": 11, "nonsense": 12, "redrawn": 13, "patchwork": 14, "figures": 15}


def run(directory: Path, output: Path) -> None:
    """Run every stage that is not done yet and write the model file.

    Parameters
    ----------
    directory
        Where each stage leaves its file; a stage whose file is there is not run again.
    output
        The model file. `record.json` in `directory` tells what it was made from and how.
    """
    directory.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    taught, held_out = split()
    plain = _pool(directory, "plain", lambda: pools.plain(taught))
    redrawn = _pool(directory, "redrawn", lambda: pools.redrawn(taught, REDRAWN, SEEDS["redrawn"]))
    styled = _pool(directory, "styled", lambda: pools.styled(STYLED, SEEDS["styled"]))
    nonsense = _pool(directory, "nonsense", lambda: pools.not_digits(NONSENSE, SEEDS["nonsense"]))
    pieces = _pool(
        directory,
        "patchwork",
        lambda: patchwork.make([plain, nonsense], PATCHWORK, SEEDS["patchwork"]),
    )
    figures = _pool(directory, "figures", lambda: pools.figures(FIGURES, SEEDS["figures"]))
    parts = mixture.parts(mnist=plain, redrawn=redrawn, styled=styled, nonsense=nonsense)
    unlabelled = mixture.unlabelled(patchwork=pieces, figures=figures)
    specialists = [_specialist(directory, seed, parts, device) for seed in SPECIALISTS]
    generalist = _generalist(directory, specialists[0], parts, device)
    copies = _bank(directory, [*parts, *unlabelled], specialists, generalist, device)
    pupil = _student(directory, copies, device)
    chosen = pools.plain(held_out)
    frames = torch.from_numpy(pools.aligned(chosen.frames).reshape(-1, 784))
    with torch.inference_mode():
        logits = pupil.cpu()(frames).numpy()
    warmth = temperature(logits, chosen.labels)
    weights.write(to_network(pupil, warmth), output)
    record = {
        "held-out errors": int((logits.argmax(1) != chosen.labels).sum()),
        "held-out digits": len(chosen.labels),
        "temperature": warmth,
        "sha256": hashlib.sha256(output.read_bytes()).hexdigest(),
        "device": str(device),
        "seconds": round(time.monotonic() - started),
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("numpy", "pillow", "scikit-image", "torch")},
        },
        "data": mnist.MD5,
        "settings": _settings(mixture, teachers, pools, patchwork, bank, student),
    }
    (directory / "record.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(f"{output}: {record['held-out errors']} errors on {len(chosen.labels):,} held-out digits")


def run_segmenter(directory: Path, output: Path) -> None:
    """Draw the scenes, train the segmentation network on them and write its file.

    Files that exist are not made again, and training resumes at its last checkpoint. `output` is
    the file; `segmenter.json` in `directory` tells what it was made from and how.
    """
    directory.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    digits, _ = split()
    writers = Writers(digits.images, digits.labels, mnist.writers("train")[: len(digits.labels)])
    banks = [
        _scenes(directory, size, count, writers, seed)
        for (size, count), seed in zip(SCENES.items(), SCENE_SEEDS, strict=True)
    ]
    trained = segmenter.train(
        banks,
        SCENE_SHARES,
        SEGMENTER_STEPS,
        seed=SEGMENTER_SEED,
        checkpoint=directory / "segmenter.pt",
    )
    singles = _scenes(directory, SINGLES_SIZE, SINGLES, writers, SINGLES_SEED, singles=True)
    trained = segmenter.train(
        [singles, *banks],
        SECOND_SHARES,
        SECOND_STEPS,
        seed=SEGMENTER_SEED + 1,
        checkpoint=directory / "segmenter2.pt",
        peak=SECOND_RATE,
        start=trained,
    )
    weights.write(segmenter.packed(segmenter.to_network(trained)), output)
    record = {
        "scenes": {f"{height}x{width}": n for (height, width), n in SCENES.items()},
        "singles": SINGLES,
        "seeds": [*SCENE_SEEDS, SINGLES_SEED, SEGMENTER_SEED, SEGMENTER_SEED + 1],
        "steps": [SEGMENTER_STEPS, SECOND_STEPS],
        "shares": [SCENE_SHARES, SECOND_SHARES],
        "sha256": hashlib.sha256(output.read_bytes()).hexdigest(),
        "seconds of the last run": round(time.monotonic() - started),
        "settings": {"second peak": SECOND_RATE, **_settings(segmenter, scenes)},
    }
    path = directory / "segmenter.json"
    path.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def _scenes(
    directory: Path,
    size: tuple[int, int],
    count: int,
    writers: Writers,
    seed: int,
    *,
    singles: bool = False,
) -> Bank:
    path = directory / f"{'singles' if singles else 'scenes'}{size[0]}x{size[1]}.npz"
    return _kept(path, Bank, lambda: scenes.bank(size, count, writers, seed, singles=singles))


def split() -> tuple[Digits, Digits]:
    """Return MNIST's training digits in two parts: to learn from, and to choose by."""
    digits = mnist.load("train")
    return (
        Digits(digits.images[:-HELD_OUT], digits.labels[:-HELD_OUT]),
        Digits(digits.images[-HELD_OUT:], digits.labels[-HELD_OUT:]),
    )


def _pool(directory: Path, name: str, make: Callable[[], Pool]) -> Pool:
    return _kept(directory / f"{name}.npz", Pool, make)


def _kept(path: Path, kind: type[Arrays], make: Callable[[], Arrays]) -> Arrays:
    """Return the arrays in `path`, which `make` makes if they are not there."""
    if not path.exists():
        with (partial := path.with_suffix(".part")).open("wb") as file:
            np.savez(file, **make()._asdict())
        partial.replace(path)
    with np.load(path) as arrays:
        return kind(**arrays)


def _trained(path: Path, model: Model, train: Callable[[], Model], device: torch.device) -> Model:
    """Return `model` with the weights in `path`, which `train` makes if they are not there."""
    if not path.exists():
        partial = path.with_suffix(".part")
        torch.save(train().state_dict(), partial)
        partial.replace(path)
    model.load_state_dict(torch.load(path, map_location="cpu"))
    return model.to(device).eval()


def _specialist(directory: Path, seed: int, parts: Sequence[Part], device: torch.device) -> Teacher:
    def train() -> Teacher:
        return teachers.train_teacher(parts[:1], seed, device)

    return _trained(directory / f"teacher{seed}.pt", Teacher(), train, device)


def _generalist(
    directory: Path, specialist: Teacher, parts: Sequence[Part], device: torch.device
) -> Teacher:
    def train() -> Teacher:
        return teachers.train_teacher(
            parts,
            GENERALIST,
            device,
            epochs=teachers.GENERAL_EPOCHS,
            peak_rate=teachers.GENERAL_RATE,
            teacher=copy.deepcopy(specialist),
        )

    return _trained(directory / "generalist.pt", Teacher(), train, device)


def _bank(
    directory: Path,
    parts: Sequence[Part],
    specialists: Sequence[Teacher],
    generalist: Teacher,
    device: torch.device,
) -> list[bank.Copy]:
    (directory / "bank").mkdir(exist_ok=True)
    copies = []
    for number in range(bank.COPIES):
        path = directory / "bank" / f"{number}.npz"
        if not path.exists():
            started = time.monotonic()
            bank.save(bank.make_copy(number, parts, specialists, generalist, device), path)
            left = (bank.COPIES - 1 - number) * (time.monotonic() - started) / 60
            print(f"bank: copy {number + 1} of {bank.COPIES}, {left:.0f} minutes left", flush=True)
        copies.append(bank.load(path))
    return copies


def _student(directory: Path, copies: list[bank.Copy], device: torch.device) -> Student:
    def train() -> Student:
        return student.train_student(copies, STUDENT, device)

    return _trained(directory / "student.pt", Student(), train, device)


def _settings(*modules: ModuleType) -> dict[str, object]:
    """Return the named numbers of modules."""
    return {
        f"{module.__name__}.{name}": value
        for module in modules
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, int | float | tuple)
    }
