"""The examples in the docstrings of the library."""

import doctest

import pytest

from digitrec import reading, recognizer
from digitrec.settings import ROOT


@pytest.mark.parametrize("module", [reading, recognizer])
def test_the_examples_answer_what_they_show(
    monkeypatch: pytest.MonkeyPatch, module: object
) -> None:
    monkeypatch.chdir(ROOT)
    result = doctest.testmod(module, optionflags=doctest.ELLIPSIS)  # type: ignore[arg-type]
    assert result.failed == 0
    assert result.attempted > 0
