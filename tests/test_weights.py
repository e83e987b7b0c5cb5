"""weights.py: a model file is read as data; whatever else it tries to be is refused."""

import hashlib
import io
import itertools
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitrec.classify.network import Network
from digitrec.errors import InvalidModel
from digitrec.models import unpickle, weights

SIZES = (784, 4, 3, 10)


def model() -> dict[str, Any]:
    random = np.random.default_rng(0)
    return {
        "format": "digitrec-mlp",
        "version": 1,
        "weights": [random.random(shape, np.float32) for shape in itertools.pairwise(SIZES)],
        "biases": [random.random(n, np.float32) for n in SIZES[1:]],
    }


def parse(content: object, protocol: int = 4) -> Network:
    return weights.parse(pickle.dumps(content, protocol=protocol), "model.pkl")[0]


def test_a_written_network_is_read_back_bit_by_bit(tmp_path: Path) -> None:
    network = parse(model())
    weights.write(network, tmp_path / "model.pkl")
    again, source = weights.read(tmp_path / "model.pkl")
    for one, other in zip(
        [*network.weights, *network.biases], [*again.weights, *again.biases], strict=True
    ):
        np.testing.assert_array_equal(one, other)
    assert source.sha256 == hashlib.sha256((tmp_path / "model.pkl").read_bytes()).hexdigest()


def test_the_written_file_is_the_documented_dict_at_protocol_4(tmp_path: Path) -> None:
    weights.write(parse(model()), tmp_path / "model.pkl")
    pickled = (tmp_path / "model.pkl").read_bytes()
    assert pickled[:2] == b"\x80\x04"
    content = pickle.loads(pickled)
    assert list(content) == ["format", "version", "weights", "biases"]
    assert [w.shape for w in content["weights"]] == [(784, 4), (4, 3), (3, 10)]
    assert {a.dtype for a in content["weights"] + content["biases"]} == {np.dtype("float32")}


def test_a_file_written_under_the_other_numpy_is_read() -> None:
    pickled = pickle.dumps(model(), protocol=4)
    new, old = b"numpy._core.multiarray", b"numpy.core.multiarray"
    for one, other in ((new, old), (old, new)):
        as_string = b"\x8c" + bytes([len(one)]) + one
        other_string = b"\x8c" + bytes([len(other)]) + other
        start = pickled.index(b"\x95")  # drop the frame: its length would be wrong
        unframed = pickled[:start] + pickled[start + 9 :].replace(as_string, other_string)
        assert weights.parse(unframed, "model.pkl")[0].layers == SIZES


def test_the_arrays_can_t_be_written_to() -> None:
    network = parse(model())
    for array in [*network.weights, *network.biases]:
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_a_pinned_file_is_taken_and_any_other_refused() -> None:
    pickled = pickle.dumps(model(), protocol=4)
    pin = hashlib.sha256(pickled).hexdigest()
    assert weights.parse(pickled, "model.pkl", pin.upper())[1].sha256 == pin
    with pytest.raises(InvalidModel, match=f"SHA-256 {pin}, not {'0' * 64}"):
        weights.parse(pickled, "model.pkl", "0" * 64)


def test_the_hash_is_checked_before_anything_is_unpickled(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        pytest.fail("it was unpickled")

    monkeypatch.setattr(unpickle, "load", never)
    with pytest.raises(InvalidModel, match="SHA-256"):
        weights.parse(pickle.dumps(model()), "model.pkl", "0" * 64)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidModel, match=r"none\.pkl can't be read: No such file"):
        weights.read(tmp_path / "none.pkl")


def test_a_file_over_the_size_cap_is_refused_unread(tmp_path: Path) -> None:
    large = tmp_path / "large.pkl"
    with large.open("wb") as file:
        file.truncate(weights.MAX_BYTES + 1)
    with pytest.raises(InvalidModel, match="larger than 16,000,000 bytes"):
        weights.read(large)


def test_what_stands_behind_the_pickle_counts_for_the_size_cap() -> None:
    with pytest.raises(InvalidModel, match="larger than 16,000,000 bytes"):
        weights.parse(pickle.dumps(model(), protocol=4) + bytes(weights.MAX_BYTES), "model.pkl")


def test_a_model_of_just_the_largest_size_is_taken() -> None:
    pickled = pickle.dumps(model(), protocol=4)
    assert weights.parse(pickled.ljust(weights.MAX_BYTES, b"\0"), "model.pkl")[0].layers == SIZES


def test_a_file_that_is_read_must_be_the_pinned_one(tmp_path: Path) -> None:
    file = tmp_path / "model.pkl"
    for pickled in (
        pickle.dumps(model(), protocol=4),
        pickle.dumps(model(), protocol=4).ljust(weights.MAX_BYTES, b"\0"),
    ):
        file.write_bytes(pickled)
        pin = hashlib.sha256(pickled).hexdigest()
        assert weights.read(file, pin)[0].layers == SIZES
        with pytest.raises(InvalidModel, match=f"SHA-256 {pin}, not {'0' * 64}"):
            weights.read(file, "0" * 64)


def test_a_file_of_just_the_largest_size_is_looked_into() -> None:
    with pytest.raises(InvalidModel, match="not a pickled model"):
        weights.parse(bytes(weights.MAX_BYTES), "model.pkl")


class Call:
    """Pickled as a call of any function with any arguments."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self.call = function, arguments

    def __reduce__(self) -> Any:
        return self.call


@pytest.mark.parametrize("protocol", range(6))
def test_a_pickle_that_calls_something_calls_nothing(tmp_path: Path, protocol: int) -> None:
    trace = tmp_path / "trace"
    with pytest.raises(InvalidModel, match="it names"):
        parse(Call(Path.touch, trace), protocol)
    assert not trace.exists()


def test_a_dotted_name_reaches_nothing_through_an_allowed_class() -> None:
    with pytest.raises(InvalidModel, match=r"it names numpy\.ndarray\.__init__"):
        weights.parse(b"\x80\x04\x8c\x05numpy\x8c\x10ndarray.__init__\x93.", "model.pkl")


def test_a_file_cut_off_anywhere_is_refused() -> None:
    pickled = pickle.dumps(model(), protocol=4)
    for length in [*range(400), *range(400, len(pickled), 501)]:
        with pytest.raises(InvalidModel):
            weights.parse(pickled[:length], "model.pkl")


def changed(**changes: object) -> dict[str, Any]:
    return {**model(), **changes}


def with_weight(index: int, weight: object) -> dict[str, Any]:
    content = model()
    content["weights"][index] = weight
    return content


def with_bias(index: int, bias: object) -> dict[str, Any]:
    content = model()
    content["biases"][index] = bias
    return content


NOT_FINITE = np.full((784, 4), np.nan, np.float32)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ([], "must hold"),
        ({}, "must hold"),
        (changed(extra=1), "must hold"),
        (changed(format="other"), "format must be digitrec-mlp, version 1"),
        (changed(format="another"), "format must be digitrec-mlp, version 1"),
        (changed(version=2), "format must be digitrec-mlp, version 1"),
        (changed(version=0), "format must be digitrec-mlp, version 1"),
        (changed(weights=model()["weights"][:2]), "3 layers"),
        (changed(biases=model()["biases"][:2]), "3 layers"),
        (changed(weights=[*model()["weights"], np.zeros((10, 10), np.float32)]), "3 layers"),
        (changed(biases=[*model()["biases"], np.zeros(10, np.float32)]), "3 layers"),
        (changed(biases=tuple(model()["biases"])), "3 layers"),
        (with_weight(0, [[0.0]]), "no model needs"),
        (with_weight(0, ["text"] * 2), "float32 arrays"),
        (with_weight(0, np.zeros((784, 4))), "not of float32"),
        (with_weight(0, np.zeros(784, np.float32)), "float32 arrays"),
        (with_weight(0, np.zeros((4, 784), np.float32).T), "not in C order"),
        (with_weight(0, np.array([[None]])), "not of float32"),
        (with_weight(0, np.zeros((784, 4), ">f4")), "not little-endian"),
        (with_bias(0, np.zeros((4, 1), np.float32)), "float32 arrays"),
        (with_weight(0, NOT_FINITE), "not a finite number"),
        (with_weight(0, np.zeros((783, 4), np.float32)), "don't follow 784 inputs"),
        (with_weight(1, np.zeros((5, 3), np.float32)), "don't follow 4 inputs"),
        (with_bias(0, np.zeros(5, np.float32)), "don't follow 784 inputs"),
        (with_bias(0, np.zeros(3, np.float32)), "don't follow 784 inputs"),
        (
            {
                **with_weight(2, np.zeros((3, 9), np.float32)),
                "biases": [*model()["biases"][:2], np.zeros(9, np.float32)],
            },
            "10 outputs, not 9",
        ),
        (
            {
                **with_weight(2, np.zeros((3, 11), np.float32)),
                "biases": [*model()["biases"][:2], np.zeros(11, np.float32)],
            },
            "10 outputs, not 11",
        ),
    ],
)
def test_a_model_of_another_shape_is_refused(content: object, problem: str) -> None:
    with pytest.raises(InvalidModel, match=problem):
        parse(content)


def test_a_harmless_object_that_is_no_array_is_refused() -> None:
    with pytest.raises(InvalidModel, match="it names"):
        parse(with_weight(0, io.BytesIO()))
