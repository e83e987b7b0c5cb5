"""Unpickle plain data and float32 arrays, and nothing else.

A pickle is a program for a small virtual machine, and restricting its names is not enough: in
Python's own unpickler, ten bytes can allocate 6 GB (a memo index), nested tuples overflow the stack
when they are hashed, and numpy creates arrays of any size from nothing. Here the machine has only
the instructions that a model needs, and numpy's names stand for the two classes below: a file can
call no function of numpy's.
"""

import io
import math
import pickle
import struct
from collections.abc import Callable
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from digitrec.models.source import Source

MAX_INSTRUCTIONS = 1000  # the segmenter's sixteen layers have 788; each costs a microsecond
MAX_SHOWN = 60  # characters of the file that an error message quotes
MAX_DIMENSIONS = 2


class Array:
    """A float32 array that, as in numpy's pickles, is created empty and then filled.

    Attributes
    ----------
    values
        Read-only, C-contiguous and aligned; None until the pickle has filled it.
    """

    values: NDArray[np.float32] | None = None

    def __setstate__(self, state: Any) -> None:
        """Fill the array from the state that `numpy.ndarray.__reduce__` returns."""
        version, shape, dtype, fortran, content = state
        _require(version == 1 and type(dtype) is _Float32, "an array is not of float32")
        _require(fortran is False, "an array is not in C order")
        is_shape = type(shape) is tuple and 1 <= len(shape) <= MAX_DIMENSIONS
        is_filled = is_shape and all(type(side) is int and side > 0 for side in shape)
        _require(is_filled, "an array is neither one- nor two-dimensional, or empty")
        matches = type(content) is bytes and len(content) == 4 * math.prod(shape)
        _require(matches, "an array's content does not match its shape")
        # A view of the bytes: no copy, and nothing can write to it.
        self.values = np.frombuffer(content, "<f4").reshape(shape)

    @classmethod
    def reconstruct(cls, kind: Any, shape: Any, code: Any) -> Self:
        """Stand in for numpy's `_reconstruct`, which makes the empty array."""
        _require(kind is cls and shape == (0,) and code == b"b", "it makes an array in another way")
        return cls()


class _Float32:
    """Stands in for the one dtype that a model may have."""

    def __init__(self, code: Any, *_: Any) -> None:  # numpy also passes align and copy
        _require(type(code) is str and code == "f4", "an array is not of float32")

    def __setstate__(self, state: Any) -> None:
        """Check the byte order; the rest of the state says that there are no fields."""
        _require(state[:2] == (3, "<"), "an array is not little-endian")


# numpy 1.x and 2.x name the same function differently.
NAMES: dict[tuple[str, str], Any] = {
    ("numpy", "ndarray"): Array,
    ("numpy", "dtype"): _Float32,
    ("numpy.core.multiarray", "_reconstruct"): Array.reconstruct,
    ("numpy._core.multiarray", "_reconstruct"): Array.reconstruct,
}

# What protocols 3 and 4 use for a dict of text, numbers and lists of arrays.
INSTRUCTIONS = (
    *(pickle.PROTO, pickle.FRAME, pickle.STOP, pickle.MARK),
    *(pickle.BINPUT, pickle.MEMOIZE, pickle.BINGET),
    *(pickle.NONE, pickle.NEWTRUE, pickle.NEWFALSE),
    *(pickle.BININT, pickle.BININT1, pickle.BININT2),
    *(pickle.SHORT_BINUNICODE, pickle.BINUNICODE, pickle.SHORT_BINBYTES, pickle.BINBYTES),
    *(pickle.EMPTY_LIST, pickle.APPENDS, pickle.EMPTY_DICT, pickle.SETITEMS),
    *(pickle.TUPLE1, pickle.TUPLE2, pickle.TUPLE3, pickle.TUPLE),
    *(pickle.GLOBAL, pickle.STACK_GLOBAL, pickle.REDUCE, pickle.BUILD),
)

# What running a broken pickle raises, besides UnpicklingError.
BROKEN = (AttributeError, EOFError, IndexError, RecursionError, TypeError, ValueError, struct.error)

# The unpickler written in Python: the C one has fixed instructions, and a list as its memo.
_Python = pickle._Unpickler  # noqa: SLF001


def load(pickled: bytes | Source) -> Any:
    """Return what a pickle holds: strings, numbers, lists, dicts with string keys, and `Array`.

    Parameters
    ----------
    pickled
        The pickle, or the source to read it from: then each large piece is read only once.

    Raises
    ------
    pickle.UnpicklingError
        It is broken, or contains anything else; nothing of that is executed.
    """
    try:
        return _Unpickler(io.BytesIO(pickled) if isinstance(pickled, bytes) else pickled).load()
    except KeyError as error:
        raise pickle.UnpicklingError("it has an instruction that no model needs") from error
    except BROKEN as error:
        raise pickle.UnpicklingError(f"it is broken ({type(error).__name__})") from error


def _require(condition: object, problem: str) -> None:
    if not condition:
        raise pickle.UnpicklingError(problem)


def _require_call(stack: list[Any]) -> None:
    # Python's own error message has the repr of the object, which for deeply nested tuples can take
    # all memory.
    is_call = callable(stack[-2]) and type(stack[-1]) is tuple
    _require(is_call, "it calls something that is not a function")


def _require_array(stack: list[Any]) -> None:
    # Without this, a pickle could set attributes of any object, even of the functions above.
    is_array = isinstance(stack[-2], Array | _Float32)
    _require(is_array, "it changes something that is not an array")


def _require_names(stack: list[Any]) -> None:
    # Hashing deeply nested tuples can take forever.
    _require(all(type(key) is str for key in stack[::2]), "a key is not a string")


# What an instruction requires of the stack before it is executed.
CHECKS = {
    pickle.REDUCE: _require_call,
    pickle.BUILD: _require_array,
    pickle.SETITEMS: _require_names,
}


def _checked(code: bytes) -> Callable[[Any], None]:
    execute, check = _Python.dispatch[code[0]], CHECKS.get(code)

    def checked(unpickler: Any) -> None:
        unpickler.instructions += 1
        _require(unpickler.instructions <= MAX_INSTRUCTIONS, "it is longer than a model needs")
        if check is not None:
            check(unpickler.stack)
        execute(unpickler)

    return checked


class _Unpickler(_Python):
    dispatch: ClassVar = {code[0]: _checked(code) for code in INSTRUCTIONS}
    instructions = 0

    def find_class(self, module: str, name: str) -> Any:
        _require((module, name) in NAMES, f"it names {f'{module}.{name}'[:MAX_SHOWN]}")
        return NAMES[module, name]
