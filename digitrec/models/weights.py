"""Model files to networks, with every part checked before it is used."""

import hashlib
import io
import os
import pickle
from pathlib import Path

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
    model, source = _file(path, sha256)
    return _classifier(model, str(path)), source


def read_segmenter(path: str | os.PathLike[str]) -> tuple[Segmenter, Source]:
    """Return the segmentation network in a file, and the source. Raises InvalidModel."""
    model, source = _file(path)
    return _segmenter(model, str(path)), source


def _file(path: str | os.PathLike[str], sha256: str | None = None) -> tuple[object, Source]:
    try:
        # Unbuffered, so that the weights are read straight into place: copies would slow down the
        # start.
        with Path(path).open("rb", buffering=0) as file:
            if os.fstat(file.fileno()).st_size > MAX_BYTES:
                raise _too_large(str(path))
            if sha256 is not None:
                return _pinned(file.read(MAX_BYTES + 1), str(path), sha256)
            return _load(file, str(path))
    except OSError as error:
        raise InvalidModel(f"The model file {path} can't be read: {error.strerror}.") from error


def _object(place: s3.Object) -> bytes:
    try:
        return s3.Storage().read(place, MAX_BYTES)
    except (Refused, TooLarge, Unavailable) as error:
        raise InvalidModel(f"The model of MODEL_URI is not usable: {error}") from error


def parse(pickled: bytes, name: str, sha256: str | None = None) -> tuple[Network, Source]:
    """Return what `read` does, from a model file's bytes; error messages call the file `name`."""
    model, source = _pinned(pickled, name, sha256)
    return _classifier(model, name), source


def _pinned(pickled: bytes, name: str, sha256: str | None) -> tuple[object, Source]:
    if sha256 is not None:
        checksum = hashlib.sha256(pickled).hexdigest()
        if checksum != sha256.lower():
            raise InvalidModel(
                f"The model file {name} has SHA-256 {checksum}, not {sha256}, as MODEL_SHA256 says."
            )
    return _load(io.BytesIO(pickled), name)


def _load(file: io.RawIOBase | io.BytesIO, name: str) -> tuple[object, Source]:
    source = Source(file, MAX_BYTES + 1)
    try:
        model = unpickle.load(source)
    except pickle.UnpicklingError as error:
        raise InvalidModel(f"The model file {name} is not a pickled model: {error}.") from error
    source.read()  # bytes after the pickle are part of the file, and of its hash
    if source.length > MAX_BYTES:
        raise _too_large(name)
    return model, source


def _too_large(name: str) -> InvalidModel:
    return InvalidModel(f"The model file {name} is larger than {MAX_BYTES:,} bytes.")


def write(network: Network | Segmenter, path: str | os.PathLike[str]) -> None:
    """Write a network as a model file that can be read on numpy 1.26 and 2.x."""
    model = {
        "format": CLASSIFIER if isinstance(network, Network) else SEGMENTER,
        "version": VERSION,
        "weights": [np.ascontiguousarray(w) for w in network.weights],
        "biases": [np.ascontiguousarray(b) for b in network.biases],
    }
    Path(path).write_bytes(pickle.dumps(model, protocol=4))  # 5 doesn't load on numpy 1.26


def _classifier(model: object, name: str) -> Network:
    weights, biases = _arrays(model, name, CLASSIFIER, LAYERS)
    inputs = PIXELS
    for w, b in zip(weights, biases, strict=True):
        _require(
            w.shape[0] == inputs and w.shape[1:] == b.shape,
            name,
            f"layer shapes {w.shape} and {b.shape} don't follow {inputs} inputs",
        )
        inputs = w.shape[1]
    _require(inputs == DIGITS, name, f"it must have {DIGITS} outputs, not {inputs}")
    return Network(weights, biases)


def _segmenter(model: object, name: str) -> Segmenter:
    weights, biases = _arrays(model, name, SEGMENTER, len(CONVOLUTIONS))
    for w, b, layer in zip(weights, biases, CONVOLUTIONS, strict=True):
        shape = layer.outputs, layer.inputs * layer.side**2
        _require(
            w.shape == shape and b.shape == shape[:1],
            name,
            f"a convolution of the shapes {w.shape} and {b.shape} should have {shape}",
        )
    return Segmenter(weights, biases)


def _require(condition: object, name: str, problem: str) -> None:
    if not condition:
        raise InvalidModel(f"The model file {name} is not usable: {problem}.")


def _arrays(
    model: object, name: str, file_format: str, layers: int
) -> tuple[list[Array], list[Array]]:
    """Check every part of a model's dict, and return its weights and biases."""
    keys = {"format", "version", "weights", "biases"}
    if not isinstance(model, dict) or model.keys() != keys:
        raise InvalidModel(f"The model file {name} is not usable: it must hold {sorted(keys)}.")
    _require(
        (model["format"], model["version"]) == (file_format, VERSION),
        name,
        f"its format must be {file_format}, version {VERSION}",
    )
    weights: list[Array] = []
    biases: list[Array] = []
    for parts, arrays, dimensions in (
        (model["weights"], weights, 2),
        (model["biases"], biases, 1),
    ):
        _require(
            type(parts) is list and len(parts) == layers, name, f"it must have {layers} layers"
        )
        for part in parts:
            _require(
                type(part) is unpickle.Array
                and part.values is not None
                and part.values.ndim == dimensions,
                name,
                "weights and biases must be two- and one-dimensional float32 arrays",
            )
            # Checking the extremes is enough: if any weight is NaN, both are.
            extremes = [part.values.min(), part.values.max()]
            _require(np.isfinite(extremes).all(), name, "a weight is not a finite number")
            arrays.append(part.values)
    return weights, biases
