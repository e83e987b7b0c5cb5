"""tests/load: the soak in small, so that `make soak` works when it is asked for."""

import pytest

from digitrec.web.app import RETRY_AFTER
from tests.load import soak
from tests.server import ROOT


def test_a_short_soak_has_no_wrong_answer_and_holds_its_memory(
    capsys: pytest.CaptureFixture[str],
) -> None:
    soak.main(["--requests", "300", "--warm", "150"])
    assert "300 requests, 0 wrong" in capsys.readouterr().out


def test_a_wrong_answer_fails_the_soak(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soak, "ask", lambda *_: False)
    monkeypatch.setattr(soak, "Hostile", lambda _: None)  # nothing is asked, so nothing is made
    with pytest.raises(SystemExit, match="failed"):
        soak.main(["--requests", "2", "--warm", "1"])


def test_the_load_counts_as_refused_who_is_told_when_to_come_again() -> None:
    script = (ROOT / "tests" / "load" / "predict.lua").read_text()
    assert f'headers["retry-after"]) == "{RETRY_AFTER}"' in script
