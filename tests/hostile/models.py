"""Model files that want something else than to be a model, each made by its few instructions."""

import pickle
import struct
from collections.abc import Callable
from typing import Any

import numpy as np

from digitrec.models import weights

PROTO = b"\x80\x04"
GIGA = 1_000_000_000


class Call:
    """Pickled as a call of any function, and as whatever else `__reduce__` may ask for."""

    def __init__(self, function: Callable[..., object], *arguments: object, **rest: object) -> None:
        self.call = (function, arguments, *rest.values())

    def __reduce__(self) -> Any:
        return self.call


def smallest() -> dict[str, Any]:
    """Return the content of the smallest model: one unit a layer."""
    sizes = (weights.PIXELS, 1, 1, weights.DIGITS)
    random = np.random.default_rng(0)
    return {
        "format": weights.CLASSIFIER,
        "version": weights.VERSION,
        "weights": [random.random(sizes[i : i + 2], np.float32) for i in range(3)],
        "biases": [random.random(n, np.float32) for n in sizes[1:]],
    }


def text(value: str) -> bytes:
    data = value.encode()
    return pickle.BINUNICODE + struct.pack("<I", len(data)) + data


def number(value: int) -> bytes:
    return pickle.BININT + struct.pack("<i", value)


def content(value: bytes) -> bytes:
    return pickle.BINBYTES + struct.pack("<I", len(value)) + value


def name(module: str, attribute: str) -> bytes:
    return text(module) + text(attribute) + pickle.STACK_GLOBAL


def call(function: bytes, *arguments: bytes) -> bytes:
    return function + pickle.MARK + b"".join(arguments) + pickle.TUPLE + pickle.REDUCE


def sequence(*items: bytes) -> bytes:
    return pickle.EMPTY_LIST + pickle.MARK + b"".join(items) + pickle.APPENDS


def pair(*numbers: int) -> bytes:
    return pickle.MARK + b"".join(map(number, numbers)) + pickle.TUPLE


NDARRAY = name("numpy", "ndarray")
DTYPE = name("numpy", "dtype")
RECONSTRUCT = name("numpy._core.multiarray", "_reconstruct")
FLOAT32 = call(DTYPE, text("f4"), pickle.NEWFALSE, pickle.NEWTRUE)
EMPTY_ARRAY = call(RECONSTRUCT, NDARRAY, pair(0), content(b"b"))


def built(shape: bytes, dtype: bytes = FLOAT32, data: bytes = b"") -> bytes:
    """Return an array as numpy's pickles make it, in whatever shape is said."""
    state = pickle.MARK + number(1) + shape + dtype + pickle.NEWFALSE + data + pickle.TUPLE
    return EMPTY_ARRAY + state + pickle.BUILD


def model(weights_: list[bytes], biases: list[bytes]) -> bytes:
    items = (
        *(text("format"), text(weights.CLASSIFIER), text("version"), number(weights.VERSION)),
        *(text("weights"), sequence(*weights_), text("biases"), sequence(*biases)),
    )
    return PROTO + pickle.EMPTY_DICT + pickle.MARK + b"".join(items) + pickle.SETITEMS + pickle.STOP


def alone(instructions: bytes) -> bytes:
    return PROTO + instructions + pickle.STOP


# Names through which a pickle runs code, opens a way to more, or reads what it should not.
GADGETS = [
    ("os", "system"),
    ("posix", "system"),
    ("nt", "system"),
    ("os", "popen"),
    ("os", "execv"),
    ("subprocess", "Popen"),
    ("subprocess", "check_output"),
    ("builtins", "eval"),
    ("builtins", "exec"),
    ("builtins", "compile"),
    ("builtins", "__import__"),
    ("builtins", "getattr"),
    ("builtins", "open"),
    ("builtins", "breakpoint"),
    ("__builtin__", "eval"),
    ("importlib", "import_module"),
    ("runpy", "run_path"),
    ("code", "interact"),
    ("pdb", "run"),
    ("timeit", "timeit"),
    ("cProfile", "run"),
    ("pty", "spawn"),
    ("socket", "create_connection"),
    ("urllib.request", "urlopen"),
    ("webbrowser", "open"),
    ("shutil", "rmtree"),
    ("pathlib", "Path"),
    ("operator", "attrgetter"),
    ("operator", "methodcaller"),
    ("functools", "partial"),
    ("functools", "reduce"),
    ("types", "CodeType"),
    ("types", "FunctionType"),
    ("marshal", "loads"),
    ("pickle", "loads"),
    ("_pickle", "loads"),
    ("ctypes", "CDLL"),
    ("copyreg", "_reconstructor"),
    ("copyreg", "__newobj__"),
    ("copyreg", "add_extension"),
    ("_codecs", "encode"),
    ("collections", "OrderedDict"),
    ("bdb", "Bdb"),
    ("asyncio.unix_events", "_UnixSubprocessTransport.__init__"),
    ("numpy", "load"),
    ("numpy", "fromfile"),
    ("numpy", "memmap"),
    ("numpy", "ndarray.tofile"),
    ("numpy", "ndarray.__init__"),
    ("numpy", "dtype.type"),
    ("numpy", "__builtins__"),
    ("numpy", "os.system"),
    ("numpy", "f2py.crackfortran.myeval"),
    ("numpy.testing._private.utils", "runstring"),
    ("numpy._core.multiarray", "frombuffer"),
    ("numpy._core.multiarray", "scalar"),
    ("numpy._core.multiarray", "_reconstruct.__globals__"),
    ("numpy._core.numeric", "_frombuffer"),
    ("digitrec.models.weights", "write"),
    ("digitrec.models.unpickle", "NAMES"),
    ("__main__", "__builtins__"),
    ("", ""),
]

LAUGHS = pickle.MEMOIZE + b"".join(
    pickle.BINGET + bytes([n]) + pickle.BINGET + bytes([n]) + pickle.TUPLE2 + pickle.MEMOIZE
    for n in range(200)
)
HUGE = 4_000_000  # units: 12.5 GB of weights from the 784 pixels

BOMBS: dict[str, bytes] = {
    "memo index, long": alone(pickle.NONE + pickle.LONG_BINPUT + struct.pack("<I", 2**31)),
    "memo index, decimal": alone(pickle.NONE + pickle.PUT + b"2000000000\n"),
    "memo read before it is written": alone(pickle.BINGET + b"\7"),
    "tuples too deep to hash": alone(
        pickle.EMPTY_DICT + pickle.NONE + pickle.TUPLE1 * 3_000_000 + pickle.NONE + pickle.SETITEM
    ),
    "tuples that take for ever to hash": alone(
        pickle.EMPTY_DICT + pickle.MARK + pickle.NONE + LAUGHS + pickle.NONE + pickle.SETITEMS
    ),
    "tuples that take for ever to hash, in a set": alone(
        pickle.EMPTY_SET + pickle.MARK + pickle.NONE + LAUGHS + pickle.ADDITEMS
    ),
    "tuples that take for ever to show, called": alone(
        pickle.NONE + LAUGHS + pickle.NONE + pickle.REDUCE
    ),
    "tuples that take for ever to show, as arguments": alone(
        NDARRAY + pickle.NONE + LAUGHS + pickle.REDUCE
    ),
    "tuples that take for ever to compare": model([LAUGHS] * 3, [LAUGHS] * 3),
    "an array from nothing": alone(call(NDARRAY, pair(GIGA), FLOAT32)),
    "an array with strides": alone(
        call(NDARRAY, pair(784, HUGE), FLOAT32, content(bytes(4)), number(0), pair(0, 0))
    ),
    "a network from nothing": model(
        [call(NDARRAY, pair(*shape), FLOAT32) for shape in ((784, HUGE), (HUGE, 4), (4, 10))],
        [call(NDARRAY, pair(units), FLOAT32) for units in (HUGE, 4, 10)],
    ),
    "an array that is never filled": model([EMPTY_ARRAY] * 3, [EMPTY_ARRAY] * 3),
    "more shape than content": model([built(pair(784, HUGE), data=content(bytes(4)))] * 3, []),
    "more content than shape": model([built(pair(1, 1), data=content(bytes(8)))] * 3, []),
    "a negative shape": model([built(pair(-784, -1), data=content(bytes(3136)))] * 3, []),
    "an empty shape": model([built(pair(0, GIGA), data=content(b""))] * 3, []),
    "a shape of many dimensions": model([built(pair(*[1] * 64), data=content(bytes(4)))] * 3, []),
    "a shape of tuples": model([built(pickle.NONE + LAUGHS + pickle.TUPLE1)] * 3, []),
    "an array of another size made first": alone(
        call(RECONSTRUCT, NDARRAY, pair(GIGA), content(b"b"))
    ),
    "an array of another code": model(
        [call(RECONSTRUCT, NDARRAY, pair(0), content(b"c"))] * 3, [EMPTY_ARRAY] * 3
    ),
    "an array of another kind": alone(call(RECONSTRUCT, DTYPE, pair(0), content(b"b"))),
    "a dtype of a million fields": alone(call(DTYPE, text("f4," * 1_000_000))),
    "a dtype of objects": model([built(pair(1), call(DTYPE, text("O8")), sequence(b"N"))], []),
    "a dtype of names": alone(call(DTYPE, pickle.EMPTY_DICT)),
    "a dtype, twice as large": model(
        [built(pair(1), call(DTYPE, text("f8")), content(b"8" * 8))], []
    ),
    "big-endian": model(
        [
            built(
                pair(1), FLOAT32 + pickle.MARK + number(3) + text(">") + pickle.TUPLE + pickle.BUILD
            )
        ],
        [],
    ),
    "state for a function": alone(
        RECONSTRUCT
        + pickle.MARK
        + (pickle.EMPTY_DICT + pickle.MARK + text("a") + number(1) + pickle.SETITEMS) * 2
        + pickle.TUPLE
        + pickle.BUILD
    ),
    "state for a class": alone(NDARRAY + pickle.EMPTY_DICT + pickle.BUILD),
    "state for a list": alone(
        pickle.EMPTY_LIST + pickle.NONE + pickle.EMPTY_DICT + pickle.TUPLE2 + pickle.BUILD
    ),
    "state that is no tuple": alone(EMPTY_ARRAY + number(1) + pickle.BUILD),
    "a call of what can't be called": alone(text("a") + pickle.MARK + pickle.TUPLE + pickle.REDUCE),
    "a call of what can't be called, without arguments": alone(
        text("a") + pickle.NONE + pickle.REDUCE
    ),
    "a call with a list": alone(DTYPE + sequence(text("f4")) + pickle.REDUCE),
    "a call without arguments": alone(NDARRAY + pickle.NONE + pickle.REDUCE),
    "an instance": alone(pickle.MARK + NDARRAY + pickle.OBJ),
    "an instance by name": alone(pickle.MARK + pickle.INST + b"os\nsystem\n"),
    "a new object": alone(NDARRAY + pickle.MARK + pickle.TUPLE + pickle.NEWOBJ),
    "an extension": alone(pickle.EXT1 + b"\1"),
    "a persistent id": alone(pickle.PERSID + b"1\n"),
    "a number of a million digits": alone(pickle.INT + b"9" * 1_000_000 + b"\n"),
    "a long number": alone(pickle.LONG4 + struct.pack("<i", 10**6) + b"\xff" * 10**6),
    "a buffer of 8 GB": alone(pickle.BYTEARRAY8 + struct.pack("<Q", 8 * GIGA)),
    "bytes of 8 GB": alone(pickle.BINBYTES8 + struct.pack("<Q", 8 * GIGA)),
    "text of 4 GB": alone(pickle.BINUNICODE + struct.pack("<I", 2**32 - 1)),
    "a frame of 8 GB": alone(pickle.FRAME + struct.pack("<Q", 8 * GIGA)),
    "frames in frames": PROTO + (pickle.FRAME + struct.pack("<Q", 9)) * 1_000_000,
    "a long name": alone(name("a", "b" * 10_000_000)),
    "half a surrogate pair": alone(pickle.BINUNICODE + struct.pack("<I", 3) + b"\xed\xa0\x80"),
    "a stack that is empty": PROTO + pickle.STOP,
    "a mark that is missing": alone(pickle.TUPLE),
    "fifteen million nothings": alone(pickle.NONE * 15_000_000),
    "fifteen million lists": alone(pickle.EMPTY_LIST * 15_000_000),
    "nothing": b"",
    "not a pickle": b"GIF89a, then a three",
    "another protocol": b"\x80\xff.",
}
