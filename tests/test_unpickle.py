"""unpickle.py: an array is taken in the one form in which numpy writes it, and in no other.

Whole hostile files are in tests/hostile/test_models.py.
"""

import pickle
from typing import Any

import numpy as np
import pytest

from digitrec.models import unpickle
from tests.hostile import models

FLOAT32 = pickle.dumps(np.dtype("f4"), 4)
PI, E = np.float32(3.1415927), np.float32(2.7182817)


def dtype() -> Any:
    return unpickle.load(FLOAT32)


def filled(**changes: Any) -> unpickle.Array:
    """Return an array filled with a state that differs from a right one."""
    state = {
        "version": 1,
        "shape": (1, 2),
        "dtype": dtype(),
        "fortran": False,
        "content": PI.tobytes() + E.tobytes(),
    }
    array = unpickle.Array()
    array.__setstate__(tuple((state | changes).values()))
    return array


def test_an_array_has_the_values_of_its_bytes() -> None:
    values = filled().values
    assert values is not None
    np.testing.assert_array_equal(values, np.array([[PI, E]], np.float32), strict=True)
    assert not values.flags.writeable


SHAPE = "neither one- nor two-dimensional, or empty"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"version": 0}, "not of float32"),
        ({"version": 2}, "not of float32"),
        ({"dtype": np.dtype("f4")}, "not of float32"),
        ({"dtype": "f4"}, "not of float32"),
        ({"fortran": True}, "not in C order"),
        ({"fortran": 0}, "not in C order"),
        ({"fortran": None}, "not in C order"),
        ({"shape": [1, 2]}, SHAPE),
        ({"shape": ()}, SHAPE),
        ({"shape": (1, 1, 2)}, SHAPE),
        ({"shape": (-1, -2)}, SHAPE),
        ({"shape": (0, 2), "content": b""}, SHAPE),
        ({"shape": (True, 2)}, SHAPE),
        ({"shape": (1.0, 2)}, SHAPE),
        ({"shape": (1, 1)}, "content does not match its shape"),
        ({"shape": (1, 3)}, "content does not match its shape"),
        ({"content": "12345678"}, "content does not match its shape"),
        ({"content": bytearray(8)}, "content does not match its shape"),
    ],
    ids=str,
)
def test_an_array_of_another_form_is_refused(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(pickle.UnpicklingError, match=problem):
        filled(**changes)


@pytest.mark.parametrize(
    "arguments",
    [
        (np.ndarray, (0,), b"b"),
        (None, (0,), b"b"),
        (unpickle.Array, (1,), b"b"),
        (unpickle.Array, (-1,), b"b"),
        (unpickle.Array, (0, 0), b"b"),
        (unpickle.Array, (), b"b"),
        (unpickle.Array, (0,), b"a"),
        (unpickle.Array, (0,), b"c"),
    ],
    ids=str,
)
def test_an_array_made_in_another_way_is_refused(arguments: tuple[Any, Any, Any]) -> None:
    with pytest.raises(pickle.UnpicklingError, match="makes an array in another way"):
        unpickle.Array.reconstruct(*arguments)


@pytest.mark.parametrize("code", ["f8", "f2", "i4", "O8", "V4", "f", "f4,f4", ["f4"], None])
def test_another_type_is_refused(code: Any) -> None:
    with pytest.raises(pickle.UnpicklingError, match="not of float32"):
        type(dtype())(code, False, True)


@pytest.mark.parametrize("state", [(3, ">"), (3, "|"), (3, "="), (2, "<"), (4, "<"), (), (3,)])
def test_another_byte_order_is_refused(state: tuple[Any, ...]) -> None:
    with pytest.raises(pickle.UnpicklingError, match="not little-endian"):
        dtype().__setstate__(state)


def test_a_name_is_told_in_short() -> None:
    with pytest.raises(pickle.UnpicklingError) as caught:
        unpickle.load(models.alone(models.name("a" * 30, "b" * 100_000)))
    assert str(caught.value) == f"it names {'a' * 30}.{'b' * 29}"
