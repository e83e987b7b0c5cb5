"""decode/, and all behind it, against pictures that cost more than they should.

The files are of `pictures.py`; each is sent in a request of its own, and its cost measured.
"""

import base64
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask

from digitrec.web import payload
from tests.hostile import cost, pictures, strategies

TRIES = 3  # of which the fastest counts: the processor is shared


@pytest.fixture(scope="module")
def bombs() -> dict[str, bytes]:
    """The files, made when they are needed: it takes seconds."""
    return dict(pictures.bombs())


@pytest.fixture(scope="module")
def app_at_work(app: Flask) -> Flask:
    """The app after its first requests: all that is loaded late is loaded."""
    for seed in strategies.SEEDS:
        app.test_client().post("/predict", data=seed, content_type="image/png")
    return app


def cost_of(ask: Callable[[], str]) -> cost.Cost:
    """Return what a request costs: the fastest of some tries, and the highest peak."""
    tries: list[cost.Cost] = []
    for _ in range(TRIES):
        tries.append(cost.of(ask))
        if tries[-1].seconds < cost.REQUEST.seconds / 2:
            break
    return cost.Cost(
        max(t.peak for t in tries), min(t.seconds for t in tries), str({t.answer for t in tries})
    )


def expect_bounded(measured: cost.Cost) -> None:
    assert measured.peak < cost.REQUEST.peak
    assert measured.seconds < cost.REQUEST.seconds


def test_no_picture_takes_long_or_much(
    app_at_work: Flask, bombs: dict[str, bytes], subtests: pytest.Subtests
) -> None:
    def ask(bomb: bytes) -> str:
        client = app_at_work.test_client()
        return client.post("/predict", data=bomb, content_type="image/png").status

    for name, bomb in bombs.items():
        measured = cost_of(partial(ask, bomb))
        with subtests.test(name):
            assert measured.answer[2:5] in {"200", "400", "413", "422"}
            expect_bounded(measured)


def ask_in_json(app: Flask, content: Any) -> str:
    return app.test_client().post("/predict", json=content).status


@pytest.mark.parametrize("name", ["PNG, RGBA of 16 bits", "WebP, lossless with transparency"])
def test_no_picture_takes_more_in_the_longest_body(
    app_at_work: Flask, bombs: dict[str, bytes], name: str
) -> None:
    bomb = bombs[f"{name}, as large as is read"]
    text = base64.b64encode(bomb + bytes(payload.MAX_BINARY_BYTES - len(bomb) - 100)).decode()
    measured = cost_of(partial(ask_in_json, app_at_work, {"image": text}))
    assert measured.answer == "{'422 UNPROCESSABLE ENTITY'}"
    expect_bounded(measured)


LISTS = {
    "large PNGs": "PNG, a palette with transparency, as large as is read",
    "large WebPs": "WebP, lossless with transparency, as large as is read",
    "progressive JPEGs": "JPEG, progressive, as many scans as are read",
    "packed texts": "PNG, a hundred EXIF of 1 MB",
    "fill bytes": "JPEG, as many fill bytes as are read",
    "EXIF": "PNG, EXIF of 65,534 entries",
    "EXIF of JPEGs": "JPEG, EXIF of 65,534 entries",
    "packed EXIF": "PNG, EXIF of 65,534 entries, packed",
    "pieces": "as many pieces of ink as fit",
    "nested pieces": "pieces of ink in a corner of the border",
}


@pytest.mark.parametrize("name", LISTS.values(), ids=LISTS)
def test_no_list_of_a_hundred_takes_long_or_much(
    app_at_work: Flask, bombs: dict[str, bytes], name: str
) -> None:
    text = base64.b64encode(bombs[name]).decode()
    count = min(100, (payload.MAX_TEXT_BYTES - 100) // (len(text) + 4))
    measured = cost_of(partial(ask_in_json, app_at_work, {"images": [text] * count}))
    assert measured.answer == "{'200 OK'}"
    expect_bounded(measured)


def test_no_list_of_everything_together_takes_long_or_much(
    app_at_work: Flask, bombs: dict[str, bytes]
) -> None:
    large, costly = (
        base64.b64encode(bombs[name]).decode()
        for name in (
            "PNG, RGBA of 16 bits, as large as is read",
            "PNG, of everything as much as is read",
        )
    )
    count = min(99, (payload.MAX_TEXT_BYTES - len(large) - 100) // (len(costly) + 4))
    measured = cost_of(partial(ask_in_json, app_at_work, {"images": [large, *[costly] * count]}))
    assert measured.answer == "{'200 OK'}"
    expect_bounded(measured)
