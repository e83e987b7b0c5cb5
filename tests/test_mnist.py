"""training/mnist.py: the published files, or an error that names what is wrong."""

import gzip
import hashlib
import http.server
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from training import mnist

IMAGES = np.arange(2 * 784, dtype=np.uint8).reshape(2, 28, 28)
LABELS = np.array([3, 7], np.uint8)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two small files in MNIST's format, with sums that hold for them."""
    contents = {
        "t10k-images-idx3-ubyte.gz": struct.pack(">4I", 0x803, 2, 28, 28) + IMAGES.tobytes(),
        "t10k-labels-idx1-ubyte.gz": struct.pack(">2I", 0x801, 2) + LABELS.tobytes(),
    }
    directory = tmp_path / "mnist"
    directory.mkdir()
    sums = {}
    for name, content in contents.items():
        packed = gzip.compress(content)
        (directory / name).write_bytes(packed)
        sums[name] = hashlib.md5(packed, usedforsecurity=False).hexdigest()
    monkeypatch.setattr(mnist, "MD5", sums)
    return directory


@pytest.fixture
def mirror(files: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server of the files on this machine."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(files))  # type: ignore[arg-type]

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setattr(mnist, "MIRROR", f"http://127.0.0.1:{server.server_port}/")
        yield
        server.shutdown()


def test_the_files_of_the_named_directory_are_read(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_DIR", str(files))
    digits = mnist.load("t10k")
    np.testing.assert_array_equal(digits.images, IMAGES)
    np.testing.assert_array_equal(digits.labels, LABELS)


def test_a_changed_file_is_refused_and_named(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_DIR", str(files))
    name = "t10k-images-idx3-ubyte.gz"
    (files / name).write_bytes((files / name).read_bytes() + b"!")
    with pytest.raises(ValueError, match=rf"{name} has MD5 .*delete it and retry"):
        mnist.load("t10k")


@pytest.mark.usefixtures("mirror")
def test_without_a_directory_the_files_are_downloaded_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MNIST_DIR", raising=False)
    monkeypatch.setattr(mnist, "DOWNLOADED", tmp_path / "downloaded")
    np.testing.assert_array_equal(mnist.load("t10k").images, IMAGES)
    monkeypatch.setattr(mnist, "MIRROR", "http://127.0.0.1:1/")
    np.testing.assert_array_equal(mnist.load("t10k").images, IMAGES)
    assert sorted(p.suffix for p in (tmp_path / "downloaded").iterdir()) == [".gz", ".gz"]


def test_a_download_that_fails_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MNIST_DIR", raising=False)
    monkeypatch.setattr(mnist, "DOWNLOADED", tmp_path)
    monkeypatch.setattr(mnist, "MIRROR", "http://127.0.0.1:1/")
    with pytest.raises(OSError, match=r"can't be downloaded .* set MNIST_DIR"):
        mnist.load("t10k")
