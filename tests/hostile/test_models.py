"""weights.py against model files that want something else: nothing happens, and it costs little.

The files are of `models.py`; a file that is merely not the right model is in test_weights.py.
"""

import hashlib
import os
import pickle
import pickletools
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from digitrec.errors import InvalidModel
from digitrec.models import unpickle, weights
from tests.hostile import cost, models
from tests.hostile.models import BOMBS, GADGETS, Call

SMALLEST = pickle.dumps(models.smallest(), protocol=4)

# What Python tells before it happens: sys.addaudithook can't be undone, so one is for all tests.
_told: list[str] = []
_listening = False
_WATCHED = ("exec", "import", "compile", "os.", "subprocess.", "socket.", "open", "ctypes.")


def _hear(event: str, _: object) -> None:
    if _listening and event.startswith(_WATCHED):
        _told.append(event)


sys.addaudithook(_hear)


@contextmanager
def nothing_happens() -> Iterator[None]:
    global _listening  # noqa: PLW0603 # the hook is global too
    _told.clear()
    _listening = True
    try:
        yield
    finally:
        _listening = False
    assert _told == []


def refuse(pickled: bytes) -> str:
    try:
        weights.parse(pickled, "model.pkl")
    except InvalidModel as error:
        return str(error)
    raise AssertionError("it was taken")


def test_the_smallest_model_is_taken() -> None:
    network, _ = weights.parse(SMALLEST, "model.pkl")
    assert network.layers == (784, 1, 1, 10)


def test_a_name_that_runs_code_is_not_even_looked_up(subtests: pytest.Subtests) -> None:
    for module, attribute in GADGETS:
        by_stack = models.alone(models.call(models.name(module, attribute), models.text("echo")))
        by_line = b"\x80\x02c" + f"{module}\n{attribute}\n".encode() + b"X\4\0\0\0echo\x85R."
        for pickled in (by_stack, by_line):
            with subtests.test(f"{module}.{attribute}"):
                with nothing_happens():
                    message = refuse(pickled)
                assert f"it names {module}.{attribute}."[:70] in message


def calls() -> dict[str, object]:
    """Return objects whose pickles want something to be called."""
    call = Call(os.system, "echo")
    return {
        "a call": call,
        "eval": Call(eval, "1"),
        "a call, nested": [{"weights": [call]}],
        "a call in a call": Call(dict, [(1, call)]),
        "state": Call(Path, "model", state={"a": call}),
        "items": Call(list, state=None, items=iter([call])),
        "in a model": models.smallest() | {"format": call},
        "a harmless object": Path("model"),
    }


def test_in_no_protocol_is_anything_called(subtests: pytest.Subtests) -> None:
    for protocol in range(6):
        for name, hostile in calls().items():
            pickled = pickle.dumps(hostile, protocol)
            with subtests.test(name, protocol=protocol), nothing_happens():
                refuse(pickled)


def test_a_bomb_is_refused_fast_and_small(subtests: pytest.Subtests) -> None:
    for name, bomb in BOMBS.items():
        with subtests.test(name):
            measured = cost.of(partial(refuse, bomb))
            assert measured.answer.startswith("The model file model.pkl is no")
            assert len(measured.answer) < 200
            assert measured.peak < cost.MODEL.peak
            assert measured.seconds < cost.MODEL.seconds


@pytest.mark.parametrize("bomb", ["a call of what can't be called", "a call with a list"])
def test_a_call_needs_a_function_and_a_tuple(bomb: str) -> None:
    assert "it calls something that is not a function" in refuse(BOMBS[bomb])


def test_no_bomb_leaves_a_trace_in_what_a_name_stands_for() -> None:
    refuse(BOMBS["state for a function"])
    assert unpickle.Array.reconstruct.__dict__ == {}


def test_a_model_cut_off_at_any_byte_is_refused() -> None:
    for length in range(len(SMALLEST)):
        refuse(SMALLEST[:length])


def test_with_any_bit_flipped_it_is_refused_or_a_whole_network() -> None:
    first = SMALLEST.index(models.smallest()["weights"][0].tobytes())
    alike = range(first + 64, first + 4 * weights.PIXELS)  # more weights of the same array
    for position in sorted({*range(len(SMALLEST))} - {*alike}):
        for bit in range(8):
            flipped = bytearray(SMALLEST)
            flipped[position] ^= 1 << bit
            try:
                network, _ = weights.parse(bytes(flipped), "model.pkl")
            except InvalidModel:
                continue
            # a weight is another, which only a pinned hash tells
            assert network.layers == (784, 1, 1, 10)
            assert all(np.isfinite(array).all() for array in [*network.weights, *network.biases])


def test_with_a_pinned_hash_any_flipped_bit_is_refused() -> None:
    pin = hashlib.sha256(SMALLEST).hexdigest()
    for position in range(len(SMALLEST)):
        flipped = bytearray(SMALLEST)
        flipped[position] ^= 1 << (position % 8)
        with pytest.raises(InvalidModel, match="SHA-256"):
            weights.parse(bytes(flipped), "model.pkl", pin)


@pytest.mark.parametrize("protocol", [3, 4])
def test_a_model_has_the_allowed_instructions_and_no_others(protocol: int) -> None:
    pickled = pickle.dumps(models.smallest(), protocol)
    used = {code.code.encode("latin1") for code, _, _ in pickletools.genops(pickled)}
    assert used <= set(unpickle.INSTRUCTIONS)
    assert 2 * len(list(pickletools.genops(pickled))) < unpickle.MAX_INSTRUCTIONS


def test_every_allowed_instruction_is_one_that_a_model_uses() -> None:
    used = {
        code.code.encode("latin1")
        for protocol in (3, 4)
        for code, _, _ in pickletools.genops(pickle.dumps(models.smallest(), protocol))
    }
    # BININT holds a side over 65,535 and the -1 of a dtype's state
    assert used == set(unpickle.INSTRUCTIONS)


def test_a_pickle_may_have_a_thousand_instructions_and_no_more() -> None:
    others = 1000 - 2  # the first, and the last
    assert unpickle.load(models.alone(pickle.NONE * others)) is None
    with pytest.raises(pickle.UnpicklingError, match="longer than a model needs"):
        unpickle.load(models.alone(pickle.NONE * (others + 1)))


def test_a_weight_that_is_not_finite_is_refused() -> None:
    for bad in (np.nan, np.inf, -np.inf):
        for key, index in (("weights", 0), ("weights", 2), ("biases", 1)):
            content = models.smallest()
            content[key][index][-1] = bad
            assert "not a finite number" in refuse(pickle.dumps(content, 4))


def test_the_layers_in_another_order_are_refused() -> None:
    content = models.smallest()
    content["weights"].reverse()
    content["biases"].reverse()
    assert "don't follow 784 inputs" in refuse(pickle.dumps(content, 4))


def test_the_whole_of_a_model_is_bounded_by_its_file() -> None:
    # Each byte of a weight is a byte of the file: 16 MB of file are at most 16 MB of weights.
    network, _ = weights.parse(SMALLEST, "model.pkl")
    assert sum(a.nbytes for a in [*network.weights, *network.biases]) <= len(SMALLEST)


def test_a_gadget_hidden_behind_the_end_is_never_read() -> None:
    gadget = b"cos\nsystem\n(X\4\0\0\0echotR."
    with nothing_happens():
        network, _ = weights.parse(SMALLEST + gadget, "model.pkl")
    assert network.layers == (784, 1, 1, 10)


def test_a_good_model_of_the_largest_size_costs_no_more_than_a_bomb_may() -> None:
    sizes = (weights.PIXELS, 1500, 1500, weights.DIGITS)
    content = models.smallest()
    content["weights"] = [np.zeros(sizes[i : i + 2], np.float32) for i in range(3)]
    content["biases"] = [np.zeros(n, np.float32) for n in sizes[1:]]
    large = pickle.dumps(content, 4)
    assert 0.8 * weights.MAX_BYTES < len(large) < weights.MAX_BYTES
    measured = cost.of(lambda: str(weights.parse(large, "model.pkl")[0].layers))
    assert measured.answer == str(sizes)
    assert measured.peak < cost.MODEL.peak
    assert measured.seconds < cost.MODEL.seconds
