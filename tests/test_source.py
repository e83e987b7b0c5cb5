"""source.py: what is read is what is hashed."""

import hashlib
import io
import pickle
from pathlib import Path

import pytest

from digitrec.models import weights
from digitrec.models.source import MAX_LINE, Source
from tests.hostile.models import smallest

CONTENT = b"a name\nand more\n" + bytes(range(256)) * 3


def test_the_hash_is_that_of_all_pieces_in_order() -> None:
    source = Source(io.BytesIO(CONTENT), 10_000)
    assert (source.read(2), source.readline(), source.read(0)) == (b"a ", b"name\n", b"")
    assert source.read() == CONTENT[7:]
    assert source.sha256 == hashlib.sha256(CONTENT).hexdigest()


def test_no_more_than_the_limit_is_read() -> None:
    source = Source(io.BytesIO(CONTENT), 10)
    assert source.read(4) + source.read(400) + source.read() == CONTENT[:10]
    assert source.readline() == b""


def test_a_line_without_an_end_is_cut_off() -> None:
    assert Source(io.BytesIO(bytes(10_000)), 10_000).readline() == bytes(MAX_LINE)


@pytest.mark.parametrize("pinned", [True, False])
@pytest.mark.parametrize("behind", [b"", b"something behind the pickle"])
def test_a_model_replaced_after_the_start_changes_nothing(
    tmp_path: Path, behind: bytes, *, pinned: bool
) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(smallest(), protocol=4) + behind)
    loaded = hashlib.sha256(path.read_bytes()).hexdigest()
    network, source = weights.read(path, loaded if pinned else None)
    before = network.weights[0].copy()
    path.write_bytes(b"another model")
    assert source.sha256 == loaded
    assert (network.weights[0] == before).all()
