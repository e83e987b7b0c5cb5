"""From MNIST to trained_model.pkl in named stages, each resumed where it was stopped."""

import copy
import hashlib
import json
import platform
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch

from digitrec import weights
from digitrec.deskew import deskew
from training import bank, mnist, pools, student, teachers
from training.calibrate import temperature
from training.mnist import Digits
from training.pools import Pool
from training.student import Student, to_network
from training.teachers import Teacher

HELD_OUT = 5_000  # MNIST's last training digits, by other writers: all choices are made on them
TEACHERS = (1, 2, 3)  # their seeds
STUDENT, STUDENT_AGAIN = 5, 7  # seeds
STYLED, NONSENSE = 80_000, 40_000  # frames drawn by program
SEEDS = {"styled": 11, "nonsense": 12, "redrawn": 13}


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
    pool = {
        "redrawn": _pool(directory, "redrawn", lambda s: pools.redrawn(taught, 1, s)),
        "styled": _pool(directory, "styled", lambda s: pools.styled(STYLED, s)),
        "nonsense": _pool(directory, "nonsense", lambda s: pools.not_digits(NONSENSE, s)),
    }
    ensemble = [_teacher(directory, seed, taught, device) for seed in TEACHERS]
    copies = _bank(directory, Pool(*taught), pool, ensemble, device)
    pupil = _student(directory, copies, device)
    upright = deskew(held_out.images.astype(np.float32) / np.float32(255))
    frames = torch.from_numpy(upright.reshape(-1, 784))
    with torch.inference_mode():
        logits = pupil.cpu()(frames).numpy()
    warmth = temperature(logits, held_out.labels)
    weights.write(to_network(pupil, warmth), output)
    record = {
        "held-out errors": int((logits.argmax(1) != held_out.labels).sum()),
        "held-out digits": HELD_OUT,
        "temperature": warmth,
        "sha256": hashlib.sha256(output.read_bytes()).hexdigest(),
        "device": str(device),
        "seconds": round(time.monotonic() - started),
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("numpy", "pillow", "scikit-image", "torch")},
        },
        "data": mnist.MD5,
        "settings": _settings(),
    }
    (directory / "record.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(f"{output}: {record['held-out errors']} errors on {HELD_OUT:,} held-out digits")


def split() -> tuple[Digits, Digits]:
    """Return MNIST's training digits in two parts: to learn from, and to choose by."""
    digits = mnist.load("train")
    return (
        Digits(digits.images[:-HELD_OUT], digits.labels[:-HELD_OUT]),
        Digits(digits.images[-HELD_OUT:], digits.labels[-HELD_OUT:]),
    )


def _pool(directory: Path, name: str, make: Callable[[int], Pool]) -> Pool:
    path = directory / f"{name}.npz"
    if not path.exists():
        with (partial := path.with_suffix(".part")).open("wb") as file:
            np.savez(file, **make(SEEDS[name])._asdict())
        partial.replace(path)
    with np.load(path) as arrays:
        return Pool(arrays["frames"], arrays["labels"])


def _teacher(directory: Path, seed: int, digits: Digits, device: torch.device) -> Teacher:
    path = directory / f"teacher{seed}.pt"
    if not path.exists():
        frames = torch.from_numpy(digits.images[:, None].copy()).to(device)
        labels = torch.from_numpy(digits.labels.astype(np.int64)).to(device)
        torch.save(teachers.train_teacher(frames, labels, seed).state_dict(), path)
    teacher = Teacher()
    teacher.load_state_dict(torch.load(path, map_location="cpu"))
    return teacher.to(device, memory_format=torch.channels_last).eval()


def _bank(
    directory: Path,
    digits: Pool,
    pool: dict[str, Pool],
    ensemble: list[Teacher],
    device: torch.device,
) -> list[bank.Copy]:
    (directory / "bank").mkdir(exist_ok=True)
    copies = []
    for number in range(bank.COPIES):
        path = directory / "bank" / f"{number}.npz"
        if not path.exists():
            started = time.monotonic()
            bank.save(
                bank.make_copy(number, mnist=digits, **pool, teachers=ensemble, device=device), path
            )
            left = (bank.COPIES - 1 - number) * (time.monotonic() - started) / 60
            print(f"bank: copy {number + 1} of {bank.COPIES}, {left:.0f} minutes left", flush=True)
        copies.append(bank.load(path))
    return copies


def _student(directory: Path, copies: list[bank.Copy], device: torch.device) -> Student:
    path = directory / "student.pt"
    if not path.exists():
        milder = [c for n, c in enumerate(copies) if bank.strength(n) < 1]
        pupil = student.train_student(copies, milder, STUDENT, device)
        again = student.train_student(
            copies,
            copies,
            STUDENT_AGAIN,
            device,
            passes=student.AGAIN,
            peak_rate=student.AGAIN_RATE,
            student=copy.deepcopy(pupil),
        )
        pupil = student.mean_of(pupil, again, student.AGAIN_SHARE)
        torch.save(pupil.state_dict(), path)
    pupil = Student()
    pupil.load_state_dict(torch.load(path, map_location="cpu"))
    return pupil


def _settings() -> dict[str, object]:
    """Return every named constant that the result depends on."""
    return {
        f"{module.__name__}.{name}": value
        for module in (teachers, pools, bank, student)
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, int | float | tuple)
    }
