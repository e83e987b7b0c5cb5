"""MNIST's four files: found in MNIST_DIR, or downloaded and checked."""

import gzip
import hashlib
import os
import urllib.request
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# MD5 sums as published with the data (LeCun, Cortes, Burges), of the .gz files.
MD5 = {
    "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
    "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
    "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
    "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
}
MIRROR = "https://ossci-datasets.s3.amazonaws.com/mnist/"
DOWNLOADED = Path(__file__).parent.parent / "build" / "mnist"
TIMEOUT = 60  # seconds without a byte

WRITER = 2  # the column of QMNIST's labels that names the writer


class Digits(NamedTuple):
    """Pictures of digits: `images` (n, 28, 28) uint8, ink 255; `labels` (n,) uint8."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]


def load(part: str) -> Digits:
    """Return one part of MNIST: "train" (60,000) or "t10k" (10,000, for the final figure only).

    The files are read from the directory MNIST_DIR; without it they are downloaded once.

    Raises
    ------
    ValueError
        A file is not, byte for byte, the published one.
    OSError
        A file can't be read or downloaded.
    """
    images = np.frombuffer(_read(f"{part}-images-idx3-ubyte.gz"), np.uint8, offset=16)
    labels = np.frombuffer(_read(f"{part}-labels-idx1-ubyte.gz"), np.uint8, offset=8)
    return Digits(images.reshape(-1, 28, 28), labels)


def writers(part: str) -> NDArray[np.int64]:
    """Return the writer of each digit of a part, (n,), from QMNIST (Yadav and Bottou 2019).

    Raises OSError where there is no such file: unlike MNIST, it is not downloaded.
    """
    name = f"qmnist-{'train' if part == 'train' else 'test'}-labels-idx2-int.gz"
    path = Path(os.environ.get("MNIST_DIR") or DOWNLOADED) / name
    if not path.exists():
        raise OSError(f"{path} is missing. Get it from QMNIST and put it there.")
    table = np.frombuffer(gzip.decompress(path.read_bytes())[12:], ">i4").reshape(-1, 8)
    return table[:, WRITER].astype(np.int64)


def _read(name: str) -> bytes:
    path = Path(os.environ.get("MNIST_DIR") or DOWNLOADED) / name
    if not path.exists() and not os.environ.get("MNIST_DIR"):
        _download(name, path)
    packed = path.read_bytes()
    checksum = hashlib.md5(packed, usedforsecurity=False).hexdigest()
    if checksum != MD5[name]:
        wanted = f"the published file has {MD5[name]}: delete it and retry"
        raise ValueError(f"{path} has MD5 {checksum}, {wanted}")
    return gzip.decompress(packed)


def _download(name: str, path: Path) -> None:
    print(f"downloads {MIRROR}{name}", flush=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with urllib.request.urlopen(MIRROR + name, timeout=TIMEOUT) as answer:
            path.write_bytes(answer.read())
    except OSError as error:
        advice = "Try again later, or set MNIST_DIR to a directory that holds MNIST's four files"
        raise OSError(f"{MIRROR}{name} can't be downloaded ({error}). {advice}") from error
