"""SECURITY.md names a test for each promise, and limits that are the code's."""

import re

from digitrec import decode
from digitrec.command import serve
from digitrec.decode import container
from digitrec.models import unpickle, weights
from digitrec.segment import instances
from digitrec.settings import Settings
from digitrec.web import payload
from digitrec.web.app import PATIENCE
from tests.hostile import cost
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


def limits() -> str:
    """Return the table of limits, made from the code's constants."""
    pixels = decode.MAX_PIXELS
    assert pixels["PNG"] == pixels["JPEG"]
    rows = [
        ("Limit", "Value", "Beyond it"),
        ("---", "---", "---"),
        ("JSON body", f"{payload.MAX_TEXT_BYTES:,} bytes", "413"),
        ("form, or picture as the body", f"{payload.MAX_BINARY_BYTES:,} bytes", "413"),
        ("pictures in a request", f"{Settings.max_images} (`MAX_IMAGES`)", "413"),
        ("side of a picture", f"{decode.MAX_SIDE:,} px", "413"),
        ("PNG or JPEG picture", f"{pixels['PNG']:,} px", "413"),
        ("WebP picture", f"{pixels['WEBP']:,} px", "413"),
        ("all pictures of a request", f"{decode.MAX_PIXELS_IN_ALL:,} px", "413"),
        ("what the segmenter sees of them", f"{decode.MAX_SEEN_IN_ALL:,} px", "413"),
        ("reads of a picture's file", f"{decode.MAX_READS:,}", "413"),
        ("scans of a JPEG", f"{container.MAX_SCANS}", "413"),
        ("EXIF data searched for the orientation", f"{decode.MAX_EXIF:,} bytes", "ignored"),
        ("digits in a picture", f"{instances.MAX_DIGITS}", "ignored"),
        ("memory of a request", f"{_mb(cost.REQUEST.peak)} above idle", "never reached"),
        (
            f"processor time of a request of {Settings.max_images} pictures",
            f"{cost.REQUEST.seconds:g} s",
            "never reached",
        ),
        ("model file", f"{weights.MAX_BYTES:,} bytes", "refused at startup"),
        ("kinds of pickle instruction in it", f"{len(unpickle.INSTRUCTIONS)}", "refused"),
        ("pickle instructions in it", f"{unpickle.MAX_INSTRUCTIONS:,}", "refused"),
        ("memory to refuse a model file", _mb(cost.MODEL.peak), "never reached"),
        ("processor time to refuse it", f"{cost.MODEL.seconds:g} s", "never reached"),
        ("nginx: headers", f"{_nginx('large_client_header_buffers 4 (8)k')}k a line", "431, 414"),
        ("nginx: time for the headers", f"{_nginx('client_header_timeout ([0-9]+)s')} s", "closed"),
        ("nginx: pause in a body", f"{_nginx('client_body_timeout ([0-9]+)s')} s", "closed"),
        ("nginx: concurrent requests of an address", _nginx("limit_conn address ([0-9]+)"), "503"),
        ("nginx: concurrent requests, 100 kB or more", _nginx("limit_conn large ([0-9]+)"), "503"),
        ("nginx: requests that wait for a worker", f"{serve.BACKLOG:,}", "503, `Retry-After`"),
        ("nginx: waiting for a worker", f"{PATIENCE:g} s", "503, `Retry-After`"),
        ("an unresponsive worker", f"{serve.STUCK:g} s", "replaced"),
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows).replace(
        "| --- | --- | --- |", "|---|---|---|"
    )


def _nginx(setting: str) -> str:
    """Return what stands in the group of `setting` in deploy/nginx.conf."""
    [found] = re.findall(rf"\b{setting};", (ROOT / "deploy" / "nginx.conf").read_text())
    return str(found)


def _mb(size: int) -> str:
    return f"{size // 10**6} MB"


def test_the_limits_are_those_of_the_code() -> None:
    shown = TEXT.split("## Limits\n", 1)[1].split("\n## ", 1)[0].strip()
    assert shown == limits(), f"The table in SECURITY.md must be:\n\n{limits()}\n"


def test_nginx_takes_the_bodies_that_the_app_takes() -> None:
    for setting in ("client_max_body_size", "client_body_buffer_size"):
        assert int(_nginx(f"{setting} ([0-9]+)")) == payload.MAX_TEXT_BYTES
