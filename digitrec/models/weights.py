"""Model files to networks, with every part checked before it is used."""

import hashlib
import io
import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from digitrec.classify.network import LAYERS, Array, Network
from digitrec.errors import InvalidModel, Refused, TooLarge, Unavailable
from digitrec.models import s3, unpickle
from digitrec.models.source import Source
from digitrec.segment.network import LAYERS as CONVOLUTIONS
from digitrec.segment.network import Network as Segmenter

CLASSIFIER, SEGMENTER = "digitrec-mlp", "digitrec-segmenter"
VERSION = 1
PIXELS = 28 * 28
DIGITS = 10
MAX_BYTES = 16_000_000  # of a model file: four million float32 weights; ours has 2.4 million


class _Unusable(Exception):
    """Why a model file is not usable."""


def read(path: str | os.PathLike[str], sha256: str | None = None) -> tuple[Network, Source]:
    """Return the network in a model file, and the source that was read, which has the SHA-256.

    Parameters
    ----------
    path
        A file written by `write`, or the URI of one in S3: `s3://bucket/key`.
    sha256
        The SHA-256 that the file must have; None accepts any file.

    Raises
    ------
    InvalidModel
        The file is missing, too large, not the pinned one, or not a model of this format.
    """
    place = s3.Object.of(str(path))
    if place is not None:
        return parse(_object(place), f"{place} (MODEL_URI)", sha256)
    with _named(str(path)):
        model, source = _open(path, sha256)
        return _classifier(model), source


def read_segmenter(path: str | os.PathLike[str]) -> tuple[Segmenter, Source]:
    """Return the segmentation network in a file, and the source. Raises InvalidModel."""
    with _named(str(path)):
        model, source = _open(path)
        return _segmenter(model), source


def parse(pickled: bytes, name: str, sha256: str | None = None) -> tuple[Network, Source]:
    """Return what `read` does, from a model file's bytes; error messages call the file `name`."""
    with _named(name):
        model, source = _load(io.BytesIO(pickled), sha256)
        return _classifier(model), source


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Raise what is wrong with a model file as InvalidModel, with the file's name."""
    try:
        yield
    except OSError as error:
        raise InvalidModel(f"The model file {name} can't be read: {error.strerror}.") from error
    except pickle.UnpicklingError as error:
        raise InvalidModel(f"The model file {name} is not a pickled model: {error}.") from error
    except _Unusable as error:
        raise InvalidModel(f"The model file {name} is not usable: {error}.") from error


def _object(place: s3.Object) -> bytes:
    try:
        return s3.Storage().read(place, MAX_BYTES)
    except (Refused, TooLarge, Unavailable) as error:
        raise InvalidModel(f"The model of MODEL_URI is not usable: {error}") from error


def _open(path: str | os.PathLike[str], sha256: str | None = None) -> tuple[Any, Source]:
    # Unbuffered, so that the weights are read straight into place: copies would slow down the
    # start.
    with Path(path).open("rb", buffering=0) as file:
        return _load(file, sha256)


def _load(file: io.RawIOBase | io.BytesIO, sha256: str | None) -> tuple[Any, Source]:
    """Return what an open file holds, if it has the SHA-256, and the source that was read."""
    size = file.seek(0, os.SEEK_END)
    _require(size <= MAX_BYTES, f"it is larger than {MAX_BYTES:,} bytes")
    file.seek(0)
    if sha256 is not None:
        content = file.read(size) or b""
        checksum = hashlib.sha256(content).hexdigest()
        problem = f"it has SHA-256 {checksum}, not {sha256}, as MODEL_SHA256 says"
        _require(checksum == sha256.lower(), problem)
        file = io.BytesIO(content)
    source = Source(file, MAX_BYTES)
    model = unpickle.load(source)
    source.read()  # bytes after the pickle are part of the file, and of its hash
    return model, source


def _classifier(model: Any) -> Network:
    weights, biases = _arrays(model, CLASSIFIER, LAYERS)
    inputs = PIXELS
    for w, b in zip(weights, biases, strict=True):
        follows = w.shape[0] == inputs and w.shape[1:] == b.shape
        _require(follows, f"layer shapes {w.shape} and {b.shape} don't follow {inputs} inputs")
        inputs = w.shape[1]
    _require(inputs == DIGITS, f"it must have {DIGITS} outputs, not {inputs}")
    return Network(weights, biases)


def _segmenter(model: Any) -> Segmenter:
    weights, biases = _arrays(model, SEGMENTER, len(CONVOLUTIONS))
    for w, b, layer in zip(weights, biases, CONVOLUTIONS, strict=True):
        shape = layer.outputs, layer.inputs * layer.side**2
        fits = w.shape == shape and b.shape == shape[:1]
        _require(fits, f"a convolution of the shapes {w.shape} and {b.shape} should have {shape}")
    return Segmenter(weights, biases)


def _arrays(model: Any, file_format: str, layers: int) -> list[list[Array]]:
    """Check every part of a model's dict, and return its weights and biases."""
    keys = {"format", "version", "weights", "biases"}
    _require(isinstance(model, dict) and model.keys() == keys, f"it must hold {sorted(keys)}")
    known = (model["format"], model["version"]) == (file_format, VERSION)
    _require(known, f"its format must be {file_format}, version {VERSION}")
    found: list[list[Array]] = []
    for parts, dimensions in ((model["weights"], 2), (model["biases"], 1)):
        _require(type(parts) is list and len(parts) == layers, f"it must have {layers} layers")
        arrays: list[Any] = [
            part.values if type(part) is unpickle.Array else None for part in parts
        ]
        for values in arrays:
            fits = values is not None and values.ndim == dimensions
            _require(fits, "weights and biases must be two- and one-dimensional float32 arrays")
            # Checking the extremes is enough: if any weight is NaN, both are.
            extremes = [values.min(), values.max()]
            _require(np.isfinite(extremes).all(), "a weight is not a finite number")
        found.append(arrays)
    return found


def _require(condition: object, problem: str) -> None:
    if not condition:
        raise _Unusable(problem)


def write(network: Network | Segmenter, path: str | os.PathLike[str]) -> None:
    """Write a network as a model file that can be read on numpy 1.26 and 2.x."""
    model = {
        "format": CLASSIFIER if isinstance(network, Network) else SEGMENTER,
        "version": VERSION,
        "weights": [np.ascontiguousarray(w) for w in network.weights],
        "biases": [np.ascontiguousarray(b) for b in network.biases],
    }
    Path(path).write_bytes(pickle.dumps(model, protocol=4))  # 5 doesn't load on numpy 1.26
