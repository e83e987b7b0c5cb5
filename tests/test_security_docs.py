"""SECURITY.md names a test for each promise, and limits that are the code's."""

import re

import serve
from digitrec import decode
from digitrec.models import unpickle
from tests.hostile import test_models, test_pictures
from tests.server import ROOT

TEXT = (ROOT / "SECURITY.md").read_text()


def test_every_promise_names_tests_that_exist() -> None:
    promises = TEXT.split("## What is promised", 1)[1].split("##", 1)[0]
    rows = [row for row in promises.splitlines() if row.startswith("| ")][1:]
    assert len(rows) > 10
    for row in rows:
        named = re.findall(r"`((?:tests/)?(?:\w+/)*\w+\.py)`", row.rsplit("|", 2)[1])
        assert named, row
        for name in named:
            path = name if name.startswith("tests/") else f"tests/hostile/{name}"
            assert (ROOT / path).is_file(), path


def test_every_make_target_that_it_names_is_one() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert {"fuzz", "soak", "load", "mutate", "audit"} <= set(re.findall(r"`make ([a-z-]+)`", TEXT))
    assert set(re.findall(r"`make ([a-z-]+)`", TEXT)) <= set(targets)


def test_the_limits_that_it_names_are_those_of_the_code() -> None:
    assert f"{test_pictures.MAX_PEAK // 10**6} MB above idle" in TEXT
    assert f"more than {test_pictures.MAX_SECONDS:.0f} seconds" in TEXT
    assert f"{test_models.MAX_SECONDS:.0f} second and {test_models.MAX_PEAK // 10**6} MB" in TEXT
    assert f"{len(unpickle.INSTRUCTIONS)} instructions" in TEXT
    assert f"at most {unpickle.MAX_INSTRUCTIONS:,} of them" in TEXT
    assert f"above {decode.COSTLY['JPEG'][1]} scans" in TEXT
    assert f"above {decode.COSTLY['PNG'][1]} texts" in TEXT
    assert f"{decode.MAX_PIXELS_IN_ALL // 10**6} megapixels a request" in TEXT
    assert f"{decode.MAX_SEEN_IN_ALL // 10**6} megapixels of a request" in TEXT
    assert f"after {decode.MAX_READS:,} reads" in TEXT


def test_the_limits_that_it_names_are_those_of_the_server() -> None:
    connections = serve.CONNECTIONS
    body = f"{serve.SERVER['max_request_body_size'] // 10**6} MB"
    kept = f"{serve.SERVER['inbuf_overflow'] // 1000} kB"
    head = f"{serve.SERVER['max_request_header_size'] // 1000} kB"
    assert f"keeps {connections} at once" in TEXT
    assert f"but {connections} for each process do" in TEXT
    assert f"a body of up to {body}, of which more than {kept} lie in a" in TEXT
    assert f"headers over {head}, a body over {body} or" in TEXT
